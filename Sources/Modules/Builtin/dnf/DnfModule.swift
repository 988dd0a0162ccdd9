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
            ArgumentSpec("sslverify", .bool, "Check certificates of repositories", default: true),
            ArgumentSpec("validate_certs", .bool, "Check certificates of packages' addresses", default: true),
            ArgumentSpec("lock_timeout", .int, "Seconds to wait for another dnf", default: 30),
        ],
        pinnable: [.packages("name", .dash)])

    private let arguments: ModuleArguments
    private let names: [String]
    private let absent: Bool
    private let latest: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        names = (arguments.strings("name") ?? []).flatMap { $0.split(separator: ",") }.map(\.withoutOuterBlanks)
        let state = arguments.string("state")
        let autoremoves = arguments.bool("autoremove") ?? false
        absent = state == "absent" || state == "removed" || (state == nil && autoremoves)
        latest = state == "latest"
        if let bad = names.first(where: { $0.isEmpty || $0.hasPrefix("-") }) {
            throw arguments.invalid("name", "'\(bad)' is no package name")
        }
        guard !names.isEmpty || autoremoves || (arguments.bool("update_cache") ?? false) else {
            throw Diagnostic(
                .missingArgument, "dnf has nothing to do", at: arguments.range,
                help: "give name, autoremove or update_cache")
        }
    }

    private func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    /// Options that every call gets.
    private var options: String {
        var words = ["-y", "-q"]
        for (argument, option) in [
            ("enablerepo", "--enablerepo"), ("disablerepo", "--disablerepo"), ("exclude", "--exclude"),
            ("disable_plugin", "--disableplugin"), ("enable_plugin", "--enableplugin"),
        ] {
            words += (arguments.strings(argument) ?? []).filter { !$0.isEmpty }.map { "\(option)=\($0.shellQuoted)" }
        }
        for (argument, option) in [
            ("disable_gpg_check", "--nogpgcheck"), ("allowerasing", "--allowerasing"), ("nobest", "--nobest"),
            ("best", "--best"), ("skip_broken", "--skip-broken"), ("cacheonly", "--cacheonly"),
            ("download_only", "--downloadonly"), ("security", "--security"), ("bugfix", "--bugfix"),
        ] where isOn(argument) { words.append(option) }
        if arguments.bool("install_weak_deps") == false { words.append("--setopt=install_weak_deps=False") }
        let checksCertificates = ["sslverify", "validate_certs"].allSatisfy { arguments.bool($0) != false }
        if !checksCertificates { words.append("--setopt=sslverify=False") }
        if let root = arguments.string("installroot"), root != "/" { words.append("--installroot=\(root.shellQuoted)") }
        if let release = arguments.string("releasever") { words.append("--releasever=\(release.shellQuoted)") }
        if let file = arguments.string("conf_file") { words.append("--config=\(file.shellQuoted)") }
        if let excludes = arguments.string("disable_excludes") {
            words.append("--disableexcludes=\(excludes.shellQuoted)")
        }
        return words.joined(separator: " ")
    }

    private static let tool =
        "export LC_ALL=C; d=$(command -v dnf || command -v yum) || { echo 'no dnf here' >&2; exit 127; }"

    /// rpm knows what is installed, by name, name-version, or what a package provides.
    package func start() throws(Diagnostic) -> Step {
        let root = arguments.string("installroot") ?? "/"
        let asked = names.filter { !Self.isSpecial($0) }
        let questions = asked.map { name in
            let query = "rpm --root \(root.shellQuoted) -q"
            return "if \(query) \(name.shellQuoted) >/dev/null 2>&1 "
                + "|| \(query) --whatprovides \(name.shellQuoted) >/dev/null 2>&1; "
                + "then echo \("I \(name)".shellQuoted); fi"
        }
        let probe = ([Self.tool] + questions).joined(separator: "\n") + "\n:"
        return .observe(Probe(probe)) { observation in
            if observation.status == 127 { return .done(.failure("this host has no dnf")) }
            let installed = Set(observation.text.split(separator: "\n").compactMap { String($0).dropPrefix("I ") })
            guard isOn("update_cache") else { return decide(installed) }
            let isWholeTask = names.isEmpty && !isOn("autoremove")
            let refresh = Script("\(Self.tool)\n\"$d\" \(options) makecache --refresh", origin: .user)
            return .apply(Change(isWholeTask ? .changes : .upkeep), refresh) { outcome in
                if outcome.status != 0 { return .done(failure("Failed to refresh the metadata", outcome)) }
                return isWholeTask
                    ? .done(ModuleResult(fields: ["msg": "Cache updated", "results": [], "rc": 0])) : decide(installed)
            }
        }
    }

    private static func isSpecial(_ name: String) -> Bool {
        name.hasPrefix("@") || name.contains("*") || name.contains("://") || name.hasSuffix(".rpm")
    }

    private func decide(_ installed: Set<String>) -> Step {
        var verb = latest ? "upgrade-or-install" : isOn("allow_downgrade") ? "downgrade-or-install" : "install"
        var wanted = names.filter { Self.isSpecial($0) || !installed.contains($0) || latest }
        if absent {
            verb = names.isEmpty ? "autoremove" : isOn("autoremove") ? "autoremove" : "remove"
            wanted = names.filter { Self.isSpecial($0) || installed.contains($0) }
        } else if isOn("update_only") {
            verb = "upgrade"
            wanted = names.filter { Self.isSpecial($0) || installed.contains($0) }
        }
        guard !wanted.isEmpty || (verb == "autoremove" && names.isEmpty) else {
            return .done(ModuleResult(fields: ["msg": "Nothing to do", "rc": 0, "results": []]))
        }
        return perform(calls(verb, wanted, installed))
    }

    private func calls(_ verb: String, _ wanted: [String], _ installed: Set<String>) -> [String] {
        func call(_ verb: String, _ names: [String]) -> String? {
            names.isEmpty && verb != "autoremove" ? nil : "\(verb) \(names.map(\.shellQuoted).joined(separator: " "))"
        }
        switch verb {
        case "upgrade-or-install":
            if wanted.contains("*") { return ["upgrade"] }
            let there = wanted.filter(installed.contains)
            let missing = wanted.filter { !installed.contains($0) }
            return [call("upgrade", there), call("install", missing)].compactMap { $0 }
        case "downgrade-or-install": return [call("install", wanted)].compactMap { $0 }
        default: return [call(verb, wanted)].compactMap { $0 }
        }
    }

    /// dnf has no simulation, but says what it would do if nobody agrees.
    private func perform(_ calls: [String]) -> Step {
        let dry = "--assumeno " + options.dropFirst("-y -q".count)
        let questions = calls.map { "\"$d\" \(dry) \($0) </dev/null 2>&1; echo \"status $?\"" }
        return .observe(Probe(([Self.tool] + questions).joined(separator: "\n"))) { observation in
            let text = observation.text
            if let unknown = text.split(separator: "\n").first(where: {
                $0.contains("No match for argument") || $0.contains("Unable to find a match")
            }) {
                if !absent { return .done(.failure(unknown.withoutOuterBlanks, fields: ["rc": 1, "results": []])) }
            }
            guard
                text.contains("Transaction Summary") || text.contains("Total download size")
                    || text.contains("Installed size")
            else {
                let isIdle =
                    text.contains("Nothing to do") || text.contains("No packages marked for removal")
                    || !text.contains("status 1")
                return .done(
                    isIdle
                        ? ModuleResult(fields: ["msg": "Nothing to do", "rc": 0, "results": []])
                        : failure("dnf refused", observation))
            }
            let script = Script(
                ([Self.tool] + calls.map { "\"$d\" \(options) \($0) || exit $?" }).joined(separator: "\n"),
                origin: .user)
            let difference = Difference(beforeHeader: "", afterHeader: "", before: "", after: "", prepared: text)
            return .apply(Change(differences: [difference], provides: [.anything]), script) { outcome in
                guard outcome.status == 0 else { return .done(failure("Failed to change packages", outcome)) }
                let results = outcome.text.split(separator: "\n").map { String($0) }
                return .done(ModuleResult(changed: true, fields: ["msg": "", "rc": 0, "results": .strings(results)]))
            }
        }
    }

    private func failure(_ message: String, _ outcome: Observation) -> ModuleResult {
        let reason = [outcome.errorText, outcome.text].map(\.withoutOuterBlanks).first { !$0.isEmpty } ?? ""
        return .failure("\(message): \(reason)", fields: ["rc": .int(Int(outcome.status)), "results": []])
    }
}
