//! `apache2_module`: which modules Apache loads, on Debian and its kin.

import Connections
import Diagnostics
import Values

package struct Apache2ModuleModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.apache2_module"], "Enables and disables modules of Apache",
        arguments: [
            ArgumentSpec("name", .string, "The module as a2enmod knows it", required: true),
            ArgumentSpec(
                "state", .string, "Whether it is loaded", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("identifier", .string, "Its name in `apache2ctl -M`, where that is not name_module"),
            ArgumentSpec("force", .bool, "Disables even what Debian holds to be essential", default: false),
            ArgumentSpec(
                "ignore_configcheck", .bool, "Goes on where the configuration is faulty for want of an mpm module",
                default: false),
            ArgumentSpec("warn_mpm_absent", .bool, "Accepted; nothing is warned of", default: true),
        ])

    private let name: String
    private let isWanted: Bool
    private let identifier: String
    private let isForced: Bool
    private let ignoresFaults: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        isWanted = arguments.string("state") != "absent"
        identifier = arguments.string("identifier") ?? Self.identifier(of: name)
        isForced = arguments.bool("force") ?? false
        ignoresFaults = arguments.bool("ignore_configcheck") ?? false
        guard !name.isEmpty, !name.hasPrefix("-"), name.utf8.allSatisfy({ $0.isNameByte || "-.+".utf8.contains($0) })
        else { throw arguments.invalid("name", "'\(name)' is no module of Apache") }
    }

    /// Most are called as they say, some are not.
    private static func identifier(of name: String) -> String {
        switch name {
        case "shib", "shib2": "mod_shib"
        case "evasive": "evasive20_module"
        case "dump_io": "dumpio_module"
        case _ where name.hasPrefix("php7"): "php7_module"
        case _ where name.hasPrefix("php5"): "php5_module"
        case _ where name.hasPrefix("php"): "php_module"
        default: "\(name)_module"
        }
    }

    private static let control = "c=$(command -v apache2ctl || command -v apachectl)"

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe("export LC_ALL=C; \(Self.control) || exit 127; \"$c\" -M")) { found in
            guard found.status != 127 else {
                return .lacking([.anything], failure: .failure("this host has no apache2ctl"), then: change())
            }
            guard found.status == 0 || ignoresFaults && isWithoutProcessing(found) else {
                return .done(.failure("Error executing apache2ctl: \(found.errorText.trimmed)"))
            }
            guard isLoaded(found) != isWanted else { return .done(ModuleResult(fields: fields)) }
            return change()
        }
    }

    /// Without one of the mpm modules the configuration cannot be right, which is why one is exchanged here.
    private func isWithoutProcessing(_ found: Observation) -> Bool {
        name.hasPrefix("mpm_") && found.errorText.contains("AH00534")
    }

    private func isLoaded(_ found: Observation) -> Bool {
        found.text.split(separator: "\n").contains { String($0).blankSeparatedWords.first == identifier }
    }

    private var outcome: String { isWanted ? "enabled" : "disabled" }
    private var fields: OrderedMap { ["result": .string("Module \(name) \(outcome)")] }

    private func change() -> Step {
        let program = isWanted ? "a2enmod" : isForced ? "a2dismod -f" : "a2dismod"
        let script = Script(
            "export LC_ALL=C; \(Self.control) || exit 127; \(program) \(name.shellQuoted) >&2 || exit $?; \"$c\" -M || :"
        )
        let before = isWanted ? "disabled" : "enabled"
        let change = Change(
            differences: [
                Difference(
                    beforeHeader: name, afterHeader: name, before: "\(before)\n", after: "\(outcome)\n")
            ], fields: fields)
        return .apply(change, script) { answer in
            if answer.status == 0, isLoaded(answer) == isWanted || ignoresFaults {
                return .done(ModuleResult(changed: true, fields: fields))
            }
            let reason = answer.errorText.trimmed
            let doubt =
                answer.status == 0 ? "\nis '\(identifier)' its name in `apache2ctl -M`? If not, set identifier" : ""
            return .done(
                .failure(
                    "Failed to set module \(name) to \(outcome): \(reason)\(doubt)",
                    fields: ["rc": .int(Int(answer.status)), "stderr": .string(answer.errorText)]))
        }
    }
}
