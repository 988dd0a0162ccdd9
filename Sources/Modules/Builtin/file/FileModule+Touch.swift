//! `file` with state `touch`.

import Diagnostics
import Values

extension FileModule {
    func touch(_ found: Found) throws(Diagnostic) -> Step {
        let target = follow ? found.followed : found.itself
        if target.exists, times.preservesAll { return try changeAttributes(of: target, key: "dest") }
        let act = change(target)
        guard !target.exists, !target.parentIsDirectory else { return act }
        let folder = target.path.parentFolder
        let refusal = "Error, could not touch target: the folder \(folder) does not exist"
        return .lacking(
            [.path(folder)], failure: .failure(refusal, fields: ["path": .string(target.path)]), then: act)
    }

    private func change(_ target: FileStatus) -> Step {
        let plan = attributes.plan(for: target, isDirectory: target.kind == .directory)
        let lines =
            ["t=\(RemotePath.literal(target.path))"] + times.commands(creates: !target.exists) + [
                plan.commands(on: "\"$t\"")
            ]
        return apply(
            lines.filter { !$0.isEmpty }.joined(separator: "\n"), "touch", on: target, becoming: "touch",
            probe: FileProbe(RemotePath(literal: target.path)), key: "dest")
    }
}

/// The times that `touch` sets.
struct TouchTimes: Sendable {
    enum Time: Sendable, Equatable {
        case now
        case preserve
        /// As `touch -t` reads it.
        case at(String)
    }

    let modification: Time?
    let access: Time?

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        modification = try Self.time(arguments, "modification_time")
        access = try Self.time(arguments, "access_time")
    }

    var isUnset: Bool { modification == nil && access == nil }
    var preservesAll: Bool { modification == .preserve && access == .preserve }

    func commands(creates: Bool) -> [String] {
        var lines: [String] = []
        if creates { lines.append(": >> \"$t\" || exit 71") }
        for (flag, time) in [("-m", modification ?? .now), ("-a", access ?? .now)] {
            switch time {
            case .now: if !creates { lines.append("touch -c \(flag) -- \"$t\" || exit 72") }
            case .preserve: break
            case .at(let text): lines.append("touch -c \(flag) -t \(text) -- \"$t\" || exit 72")
            }
        }
        return lines
    }

    private static func time(_ arguments: ModuleArguments, _ name: String) throws(Diagnostic) -> Time? {
        guard let text = arguments.string(name) else { return nil }
        if text == "now" { return .now }
        if text == "preserve" { return .preserve }
        let format = arguments.string("\(name)_format") ?? "%Y%m%d%H%M.%S"
        guard let touch = touchText(text, format: format) else {
            throw arguments.invalid(
                name, "'\(text)' does not match the time format '\(format)'",
                help: "write 'now', 'preserve', or set \(name)_format")
        }
        return .at(touch)
    }

    /// `text` read with strptime's numeric fields, as `touch -t` wants it; nil where it does not match.
    static func touchText(_ text: String, format: String) -> String? {
        let widths: [Character: Int] = ["Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2]
        var fields: [Character: String] = ["m": "01", "d": "01", "H": "00", "M": "00", "S": "00"]
        var rest = Substring(text)
        var format = Substring(format)
        while let character = format.popFirst() {
            if character == "%", let field = format.popFirst(), let width = widths[field] {
                let digits = rest.prefix(width)
                guard digits.count == width, digits.utf8.allSatisfy(\.isDigit) else { return nil }
                fields[field] = String(digits)
                rest = rest.dropFirst(width)
            } else if rest.popFirst() != character {
                return nil
            }
        }
        guard rest.isEmpty, fields["Y"] != nil else { return nil }
        return "YmdHM".map { fields[$0] ?? "" }.joined() + "." + (fields["S"] ?? "")
    }
}
