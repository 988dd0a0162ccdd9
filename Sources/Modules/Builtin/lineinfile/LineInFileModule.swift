//! `lineinfile`: a line is in a file, or is not.

import Diagnostics
import Regexes
import Values

package struct LineInFileModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.lineinfile"], "Makes sure that a line is in a file, or is not",
        arguments: [
            ArgumentSpec("path", .path, "The file", required: true, aliases: ["dest", "destfile", "name"]),
            ArgumentSpec(
                "state", .string, "Whether the line is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("line", .string, "The line", aliases: ["value"]),
            ArgumentSpec("regexp", .string, "The line to replace; of several, the last", aliases: ["regex"]),
            ArgumentSpec("search_string", .string, "The same as plain text"),
            ArgumentSpec(
                "backrefs", .bool, "line refers to groups of regexp; without a match nothing is added", default: false),
            ArgumentSpec("insertafter", .string, "Goes behind the last line that matches, or EOF"),
            ArgumentSpec("insertbefore", .string, "Goes before the last line that matches, or BOF"),
            ArgumentSpec("firstmatch", .bool, "Takes the first match instead of the last", default: false),
            ArgumentSpec("create", .bool, "Creates the file if it is not there", default: false),
        ] + TextEdit.arguments,
        mutuallyExclusive: [
            ["insertbefore", "insertafter"], ["regexp", "search_string"], ["backrefs", "search_string"],
        ], readsAhead: true)

    private let edit: TextEdit
    private let present: Bool
    private let line: String
    private let editor: LineEditor

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        var edit = try TextEdit(arguments, context: context)
        edit.showsContentHeaders = true
        edit.backupKey = "backup"
        self.edit = edit
        present = arguments.string("state") != "absent"
        line = arguments.string("line") ?? ""
        let hasPattern = arguments["regexp"] != nil || arguments["search_string"] != nil
        if present {
            guard arguments["line"] != nil else {
                throw Diagnostic(.missingArgument, "line is required with state=present", at: arguments.range)
            }
            if arguments.bool("backrefs") == true, arguments["regexp"] == nil {
                throw Diagnostic(.missingArgument, "regexp is required with backrefs=true", at: arguments.range)
            }
        } else if !hasPattern, arguments["line"] == nil {
            throw Diagnostic(
                .missingArgument, "one of line, search_string, or regexp is required with state=absent",
                at: arguments.range)
        }
        editor = try LineEditor(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target throws(Diagnostic) in
            guard let content else {
                if !present { return .finished(ModuleResult(fields: ["msg": "file not present"])) }
                guard edit.create else {
                    let message = "Destination \(target.path) does not exist !"
                    return .lacking(
                        .path(target.path), failure: .failure(message, fields: ["rc": 257]), then: nil)
                }
                return .edited(try added(to: []))
            }
            return .edited(try present ? added(to: content) : removed(from: content))
        }
    }

    private func added(to content: [UInt8]) throws(Diagnostic) -> TextEdit.Edited {
        let (lines, message) = try editor.inserting(line, into: TextLines.split(content))
        return TextEdit.Edited(content: Array(lines.joined()), message: message, fields: ["backup": ""])
    }

    private func removed(from content: [UInt8]) throws(Diagnostic) -> TextEdit.Edited {
        let lines = TextLines.split(content)
        var kept: [[UInt8]] = []
        for each in lines where !(try editor.matches(TextLines.text(each), line: line)) { kept.append(each) }
        let count = lines.count - kept.count
        return TextEdit.Edited(
            content: Array(kept.joined()), message: count > 0 ? "\(count) line(s) removed" : "",
            fields: ["found": .int(count), "backup": ""])
    }
}
