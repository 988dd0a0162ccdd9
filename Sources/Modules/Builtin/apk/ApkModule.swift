//! `apk`: packages of Alpine.

import Connections
import Diagnostics
import Values

package struct ApkModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.apk"], "Manages packages with apk",
        arguments: [
            ArgumentSpec("name", .list(of: .string), "Packages", aliases: ["pkg"]),
            ArgumentSpec(
                "state", .string, "What to reach", default: "present",
                choices: ["absent", "installed", "latest", "present", "removed"]),
            ArgumentSpec("update_cache", .bool, "Fetch the index first", default: false),
            ArgumentSpec("upgrade", .bool, "Upgrade all packages", default: false),
            ArgumentSpec(
                "available", .bool, "With upgrade: take what repositories offer, even if lower", default: false),
            ArgumentSpec("repository", .list(of: .string), "Repositories instead of the configured ones"),
            ArgumentSpec("no_cache", .bool, "Use no cache", default: false),
            ArgumentSpec("world", .string, "File of wanted packages", default: "/etc/apk/world"),
        ],
        mutuallyExclusive: [["name", "upgrade"]],
        pinnable: [.packages("name", .equals), .upgrade("upgrade")])

    private let arguments: ModuleArguments
    private let names: [String]
    private let state: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        names = (arguments.strings("name") ?? []).flatMap { $0.split(separator: ",") }.map(\.withoutOuterBlanks)
        let aliases = ["installed": "present", "removed": "absent"]
        let state = arguments.string("state") ?? "present"
        self.state = aliases[state] ?? state
        if let bad = names.first(where: { $0.isEmpty || $0.hasPrefix("-") }) {
            throw arguments.invalid("name", "'\(bad)' is no package name")
        }
        guard !names.isEmpty || isOn("upgrade") || isOn("update_cache") else {
            throw Diagnostic(
                .missingArgument, "apk has nothing to do", at: arguments.range,
                help: "give name, upgrade or update_cache")
        }
    }

    private func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    private var options: String {
        var words: [String] = []
        if isOn("no_cache") { words.append("--no-cache") }
        let repositories = (arguments.strings("repository") ?? []).filter { !$0.isEmpty }
        if !repositories.isEmpty { words.append("--repositories-file /dev/null") }
        words += repositories.map { "--repository \($0.shellQuoted)" }
        return words.joined(separator: " ")
    }

    /// What apk would be told; nil where only the index is fetched.
    private var call: String? {
        let words = names.map(\.shellQuoted).joined(separator: " ")
        if isOn("upgrade") { return "upgrade\(isOn("available") ? " --available" : "")" }
        guard !names.isEmpty else { return nil }
        switch state {
        case "absent": return "del \(words)"
        case "latest": return "add --upgrade \(words)"
        default: return "add \(words)"
        }
    }

    package func start() throws(Diagnostic) -> Step {
        let update = Script("LC_ALL=C apk \(options) update", origin: .user)
        guard isOn("update_cache") else { return look() }
        return .apply(Change(call == nil ? .changes : .upkeep), update) { outcome in
            if outcome.status != 0 { return .done(failure("could not update package db", outcome)) }
            return call == nil
                ? .done(ModuleResult(changed: true, fields: ["msg": "updated repository indexes"])) : look()
        }
    }

    private func look() -> Step {
        guard let call else { return .done(ModuleResult()) }
        let checks = names.map { "apk info -e \($0.shellQuoted) >/dev/null 2>&1 && echo \("I \($0)".shellQuoted)" }
        let probe = """
            export LC_ALL=C
            command -v apk >/dev/null || exit 127
            \(checks.joined(separator: "\n"))
            apk \(options) --simulate \(call) || exit 1
            """
        return .observe(Probe(probe)) { observation in
            if observation.status == 127 { return .done(.failure("this host has no apk")) }
            let lines = observation.text.split(separator: "\n").map { String($0) }
            let installed = Set(lines.compactMap { $0.dropPrefix("I ") })
            if !names.isEmpty, state == "present", names.allSatisfy(installed.contains) { return .done(unchanged) }
            if state == "absent", !names.contains(where: installed.contains), !names.isEmpty { return .done(unchanged) }
            if observation.status != 0 { return .done(failure("apk cannot do that", observation)) }
            // Each step is written as `(1/2) Installing nginx (1.24.0-r7)`.
            let steps = lines.filter { $0.hasPrefix("(") }
            guard !steps.isEmpty else { return .done(unchanged) }
            return apply(call, steps)
        }
    }

    private var unchanged: ModuleResult { ModuleResult(fields: ["msg": "package(s) already as wished"]) }

    private func apply(_ call: String, _ steps: [String]) -> Step {
        let text = steps.joined(separator: "\n") + "\n"
        let difference = Difference(beforeHeader: "", afterHeader: "", before: "", after: "", prepared: text)
        let packages = steps.compactMap { $0.blankSeparatedWords.dropFirst(2).first }
        let fields: OrderedMap = ["packages": .strings(packages)]
        let script = Script("LC_ALL=C apk \(options) \(call)", origin: .user)
        let change = Change(differences: [difference], fields: fields, provides: [.anything])
        return .apply(change, script) { outcome in
            guard outcome.status == 0 else { return .done(failure("apk failed", outcome)) }
            var all = fields
            all["stdout"] = .string(outcome.text)
            all["stderr"] = .string(outcome.errorText)
            return .done(ModuleResult(changed: true, fields: all))
        }
    }

    private func failure(_ message: String, _ outcome: Observation) -> ModuleResult {
        let reason = [outcome.errorText, outcome.text].map(\.withoutOuterBlanks).first { !$0.isEmpty } ?? ""
        return .failure("\(message): \(reason)", fields: ["rc": .int(Int(outcome.status))])
    }
}
