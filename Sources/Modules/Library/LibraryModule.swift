//! A module of the user's own from `library/`: a script or program that is handed a file with its arguments.

import Connections
import Diagnostics
import Values

/// Ansible's "old-style" and "non-native want JSON" modules. It answers with JSON on standard output.
package struct LibraryModule: Module {
    /// The name of the argument that says which file of the control node the module is.
    package static let file = "_module_file"

    package static let spec = ModuleSpec(
        ["library module"], "A module from a library folder",
        arguments: [ArgumentSpec(file, .path, "Where the module is on the control node", required: true)],
        acceptsAnyArgument: true)

    private let script: Script

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let path = arguments.string(Self.file) ?? ""
        var program = try context.controller.read(path, decrypt: true)
        var values = arguments.values
        values.removeValue(forKey: .string(Self.file))
        let json = try Value.dict(values).json(sortKeys: true)
        let isBinary = program.starts(with: [0x7F] + Array("ELF".utf8))
        let given: String
        if let text = String(validating: program, as: UTF8.self), let mark = text.firstRange(of: Self.embeddingMark) {
            program = Array((text[..<mark.lowerBound] + json + text[mark.upperBound...]).utf8)
            given = ""
        } else if isBinary || program.holds(Array("WANT_JSON".utf8)) {
            given = json
        } else {
            given = Self.pairs(values, context, name: path.split(separator: "/").last.map(String.init) ?? path)
        }
        let interpreter = ProgramFile.interpreter(of: program)
        let call = "\"$DROVER_MODULE\" \"$DROVER_ARGUMENTS\""
        script = Script(
            interpreter.map { "exec \($0) \(call)" } ?? "chmod u+x \"$DROVER_MODULE\" || exit 126\nexec \(call)",
            uploads: [
                .init(variable: "DROVER_MODULE", bytes: program),
                .init(variable: "DROVER_ARGUMENTS", bytes: Array(given.utf8)),
            ], origin: .user)
    }

    /// Stands in a module for its arguments as JSON.
    private static let embeddingMark = "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>"

    /// `key=value`, each quoted for a shell.
    private static func pairs(_ values: OrderedMap, _ context: ModuleContext, name: String) -> String {
        var pairs: [(String, String)] = []
        for (key, value) in values { pairs.append((ArgumentConversion.text(key), ArgumentConversion.text(value))) }
        pairs.sort { $0.0 < $1.0 }
        pairs += [
            ("_ansible_check_mode", "False"), ("_ansible_diff", context.showsDifferences ? "True" : "False"),
            ("_ansible_verbosity", String(context.verbosity)), ("_ansible_module_name", name),
        ]
        return pairs.map { "\($0.0)=\($0.1.pythonQuoted)" }.joined(separator: " ")
    }

    package func start() throws(Diagnostic) -> Step {
        // What it would do in check mode, only it knows.
        .apply(Change(.unknown), script) { answer in .done(Self.result(of: answer)) }
    }

    private static func result(of answer: Observation) -> ModuleResult {
        guard var fields = report(in: answer.output) else {
            return .failure(
                "Module result deserialization failed: No start of json char found",
                fields: [
                    "module_stdout": .string(answer.text), "module_stderr": .string(answer.errorText),
                    "rc": .int(Int(answer.status)),
                ])
        }
        let failed = flag(fields["failed"]) ?? (fields["rc"].map { $0 != 0 } ?? false)
        var result = ModuleResult(changed: flag(fields["changed"]) ?? false, failed: failed)
        if let facts = fields["ansible_facts"]?.dict, !failed { result.effects = [.facts(facts)] }
        result.skipped = flag(fields["skipped"]) ?? false
        for key in ["changed", "failed", "skipped", "invocation"] { fields.removeValue(forKey: .string(key)) }
        result.fields = fields
        return result
    }

    private static func flag(_ value: Value?) -> Bool? {
        guard let value, case .converted(let flag) = ArgumentConversion.convert(value, to: .bool) else { return nil }
        return flag.bool
    }

    /// The JSON object in what a module printed: from the first line that begins with a brace to the last brace.
    private static func report(in output: [UInt8]) -> OrderedMap? {
        let brace = UInt8(ascii: "{")
        let starts = output.indices.filter { output[$0] == brace && ($0 == 0 || output[$0 - 1] == UInt8(ascii: "\n")) }
        guard let start = starts.first, let end = output.lastIndex(of: UInt8(ascii: "}")), start < end else {
            return nil
        }
        return (try? JSON.parse(Array(output[start...end])))?.dict
    }
}

extension String {
    /// Quoted as Python's `shlex.quote` does: only where it has to be.
    fileprivate var pythonQuoted: String {
        let plain = Set("@%+=:,./-_")
        let isPlain =
            !isEmpty
            && unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || plain.contains(Character($0)))
            }
        return isPlain
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'") + "'"
    }
}

extension [UInt8] {
    /// Whether a sequence of bytes occurs.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        return indices.dropLast(part.count - 1).contains { self[$0] == first && self[$0...].starts(with: part) }
    }
}
