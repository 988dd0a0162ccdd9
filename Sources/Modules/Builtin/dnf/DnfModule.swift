//! `dnf`, alias `yum`: packages of Fedora, Red Hat and their children.

import Connections
import Diagnostics
import Values

package struct DnfModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.dnf", "ansible.builtin.yum", "ansible.builtin.dnf5"], "Manages packages with dnf",
        arguments: [
            ArgumentSpec("name", .list(of: .string), "Packages, groups (@x), files or addresses", aliases: ["pkg"]),
            ArgumentSpec(
                "state", .string, "What to reach", choices: ["absent", "installed", "latest", "present", "removed"]),
            ArgumentSpec("update_cache", .bool, "Fetch the metadata again", default: false, aliases: ["expire-cache"]),
            ArgumentSpec("update_only", .bool, "Leave alone what is not installed", default: false),
            ArgumentSpec("enablerepo", .list(of: .string), "Repositories to use as well", default: []),
            ArgumentSpec("disablerepo", .list(of: .string), "Repositories to leave out", default: []),
            ArgumentSpec("exclude", .list(of: .string), "Packages to leave alone", default: []),
            ArgumentSpec("disable_excludes", .string, "Excludes of the configuration to pass over"),
            ArgumentSpec("disable_plugin", .list(of: .string), "Plugins to switch off", default: []),
            ArgumentSpec("enable_plugin", .list(of: .string), "Plugins to switch on", default: []),
            ArgumentSpec("disable_gpg_check", .bool, "Accept unsigned packages", default: false),
            ArgumentSpec("allow_downgrade", .bool, "Allow a lower version", default: false),
            ArgumentSpec("allowerasing", .bool, "Remove what is in the way", default: false),
            ArgumentSpec("nobest", .bool, "Take another version than the best", default: false),
            ArgumentSpec("best", .bool, "Insist on the best version"),
            ArgumentSpec("skip_broken", .bool, "Leave out what cannot be resolved", default: false),
            ArgumentSpec("install_weak_deps", .bool, "Install recommended packages", default: true),
            ArgumentSpec("autoremove", .bool, "Remove dependencies nothing needs any more", default: false),
            ArgumentSpec("bugfix", .bool, "Only bug fixes (with latest)", default: false),
            ArgumentSpec("security", .bool, "Only security fixes (with latest)", default: false),
            ArgumentSpec("installroot", .string, "Folder of another system", default: "/"),
            ArgumentSpec("releasever", .string, "Release to take packages of"),
            ArgumentSpec("conf_file", .string, "Configuration file"),
            ArgumentSpec("cacheonly", .bool, "Use the metadata that is there", default: false),
            ArgumentSpec("download_only", .bool, "Fetch, do not install", default: false),
            ArgumentSpec("download_dir", .path, "Where to fetch to (with download_only)"),
            ArgumentSpec("install_repoquery", .bool, "Means nothing; known to Ansible's module", default: true),
            ArgumentSpec(
                "use_backend", .string, "Which dnf to call", default: "auto",
                choices: ["auto", "dnf", "yum", "yum4", "dnf4", "dnf5"]),
            ArgumentSpec("sslverify", .bool, "Check certificates of repositories", default: true),
            ArgumentSpec("validate_certs", .bool, "Check certificates of packages' addresses", default: true),
            ArgumentSpec("lock_timeout", .int, "Seconds to wait for another dnf", default: 30),
        ],
        pinnable: [.packages("name", .dash)], readsAhead: true)

    let arguments: ModuleArguments
    let names: [String]
    let absent: Bool
    let latest: Bool
    let options: String
    let pins: Pins?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        pins = context.pinning?.pins
        names = (arguments.strings("name") ?? []).flatMap { $0.split(separator: ",") }.map(\.withoutOuterBlanks)
        let state = arguments.string("state")
        let autoremoves = arguments.bool("autoremove") ?? false
        absent = state == "absent" || state == "removed" || (state == nil && autoremoves)
        latest = state == "latest"
        options = DnfOptions(arguments).text
        if let bad = names.first(where: { $0.isEmpty || $0.hasPrefix("-") }) {
            throw arguments.invalid("name", "'\(bad)' is no package name")
        }
        guard !names.isEmpty || autoremoves || (arguments.bool("update_cache") ?? false) else {
            throw Diagnostic(
                .missingArgument, "dnf has nothing to do", at: arguments.range,
                help: "give name, autoremove or update_cache")
        }
    }

    func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    var root: String { arguments.string("installroot") ?? "/" }

    /// Finds the program.
    var tool: String {
        let candidates =
            switch arguments.string("use_backend") ?? "auto" {
            case "dnf5": "dnf5"
            case "dnf", "dnf4", "yum4": "dnf4 dnf-3 dnf"
            default: "dnf yum"
            }
        return "export LC_ALL=C; d=; for p in \(candidates); do d=$(command -v $p) && break; done; "
            + "[ -n \"$d\" ] || { echo 'no dnf here' >&2; exit 127; }"
    }

    /// rpm knows what is installed, by name, name-version, or what a package provides.
    package func start() throws(Diagnostic) -> Step {
        let questions = names.filter { !Self.isSpecial($0) }.map(question)
        let probe = ([tool] + questions).joined(separator: "\n") + "\n:"
        return .observe(Probe(probe)) { observation in
            if observation.status == 127 { return .done(.failure("this host has no dnf")) }
            let installed = Set(observation.text.split(separator: "\n").compactMap(Self.installed))
            guard isOn("update_cache") else { return decide(installed) }
            let isWholeTask = names.isEmpty && !isOn("autoremove")
            let refresh = Script("\(tool)\n\"$d\" -y -q \(options) makecache --refresh", origin: .user)
            return .apply(Change(.upkeep), refresh) { outcome in
                if outcome.status != 0 { return .done(failure("Failed to refresh the metadata", outcome)) }
                return isWholeTask ? .done(idle("Cache updated")) : decide(installed)
            }
        }
    }

    private func question(_ name: String) -> String {
        let query = "rpm --root \(root.shellQuoted) -q"
        if let wish = DnfComparison(name) {
            let format = "V \(name)|%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n".shellQuoted
            return "\(query) --qf \(format) \(wish.name.shellQuoted) 2>/dev/null | grep '^V '"
        }
        return "if \(query) \(name.shellQuoted) >/dev/null 2>&1 "
            + "|| \(query) --whatprovides \(name.shellQuoted) >/dev/null 2>&1; "
            + "then echo \("I \(name)".shellQuoted); fi"
    }

    private static func installed(_ line: Substring) -> String? {
        if let name = String(line).dropPrefix("I ") { return name }
        guard let (name, version) = String(line).dropPrefix("V ")?[...].halves(at: "|"),
            let wish = DnfComparison(name), wish.isMet(by: version)
        else { return nil }
        return name
    }

    static func isSpecial(_ name: String) -> Bool {
        name.hasPrefix("@") || name.contains { "*?[".contains($0) } || name.contains("://") || name.hasSuffix(".rpm")
    }

    private func decide(_ installed: Set<String>) -> Step {
        func isThere(_ name: String) -> Bool { Self.isSpecial(name) || installed.contains(name) }
        let (there, missing) = (names.filter(isThere), names.filter { !isThere($0) })
        if absent {
            let told = missing.map { "No match for argument: \($0)" }
            guard !there.isEmpty || names.isEmpty else { return .done(idle(told)) }
            return simulate([DnfCall(names.isEmpty ? "autoremove" : "remove", there)], told)
        }
        let upgrade = isOn("security") || isOn("bugfix") ? "upgrade-minimal" : "upgrade"
        if isOn("update_only") {
            let told = missing.map { "Packages providing \($0) not installed due to update_only specified" }
            return there.isEmpty ? .done(idle(told)) : simulate([DnfCall(upgrade, there)], told)
        }
        guard latest else {
            return simulate([DnfCall("install", names.filter { Self.isSpecial($0) || !installed.contains($0) })])
        }
        if names.contains("*") { return simulate([DnfCall(upgrade, [])]) }
        let fresh = names.filter { Self.isSpecial($0) || !installed.contains($0) }
        return simulate([DnfCall(upgrade, names.filter { !fresh.contains($0) }), DnfCall("install", fresh)])
    }
}
