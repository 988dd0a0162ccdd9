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
    private let rehearsal: Script

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let path = arguments.string(Self.file) ?? ""
        let program = try context.controller.read(path, decrypt: true)
        var values = arguments.values
        values.removeValue(forKey: .string(Self.file))
        let name = path.split(separator: "/").last.map(String.init) ?? path
        script = try Self.script(program, values, Self.ownArguments(name, context, checkMode: false))
        rehearsal = try Self.script(program, values, Self.ownArguments(name, context, checkMode: true))
    }

    /// Ansible's own arguments. What is hidden, and where temporary files go, no module is told.
    private static func ownArguments(_ name: String, _ context: ModuleContext, checkMode: Bool) -> OrderedMap {
        [
            "_ansible_check_mode": .bool(checkMode), "_ansible_debug": false,
            "_ansible_diff": .bool(context.showsDifferences), "_ansible_verbosity": .int(context.verbosity),
            "_ansible_version": "2.19.4", "_ansible_module_name": .string(name),
            "_ansible_syslog_facility": "LOG_USER",
            "_ansible_selinux_special_fs": ["fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"],
            "_ansible_shell_executable": "/bin/sh", "_ansible_keep_remote_files": false,
            "_ansible_ignore_unknown_opts": false,
        ]
    }

    private static func script(
        _ content: [UInt8], _ values: OrderedMap, _ own: OrderedMap
    ) throws(Diagnostic) -> Script {
        var program = content
        var all = values
        all.merge(own)
        let json = try Value.dict(all).json(sortKeys: true)
        let isBinary = program.starts(with: [0x7F] + Array("ELF".utf8))
        let given: String
        if let text = String(validating: program, as: UTF8.self), let mark = text.firstRange(of: embeddingMark) {
            program = Array((text[..<mark.lowerBound] + json + text[mark.upperBound...]).utf8)
            given = ""
        } else if isBinary || program.holds(Array("WANT_JSON".utf8)) {
            given = json
        } else {
            given = pairs(values, own)
        }
        let interpreter = ProgramFile.interpreter(of: program)
        let call = "\"$DROVER_MODULE\" \"$DROVER_ARGUMENTS\""
        return Script(
            interpreter.map { "exec \($0) \(call)" } ?? "chmod u+x \"$DROVER_MODULE\" || exit 126\nexec \(call)",
            uploads: [
                .init(variable: "DROVER_MODULE", bytes: program),
                .init(variable: "DROVER_ARGUMENTS", bytes: Array(given.utf8)),
            ], origin: .user)
    }

    /// Stands in a module for its arguments as JSON.
    private static let embeddingMark = "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>"

    /// `key=value`, each quoted for a shell: what was given, by name, then what is Ansible's own.
    private static func pairs(_ values: OrderedMap, _ own: OrderedMap) -> String {
        var pairs: [(String, String)] = []
        for (key, value) in values { pairs.append((ArgumentConversion.text(key), ArgumentConversion.text(value))) }
        pairs.sort { $0.0 < $1.0 }
        for (key, value) in own { pairs.append((ArgumentConversion.text(key), ArgumentConversion.text(value))) }
        return pairs.map { "\($0.0)=\($0.1.pythonQuoted)" }.joined(separator: " ")
    }

    package func start() throws(Diagnostic) -> Step {
        // What it would do in check mode, only it knows: it is told and runs.
        .apply(Change(.unknown, rehearsal: rehearsal), script) { answer in .done(Self.result(of: answer)) }
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
