//! `blockinfile`: lines between two markers.

import Diagnostics
import Regexes
import Values

package struct BlockInFileModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.blockinfile"], "Keeps a block of lines between two markers",
        arguments: [
            ArgumentSpec("path", .path, "The file", required: true, aliases: ["dest", "destfile", "name"]),
            ArgumentSpec(
                "state", .string, "Whether the block is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("block", .string, "The lines; empty removes the block", default: "", aliases: ["content"]),
            ArgumentSpec(
                "marker", .string, "The marker lines; {mark} is one of the two words",
                default: "# {mark} ANSIBLE MANAGED BLOCK"),
            ArgumentSpec("marker_begin", .string, "The word of the first marker", default: "BEGIN"),
            ArgumentSpec("marker_end", .string, "The word of the last marker", default: "END"),
            ArgumentSpec("insertafter", .string, "A new block goes behind the last line that matches, or EOF"),
            ArgumentSpec("insertbefore", .string, "A new block goes before the last line that matches, or BOF"),
            ArgumentSpec("create", .bool, "Creates the file if it is not there", default: false),
            ArgumentSpec("append_newline", .bool, "An empty line follows the block", default: false),
            ArgumentSpec("prepend_newline", .bool, "An empty line precedes the block", default: false),
            ArgumentSpec("encoding", .string, "Encoding of the file", default: "utf-8", choices: ["utf-8", "utf8"]),
        ] + TextEdit.arguments,
        mutuallyExclusive: [["insertbefore", "insertafter"]], readsAhead: true)

    private let edit: TextEdit
    private let block: [[UInt8]]
    private let begin: String
    private let end: String
    private let after: Pattern?
    private let before: Pattern?
    private let atBeginning: Bool
    private let prepends: Bool
    private let appends: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        var edit = try TextEdit(arguments, context: context)
        edit.showsContentHeaders = true
        self.edit = edit
        let marker = arguments.string("marker") ?? ""
        begin = marker.replacing("{mark}", with: arguments.string("marker_begin") ?? "BEGIN")
        end = marker.replacing("{mark}", with: arguments.string("marker_end") ?? "END")
        let text = arguments.string("state") == "absent" ? "" : arguments.string("block") ?? ""
        block = text.isEmpty ? [] : TextLines.split(Array((text.hasSuffix("\n") ? text : text + "\n").utf8))
        let places = (arguments.string("insertafter"), arguments.string("insertbefore"))
        atBeginning = places.1 == "BOF"
        after = places.0 == "EOF" ? nil : try LineEditor.pattern(arguments, "insertafter")
        before = atBeginning ? nil : try LineEditor.pattern(arguments, "insertbefore")
        prepends = arguments.bool("prepend_newline") ?? false
        appends = arguments.bool("append_newline") ?? false
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target throws(Diagnostic) in
            guard content != nil || edit.create else {
                let message = "Path \(target.path) does not exist !"
                return .lacking(
                    .path(target.path), failure: .failure(message, fields: ["rc": 257]), then: nil)
            }
            if content == nil, block.isEmpty {
                return .finished(ModuleResult(fields: ["msg": .string("File \(target.path) not present")]))
            }
            return .edited(try edited(TextLines.split(content ?? [])))
        }
    }

    private func edited(_ lines: [[UInt8]]) throws(Diagnostic) -> TextEdit.Edited {
        var lines = lines
        let old = oldBlock(in: lines)
        var place: Int
        if let old {
            place = old.lowerBound
            lines.removeSubrange(old)
        } else {
            place = try self.place(in: lines)
        }
        guard !block.isEmpty else {
            return TextEdit.Edited(content: Array(lines.joined()), message: old == nil ? "" : "Block removed")
        }
        if place > 0, lines[place - 1].last != UInt8(ascii: "\n") { lines[place - 1].append(UInt8(ascii: "\n")) }
        var new = [Array((begin + "\n").utf8)] + block + [Array((end + "\n").utf8)]
        let blank = [UInt8(ascii: "\n")]
        if prepends, place > 0, lines[place - 1] != blank { new.insert(blank, at: 0) }
        if appends, place < lines.count, lines[place] != blank { new.append(blank) }
        lines.insert(contentsOf: new, at: place)
        return TextEdit.Edited(
            content: Array(lines.joined()), message: old == nil ? "Block inserted" : "Block updated")
    }

    /// From the first marker to the last, both included.
    private func oldBlock(in lines: [[UInt8]]) -> Range<Int>? {
        var first: Int?
        var last: Int?
        for (index, line) in lines.enumerated() {
            let text = TextLines.text(line)
            if text == begin { first = index }
            if text == end { last = index }
        }
        guard let first, let last else { return nil }
        return first <= last ? first..<(last + 1) : nil
    }

    private func place(in lines: [[UInt8]]) throws(Diagnostic) -> Int {
        if atBeginning { return 0 }
        guard let pattern = after ?? before else { return lines.count }
        for (index, line) in lines.enumerated().reversed() where try pattern.search(TextLines.text(line)) != nil {
            return before == nil ? index + 1 : index
        }
        return lines.count
    }
}
