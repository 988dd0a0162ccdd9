//! `replace`: every match of a regular expression in a file.

import Diagnostics
import Regexes
import Values

package struct ReplaceModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.replace"], "Replaces all matches of a regular expression in a file",
        arguments: [
            ArgumentSpec("path", .path, "The file", required: true, aliases: ["dest", "destfile", "name"]),
            ArgumentSpec("regexp", .string, "What to look for, ^ and $ meaning lines", required: true),
            ArgumentSpec("replace", .string, "What comes instead; may refer to groups", default: ""),
            ArgumentSpec("after", .string, "Only behind the first match of this"),
            ArgumentSpec("before", .string, "Only in front of the first match of this"),
            ArgumentSpec("encoding", .string, "Encoding of the file", default: "utf-8", choices: ["utf-8", "utf8"]),
        ] + TextEdit.arguments, readsAhead: true)

    private let edit: TextEdit
    private let pattern: Pattern
    private let replacement: String
    private let section: Pattern?
    private let hasSection: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        edit = try TextEdit(arguments, context: context)
        do {
            pattern = try Pattern.cached(arguments.string("regexp") ?? "", options: .multiline)
            replacement = arguments.string("replace") ?? ""
            _ = try Replacement(replacement, for: pattern)
        } catch {
            throw error.located(at: arguments.ranges["regexp"] ?? arguments.range)
        }
        let (after, before) = (arguments.string("after"), arguments.string("before"))
        hasSection = after != nil || before != nil
        let text: String? =
            switch (after, before) {
            case (let after?, let before?): "\(after)(?P<subsection>.*?)\(before)"
            case (let after?, nil): "\(after)(?P<subsection>.*)"
            case (nil, let before?): "(?P<subsection>.*?)\(before)"
            case (nil, nil): nil
            }
        do { section = try text.map { text throws(Diagnostic) in try Pattern.cached(text, options: .dotAll) } } catch {
            throw error.located(at: arguments.ranges["after"] ?? arguments.ranges["before"] ?? arguments.range)
        }
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target throws(Diagnostic) in
            guard let content else {
                let failure = ModuleResult.failure("Path \(target.path) does not exist !", fields: ["rc": 257])
                return .lacking(.path(target.path), failure: failure, then: nil)
            }
            guard let text = String(validating: content, as: UTF8.self) else {
                return .finished(.failure("\(target.path) is not text in UTF-8"))
            }
            return try replaced(text)
        }
    }

    private func replaced(_ text: String) throws(Diagnostic) -> TextEdit.Decision {
        var range = 0..<text.utf8.count
        if let section {
            guard let match = try section.search(text), let number = section.groupNumbers["subsection"],
                let found = match.ranges[number]
            else {
                let message = "Pattern for before/after params did not match the given file: \(section.source)"
                return .finished(ModuleResult(fields: ["msg": .string(message), "rc": 0]))
            }
            range = found
        }
        let bytes = Array(text.utf8)
        let part = String(decoding: bytes[range], as: UTF8.self)
        let (new, count) = try pattern.replace(in: part, with: replacement)
        guard count > 0, new != part else { return .edited(.init(content: bytes, fields: ["rc": 0])) }
        let content = bytes[..<range.lowerBound] + Array(new.utf8) + bytes[range.upperBound...]
        return .edited(
            .init(content: Array(content), message: "\(count) replacements made", fields: ["rc": 0]))
    }
}
