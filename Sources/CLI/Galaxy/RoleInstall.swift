//! `drover galaxy install`: roles from git repositories and archives.

import ArgumentParser
import Diagnostics
import Modules
import Playbooks
import Reports
import Values
import YAML

struct RoleInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install roles from git repositories and archives.",
        discussion: "drover galaxy install -r requirements.yml\n"
            + "drover galaxy install git+https://git.example.org/nginx.git,v1.2,nginx")

    @OptionGroup var options: RoleOptions

    @Option(name: [.customShort("r"), .customLong("role-file")], parsing: .unconditional, help: "requirements.yml.")
    var file: String?

    @OptionGroup(title: "Pins") var pins: PinsOptions

    @Flag(name: .shortAndLong, help: "Replace roles that are installed.")
    var force = false

    @Flag(name: [.customShort("n"), .customLong("no-deps")], help: "Accepted: dependencies have to be listed.")
    var noDependencies = false

    @Flag(name: .shortAndLong, help: "Go on after a mistake.")
    var ignoreErrors = false

    @Argument(help: "git+URL[,version[,name]], or the path of an archive.")
    var roles: [String] = []

    func run() throws {
        guard (file == nil) != roles.isEmpty else {
            throw Diagnostic(.usage, "name roles, or a file with --role-file", help: "drover galaxy install -r FILE")
                .exiting(2)
        }
        guard let folder = try options.folders().first else { throw Diagnostic(.usage, "there is no folder of roles") }
        let output = Output.standard(isColoured: false, width: 80)
        var requirements: [RoleRequirement] = []
        for role in roles { requirements.append(try RoleRequirement(commandLine: role)) }
        if let file { requirements += try RoleRequirement.all(in: file) }
        let pinning = try pinning()
        output.write("Starting galaxy role install process\n")
        for requirement in requirements {
            do throws(Diagnostic) { try install(requirement, folder, pinning, output) } catch {
                guard ignoreErrors else { throw error }
                output.writeError(error.rendered(isColoured: false))
            }
        }
    }

    /// Pins of the configured inventory, else those beside the requirements.
    private func pinning() throws(Diagnostic) -> Pinning? {
        let configuration = try Configuration(environment: ProcessEnvironment.all)
        let sources = configuration.isSet(.inventory) ? configuration.inventorySources : [file ?? "requirements.yml"]
        return try pins.pinning(of: sources)
    }

    private func install(
        _ requirement: RoleRequirement, _ folder: String, _ pinning: Pinning?, _ output: Output
    ) throws(Diagnostic) {
        let name = requirement.name
        let pin = pinning?.pins.roles[name]
        if pin == nil, pinning?.isLocked == true {
            throw Diagnostic(
                .notPinned, "role '\(name)' is not pinned to a commit",
                help: "`drover pin` with its requirements.yml pins it")
        }
        let target = Path.join(folder, name)
        let version = requirement.version.map { " (\($0))" } ?? ""
        if Path.exists(target) {
            guard force else {
                return output.write("- \(name)\(version) is already installed, skipping.\n")
            }
            let old = InstalledRole(name: name, folder: folder)?.version ?? ""
            output.write("- changing role \(name) from \(old) to \(requirement.version ?? "unspecified")\n")
            try LocalProgram.run("rm", ["-rf", "--", target], purpose: "remove '\(target)'")
        }
        try LocalProgram.run("mkdir", ["-p", "--", folder], purpose: "make '\(folder)'")
        output.write("- extracting \(name) to \(target)\n")
        switch requirement.origin {
        case .git(let url):
            let commit = try clone(url, pin?.value ?? requirement.version, to: target)
            try note(requirement.version, commit: commit, at: target)
        case .archive(let path):
            try unpack(path, to: target)
            try note(requirement.version, commit: nil, at: target)
        }
        output.write("- \(name)\(version) was installed successfully\n")
    }

    /// The commit that is there then.
    private func clone(_ url: String, _ version: String?, to target: String) throws(Diagnostic) -> String {
        try LocalProgram.run("git", ["clone", "-q", "--", url, target], purpose: "clone '\(url)'")
        if let version {
            try LocalProgram.run(
                "git", ["-C", target, "checkout", "-q", version, "--"], purpose: "check out '\(version)'")
        }
        let commit = try LocalProgram.run("git", ["-C", target, "rev-parse", "HEAD"], purpose: "look at '\(target)'")
        try LocalProgram.run("rm", ["-rf", "--", target + "/.git"], purpose: "tidy up '\(target)'")
        return commit.trimmed
    }

    /// The archive's one folder becomes the role; where it has several entries, all of them are the role.
    private func unpack(_ path: String, to target: String) throws(Diagnostic) {
        let temporary = target + ".new"
        try LocalProgram.run("mkdir", ["--", temporary], purpose: "make '\(temporary)'")
        do throws(Diagnostic) {
            try LocalProgram.run(
                "tar", ["-xf", path, "-C", temporary, "--no-same-owner"], purpose: "unpack '\(path)'")
            let names = FolderListing.names(in: temporary)
            let only = names.count == 1 ? Path.join(temporary, names[0]) : temporary
            try LocalProgram.run("mv", ["-T", "--", only, target], purpose: "make '\(target)'")
        } catch {
            _ = try? LocalProgram.run("rm", ["-rf", "--", temporary], purpose: "tidy up")
            throw error
        }
        try LocalProgram.run("rm", ["-rf", "--", temporary], purpose: "tidy up")
    }

    private func note(_ version: String?, commit: String?, at target: String) throws(Diagnostic) {
        try LocalProgram.run("mkdir", ["-p", "--", target + "/meta"], purpose: "make '\(target)/meta'")
        var style = YAMLStyle()
        style.defaultFlowStyle = false
        var notes: OrderedMap = ["version": .string(version ?? "")]
        if let commit { notes["commit"] = .string(commit) }
        let text = try Value.dict(notes).yaml(style)
        try PlainFile.write(Array(text.utf8), to: target + "/meta/.galaxy_install_info", mode: 0o644)
    }
}
