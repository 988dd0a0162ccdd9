//! Lookups that read the control node's files.

import Diagnostics
import Values

enum FileLookups {
    static let all: [Lookup] = [
        Lookup(
            "file", options: [("lstrip", false), ("rstrip", true)], isPure: true, summary: "The contents of files.",
            example: "{{ lookup('file', '/etc/motd') }}"
        ) {
            call throws(Diagnostic) in
            let (left, right) = (try call.option("lstrip").isTruthy(), try call.option("rstrip").isTruthy())
            return try texts(call) { name throws(Diagnostic) in
                var text = String(decoding: try call.contents(of: name), as: UTF8.self)
                if left { text = String(text.unicodeScalars.drop(while: TextTools.isSpace)) }
                return right ? TextTools.stripRight(text) : text
            }
        },
        Lookup(
            "unvault", isPure: true, summary: "The decrypted contents of files.",
            example: "{{ lookup('unvault', 'secret.txt') }}"
        ) {
            call throws(Diagnostic) in
            try texts(call) { name throws(Diagnostic) in
                String(decoding: try call.contents(of: name), as: UTF8.self)
            }
        },
        Lookup(
            "fileglob", isPure: true, summary: "The files that match a pattern.",
            example: "{{ query('fileglob', '/etc/*.conf') }}"
        ) {
            call throws(Diagnostic) in
            var found: [Value] = []
            for pattern in try call.names() {
                let folders = pattern.hasPrefix("/") ? [""] : call.context.searchPaths(for: "files")
                let matches = folders.lazy.map { Path.glob(Path.join($0, pattern)).filter(Path.isFile) }
                found += (matches.first { !$0.isEmpty } ?? []).map(Value.string)
            }
            return found
        },
        Lookup(
            "template", options: templateOptions, isPure: true, summary: "Rendered template files.",
            example: "{{ lookup('template', 'motd.j2') }}"
        ) {
            call throws(Diagnostic) in try render(call)
        },
    ]

    private static let templateOptions: [(name: String, fallback: Value)] = [
        ("convert_data", true), ("variable_start_string", "{{"), ("variable_end_string", "}}"),
        ("block_start_string", "{%"), ("block_end_string", "%}"), ("comment_start_string", "{#"),
        ("comment_end_string", "#}"), ("trim_blocks", true), ("lstrip_blocks", false), ("template_vars", [:]),
        ("jinja2_native", false),
    ]

    private static func texts(
        _ call: LookupCall, _ read: (String) throws(Diagnostic) -> String
    ) throws(Diagnostic) -> [Value] {
        var texts: [Value] = []
        for name in try call.names() { texts.append(.string(try read(name))) }
        return texts
    }

    private static func render(_ call: LookupCall) throws(Diagnostic) -> [Value] {
        var options = TemplateOptions()
        options.variableStart = try call.option("variable_start_string").text()
        options.variableEnd = try call.option("variable_end_string").text()
        options.blockStart = try call.option("block_start_string").text()
        options.blockEnd = try call.option("block_end_string").text()
        options.commentStart = try call.option("comment_start_string").text()
        options.commentEnd = try call.option("comment_end_string").text()
        options.trimBlocks = try call.option("trim_blocks").isTruthy()
        options.leftStripBlocks = try call.option("lstrip_blocks").isTruthy()
        var rendered: [Value] = []
        for name in try call.names() {
            guard let path = call.find(name, kind: "templates") else {
                throw call.mistake(
                    "the template file \(name) could not be found for the lookup",
                    help: "searched in \(call.context.searchPaths(for: "templates").joined(separator: ", "))")
            }
            let variables = call.option("template_vars").dict ?? OrderedMap()
            rendered.append(try call.context.render(path, options: options, variables: variables))
        }
        return rendered
    }
}
