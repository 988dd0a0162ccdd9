//! Running what a user wrote: `command`, `shell`, `raw` and `script` in Ansible's words.

import Connections
import Diagnostics
import Values

/// One run of a user's command, with what decides whether it runs at all.
struct UserCommand: Sendable {
    /// The shell text that becomes the command: it ends with `exec`.
    var text: String
    /// The program and its arguments, where a missing program is to be told from one that failed.
    var program: Program?
    /// `cmd` in the result: the words, or the text as written; nil leaves it out.
    var shown: Value?
    var chdir: String?
    var creates: String?
    var removes: String?
    var input: [UInt8] = []
    var uploads: [Script.Upload] = []
    var stripsEmptyEnds = true
    /// Reports times and the words of the command, as `command` and `shell` do but `raw` does not.
    var isTimed = true

    /// The arguments that `command`, `shell` and `script` share.
    static let conditions = [
        ArgumentSpec("creates", .path, "Does not run if this path or pattern exists"),
        ArgumentSpec("removes", .path, "Runs only if this path or pattern exists"),
        ArgumentSpec("chdir", .path, "Folder to run in"),
    ]

    static let streams = [
        ArgumentSpec("stdin", .string, "Standard input of the command"),
        ArgumentSpec("stdin_add_newline", .bool, "Ends the standard input with a newline", default: true),
        ArgumentSpec("strip_empty_ends", .bool, "Drops newlines at the end of the outputs", default: true),
    ]

    /// Takes `chdir`, `creates`, `removes` and the streams from the arguments.
    mutating func take(_ arguments: ModuleArguments) {
        chdir = arguments.string("chdir")
        creates = arguments.string("creates")
        removes = arguments.string("removes")
        stripsEmptyEnds = arguments.bool("strip_empty_ends") ?? true
        if let stdin = arguments.string("stdin") {
            input = Array(stdin.utf8)
            if arguments.bool("stdin_add_newline") ?? true { input.append(UInt8(ascii: "\n")) }
        }
    }

    func start() -> Step {
        guard creates != nil || removes != nil else { return run() }
        return .observe(Probe([existence(creates, "c"), existence(removes, "r")].joined(separator: "\n"))) { answer in
            if let creates, answer.text.contains("c") { return needless(creates, "exists", by: "creates") }
            if let removes, !answer.text.contains("r") { return needless(removes, "does not exist", by: "removes") }
            return run()
        }
    }

    /// Prints `mark` if something matches the pattern.
    private func existence(_ path: String?, _ mark: String) -> String {
        guard let path else { return "" }
        return inFolder(
            "set -- \(RemotePath(path).shellPattern); { [ -e \"$1\" ] || [ -L \"$1\" ]; } && printf \(mark)")
    }

    /// Relative patterns are meant in `chdir`.
    private func inFolder(_ script: String) -> String {
        guard let chdir else { return "( \(script) )" }
        return "( cd \(RemotePath(chdir).shellWord) 2>/dev/null; \(script) )"
    }

    private func needless(_ path: String, _ finding: String, by option: String) -> Step {
        guard isTimed else {
            let message = "\(path) \(finding), matching \(option) option"
            return .done(ModuleResult(skipped: true, fields: ["msg": .string(message)]))
        }
        var fields = outputs("skipped, since \(path) \(finding)", "")
        fields["msg"] = .string("Did not run command since '\(path)' \(finding)")
        fields["rc"] = 0
        for name in ["start", "end", "delta"] { fields[name] = Value.none }
        return .done(ModuleResult(fields: fields))
    }

    private func run() -> Step {
        // Tells our own refusals from whatever the command itself may print or return.
        let mark = "drover-" + String(UInt64.random(in: .min ... .max), radix: 16)
        var script = ""
        if let chdir {
            script += "cd \(RemotePath(chdir).shellWord) || { printf '%s' chdir-\(mark) >&2; exit 127; }\n"
        }
        script += program?.check(mark: mark) ?? ""
        let act = Script(script + text, input: input, uploads: uploads, origin: .user)
        let change = Change(prediction, fields: predictedFields, provides: [.anything])
        return .apply(change, act) { answer in .done(result(answer, mark: mark)) }
    }

    /// Where a condition has decided that it runs, check mode counts that as a change.
    private var prediction: Change.Prediction { creates == nil && removes == nil ? .unknown : .changes }

    private var predictedFields: OrderedMap {
        guard isTimed else { return [:] }
        var fields = outputs("", "")
        fields["rc"] = 0
        fields["msg"] = "Command would have run if not in check mode"
        for name in ["start", "end", "delta"] { fields[name] = Value.none }
        return fields
    }

    private func result(_ answer: Observation, mark: String) -> ModuleResult {
        var fields = outputs(answer.text, answer.errorText)
        if answer.errorText.hasSuffix("chdir-\(mark)") { return folderFailure(answer, mark: mark) }
        if let program, let failure = program.failure(answer, mark: mark) {
            fields.merge(outputs("", ""))
            fields.merge(failure.fields)
            return .failure(failure.message, fields: fields)
        }
        if isTimed, let stranger = [answer.output, answer.errorOutput].first(where: { !$0.isText }) {
            let stream = stranger == answer.output ? "stdout" : "stderr"
            return .failure("Refusing to deserialize an invalid UTF8 string value: \(stream) is not UTF-8")
        }
        fields["rc"] = .int(Int(answer.status))
        if isTimed, let period = answer.period {
            fields["start"] = .string(period.start.text)
            fields["end"] = .string(period.end.text)
            fields["delta"] = .string(period.duration)
        }
        let failed = answer.status != 0
        if failed { fields["msg"] = "non-zero return code" } else if isTimed { fields["msg"] = "" }
        return ModuleResult(changed: true, failed: failed, fields: fields)
    }

    private func folderFailure(_ answer: Observation, mark: String) -> ModuleResult {
        guard isTimed else {
            var fields = outputs("", answer.errorText.replacing("chdir-\(mark)", with: ""))
            fields["rc"] = 2
            fields["msg"] = "non-zero return code"
            return ModuleResult(changed: true, failed: true, fields: fields)
        }
        var fields = outputs("", "")
        for name in ["rc", "start", "end", "delta"] { fields[name] = Value.none }
        return .failure("Unable to change directory before execution: \(chdir ?? "")", fields: fields)
    }

    private func outputs(_ output: String, _ errors: String) -> OrderedMap {
        let out = stripsEmptyEnds ? output.withoutFinalNewlines : output
        let err = stripsEmptyEnds ? errors.withoutFinalNewlines : errors
        var fields: OrderedMap = [
            "stdout": .string(out), "stdout_lines": .list(out.pythonLines.map { .string($0) }),
            "stderr": .string(err), "stderr_lines": .list(err.pythonLines.map { .string($0) }),
        ]
        fields["cmd"] = shown
        return fields
    }
}

extension String {
    var withoutFinalNewlines: String {
        var bytes = Array(utf8)[...]
        while let last = bytes.last, last == 10 || last == 13 { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Python's `splitlines()`.
    var pythonLines: [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            defer { previous = scalar }
            if scalar == "\n", previous == "\r" { continue }
            switch scalar {
            case "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default: line.append(scalar)
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }
}
