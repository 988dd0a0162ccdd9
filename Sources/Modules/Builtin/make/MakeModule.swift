//! `make`: targets of a Makefile.

import Connections
import Diagnostics
import Values

package struct MakeModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.make"], "Makes targets of a Makefile",
        arguments: [
            ArgumentSpec("chdir", .path, "The folder of the Makefile", required: true),
            ArgumentSpec("target", .string, "The target"),
            ArgumentSpec("targets", .list(of: .string), "The targets"),
            ArgumentSpec("params", .dict, "Variables for make; one without a value stands alone"),
            ArgumentSpec("file", .path, "Another Makefile"),
            ArgumentSpec("make", .path, "Another make"),
            ArgumentSpec("jobs", .int, "How many at the same time"),
        ],
        mutuallyExclusive: [["target", "targets"]])

    private let folder: String
    private let command: [String]
    private let program: String?
    private let fields: OrderedMap

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        folder = arguments.string("chdir") ?? ""
        program = arguments.string("make")
        var words: [String] = []
        if let jobs = arguments.int("jobs") { words += ["-j", String(jobs)] }
        if let file = arguments.string("file") { words += ["-f", file] }
        words += arguments.string("target").map { [$0] } ?? arguments.strings("targets") ?? []
        for (name, value) in arguments.dict("params") ?? [:] {
            words.append(value == .none ? try name.text() : "\(try name.text())=\(try value.text())")
        }
        command = words
        fields = arguments.values
    }

    /// `make -q` tells whether anything is to be done.
    package func start() throws(Diagnostic) -> Step {
        let words = command.map { " " + RemotePath($0).shellWord }.joined()
        let make = program.map { RemotePath($0).shellWord } ?? "\"$(command -v gmake || command -v make)\""
        let start = "cd \(RemotePath(folder).shellWord) || exit 100\nm=\(make); [ -n \"$m\" ] || exit 101\n"
        return .observe(Probe("\(start)echo \"$m\"; \"$m\"\(words) -q >/dev/null 2>&1 </dev/null; echo $?")) { found in
            let lines = found.text.split(separator: "\n").map(String.init)
            switch found.status {
            case 100:
                return .lacking(
                    [.path(folder)], failure: failure("the folder \(folder) is not there"), then: act("", start, words))
            case 101:
                return .lacking([.anything], failure: failure("this host has no make"), then: act("make", start, words))
            default: break
            }
            let text = "\(lines.first ?? "make")\(command.map { " " + $0 }.joined())"
            guard lines.last != "0" else {
                return .done(
                    ModuleResult(fields: fields.merging(["command": .string(text), "stdout": "", "stderr": ""])))
            }
            return act(text, start, words)
        }
    }

    private func failure(_ message: String) -> ModuleResult { .failure(message, fields: fields) }

    private func act(_ text: String, _ start: String, _ words: String) -> Step {
        let known = fields.merging(["command": .string(text)])
        return .apply(Change(fields: known), Script("\(start)exec \"$m\"\(words)", origin: .user)) { outcome in
            let fields = known.merging(["stdout": .string(outcome.text), "stderr": .string(outcome.errorText)])
            guard outcome.status == 0 else {
                let reason = outcome.errorText.trimmed
                return .done(
                    .failure("make failed: \(reason)", fields: fields.merging(["rc": .int(Int(outcome.status))])))
            }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }
}
