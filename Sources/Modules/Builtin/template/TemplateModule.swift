//! `template`: renders a file of the control node and brings it to the host.

import Diagnostics
import Templates
import Values

package struct TemplateModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.template"], "Renders a template and brings it to the host",
        arguments: [
            ArgumentSpec("src", .path, "Template below templates/", required: true),
            ArgumentSpec("dest", .path, "Where it goes; a folder if it ends with /", required: true),
            ArgumentSpec("force", .bool, "Replaces content that differs", default: true),
            ArgumentSpec("backup", .bool, "Keeps the old file beside the new one", default: false),
            ArgumentSpec("validate", .string, "Command that has to accept the new file; %s is its path"),
            ArgumentSpec("follow", .bool, "Writes through a link at dest", default: false),
            ArgumentSpec(
                "newline_sequence", .string, "How lines end", default: "\n",
                choices: ["\n", "\r", "\r\n", "\\n", "\\r", "\\r\\n"]),
            ArgumentSpec("output_encoding", .string, "Encoding of the file", default: "utf-8"),
            ArgumentSpec("block_start_string", .string, "Begins a block", default: "{%"),
            ArgumentSpec("block_end_string", .string, "Ends a block", default: "%}"),
            ArgumentSpec("variable_start_string", .string, "Begins an expression", default: "{{"),
            ArgumentSpec("variable_end_string", .string, "Ends an expression", default: "}}"),
            ArgumentSpec("comment_start_string", .string, "Begins a comment", default: "{#"),
            ArgumentSpec("comment_end_string", .string, "Ends a comment", default: "#}"),
            ArgumentSpec("trim_blocks", .bool, "Drops the newline behind a block", default: true),
            ArgumentSpec("lstrip_blocks", .bool, "Drops blanks in front of a block", default: false),
        ] + ArgumentSpec.fileAttributes, readsAhead: true)

    private let delivery: FileDelivery

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let rendered = try RenderedTemplate(
            arguments.string("src") ?? "", destination: arguments.string("dest") ?? "",
            options: try Self.options(arguments), at: arguments.ranges["src"] ?? arguments.range, context: context)
        let path = rendered.path
        let content = try Self.encoded(rendered.text, arguments)
        var delivery = try FileDelivery(content, name: path.fileName, source: path, arguments, context: context)
        if delivery.attributes.mode == .preserve {
            delivery.attributes.mode = context.controller.permissions(of: path).map { .octal($0) }
        }
        self.delivery = delivery
    }

    package func start() throws(Diagnostic) -> Step { try delivery.start() }

    private static func options(_ arguments: ModuleArguments) throws(Diagnostic) -> TemplateOptions {
        var options = TemplateOptions()
        options.blockStart = arguments.string("block_start_string") ?? options.blockStart
        options.blockEnd = arguments.string("block_end_string") ?? options.blockEnd
        options.variableStart = arguments.string("variable_start_string") ?? options.variableStart
        options.variableEnd = arguments.string("variable_end_string") ?? options.variableEnd
        options.commentStart = arguments.string("comment_start_string") ?? options.commentStart
        options.commentEnd = arguments.string("comment_end_string") ?? options.commentEnd
        options.trimBlocks = arguments.bool("trim_blocks") ?? true
        options.leftStripBlocks = arguments.bool("lstrip_blocks") ?? false
        let newline = arguments.string("newline_sequence") ?? "\n"
        options.newlineSequence = newline.replacing("\\r", with: "\r").replacing("\\n", with: "\n")
        return options
    }

    private static func encoded(_ text: String, _ arguments: ModuleArguments) throws(Diagnostic) -> [UInt8] {
        let encoding = (arguments.string("output_encoding") ?? "utf-8").lowercased().replacing("_", with: "-")
        let limit: UInt32
        switch encoding {
        case "utf-8", "utf8": return Array(text.utf8)
        case "ascii", "us-ascii": limit = 0x80
        case "latin-1", "latin1", "iso-8859-1", "iso8859-1": limit = 0x100
        default:
            throw arguments.invalid(
                "output_encoding", "unknown encoding: \(encoding)", help: "known are utf-8, latin-1 and ascii")
        }
        if let stranger = text.unicodeScalars.first(where: { $0.value >= limit }) {
            throw arguments.invalid("output_encoding", "'\(encoding)' codec can't encode the character '\(stranger)'")
        }
        return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
