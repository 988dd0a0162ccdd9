//! `modprobe`: modules of the running kernel, and which are loaded at boot.

import Connections
import Diagnostics
import Values

package struct ModprobeModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.modprobe"], "Loads and unloads kernel modules",
        arguments: [
            ArgumentSpec("name", .string, "Name of the module", required: true),
            ArgumentSpec("state", .string, "Whether it is loaded", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("params", .string, "Parameters for it", default: ""),
            ArgumentSpec(
                "persistent", .string, "Whether it is loaded at boot", default: "disabled",
                choices: ["absent", "disabled", "present"]),
        ], readsAhead: true)

    private let name: String
    private let params: String
    private let absent: Bool
    private let persistent: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        params = arguments.string("params") ?? ""
        absent = arguments.string("state") == "absent"
        persistent = arguments.string("persistent") ?? "disabled"
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isNameByte || "-.".utf8.contains($0) }), !name.hasPrefix("-")
        else {
            throw arguments.invalid("name", "'\(name)' is no name of a kernel module")
        }
        if params.contains("\n") { throw arguments.invalid("params", "params has more than one line") }
    }

    /// The kernel writes underscores where people write dashes.
    private var kernelName: String { name.map { $0 == "-" ? "_" : String($0) }.joined() }
    private var loadFile: String { "/etc/modules-load.d/\(name).conf" }
    private var optionsFile: String { "/etc/modprobe.d/\(name).conf" }

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            export LC_ALL=C
            if [ -d /sys/module/\(kernelName) ]; then echo loaded
            elif grep -qs '/\(kernelName)\\.ko$' "/lib/modules/$(uname -r)/modules.builtin"; then echo loaded; fi
            if [ "$(cat \(loadFile) 2>/dev/null)" = \(name.shellQuoted) ]; then echo persistent; fi
            if [ "$(cat \(optionsFile) 2>/dev/null)" = \(optionsLine.shellQuoted) ]; then echo options; fi
            if [ -e \(loadFile) ] || [ -e \(optionsFile) ]; then echo files; fi
            """
        return .observe(Probe(probe)) { observation in decide(Set(observation.text.blankSeparatedWords)) }
    }

    private var optionsLine: String { "options \(name) \(params)" }

    private func decide(_ found: Set<String>) -> Step {
        var commands: [String] = []
        if absent, found.contains("loaded") { commands.append("modprobe -r \(name)") }
        if !absent, !found.contains("loaded") {
            let words = params.blankSeparatedWords.map { " " + $0.shellQuoted }.joined()
            commands.append("modprobe \(name)\(words)")
        }
        if persistent == "present" {
            if !found.contains("persistent") {
                commands.append("mkdir -p /etc/modules-load.d && printf '%s\\n' \(name) >\(loadFile)")
            }
            if !params.isEmpty, !found.contains("options") {
                commands.append("mkdir -p /etc/modprobe.d && printf '%s\\n' \(optionsLine.shellQuoted) >\(optionsFile)")
            }
        } else if persistent == "absent", found.contains("files") {
            commands.append("rm -f \(loadFile) \(optionsFile)")
        }
        let fields: OrderedMap = [
            "name": .string(name), "params": .string(params), "state": absent ? "absent" : "present",
        ]
        guard !commands.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let script = Script("export LC_ALL=C\n" + commands.map { "{ \($0); } || exit $?" }.joined(separator: "\n"))
        return .apply(Change(fields: fields), script) { outcome in
            guard outcome.status == 0 else {
                var failed = fields
                failed["rc"] = .int(Int(outcome.status))
                return .done(.failure(outcome.errorText.withoutOuterBlanks, fields: failed))
            }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }
}
