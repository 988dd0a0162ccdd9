//! `drover galaxy`, which `ansible-galaxy` is another name for: roles and collections that are installed.

import ArgumentParser
import Diagnostics
import Playbooks
import Reports

struct GalaxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "galaxy", abstract: "List, install and remove roles; list collections.",
        discussion: "Roles come from git repositories and archives. The Galaxy server is never asked.",
        subcommands: [
            GalaxyRole.self, GalaxyCollection.self, RoleList.self, RoleInstall.self, RoleRemove.self,
        ])
}

struct GalaxyRole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Roles.", subcommands: [RoleList.self, RoleInstall.self, RoleRemove.self])
}

struct GalaxyCollection: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collection", abstract: "Collections.", subcommands: [CollectionList.self])
}

/// Where roles are looked for and put.
struct RoleOptions: ParsableArguments {
    @Option(
        name: [.customShort("p"), .customLong("roles-path")], parsing: .unconditional,
        help: "Folders with roles, separated by colons.")
    var path: String?

    @Flag(name: .shortAndLong, help: "Accepted for compatibility.")
    var verbose: Int

    func folders() throws(Diagnostic) -> [String] {
        let given = (path ?? "").split(separator: ":").map { Path.absolute(Path.expanded(String($0))) }
        let configured = try Configuration(environment: ProcessEnvironment.all).paths(.rolesPath)
        return given + configured.map(Path.absolute)
    }
}

struct RoleList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the installed roles.")
    @OptionGroup var options: RoleOptions
    @Argument(help: "Only this role.") var role: String?

    func run() throws {
        let folders = try options.folders()
        let output = Output.standard(isColoured: false, width: 80)
        let known = folders.filter(Path.isFolder)
        for folder in folders where !Path.isFolder(folder) {
            output.writeError("[WARNING]: - the configured path \(folder) does not exist.\n")
        }
        guard !known.isEmpty else {
            throw Diagnostic(
                .fileNotFound, "None of the provided paths were usable", help: "name a folder with --roles-path"
            ).exiting(5)
        }
        if let role {
            let found = known.first { InstalledRole(name: role, folder: $0) != nil }
            guard let found, let installed = InstalledRole(name: role, folder: found) else {
                output.writeError("[WARNING]: - the role \(role) was not found\n")
                return
            }
            return output.write("# \(found)\n\(installed.line)\n")
        }
        for folder in known {
            output.write("# \(folder)\n")
            for role in InstalledRole.all(in: folder) where role.isDescribed { output.write(role.line + "\n") }
        }
    }
}

struct RoleRemove: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove installed roles.")
    @OptionGroup var options: RoleOptions
    @Argument var roles: [String]

    func run() throws {
        let folders = try options.folders()
        let output = Output.standard(isColoured: false, width: 80)
        for role in roles {
            try InstalledRole.checkName(role)
            let installed = folders.lazy.compactMap { InstalledRole(name: role, folder: $0) }.first
            guard let installed else {
                output.write("- \(role) is not installed, skipping.\n")
                continue
            }
            try LocalProgram.run("rm", ["-rf", "--", installed.path], purpose: "remove '\(installed.path)'")
            output.write("- successfully removed \(role)\n")
        }
    }
}
