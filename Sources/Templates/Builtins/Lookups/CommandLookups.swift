//! Lookups that run commands or fetch URLs on the control node.

import Diagnostics
import Values

enum CommandLookups {
    static let all: [Lookup] = [
        Lookup("pipe", summary: "What commands print.", example: "{{ lookup('pipe', 'echo a') }} → a") {
            call throws(Diagnostic) in
            var outputs: [Value] = []
            for command in try call.names() { outputs.append(.string(TextTools.stripRight(try output(call, command)))) }
            return outputs
        },
        Lookup(
            "lines", summary: "The lines that commands print.",
            example: "{{ query('lines', 'echo a; echo b') }} → ['a', 'b']"
        ) {
            call throws(Diagnostic) in
            var lines: [Value] = []
            for command in try call.names() {
                lines += TextTools.lines(of: try output(call, command)).map { .string(TextTools.stripRight($0)) }
            }
            return lines
        },
        Lookup(
            "url",
            options: [
                ("split_lines", true), ("validate_certs", true), ("use_proxy", true), ("username", .none),
                ("password", .none), ("headers", [:]), ("force", false), ("timeout", 10), ("http_agent", .none),
                ("force_basic_auth", false), ("follow_redirects", "urllib2"), ("use_gssapi", false),
                ("use_netrc", true), ("unix_socket", .none), ("ca_path", .none), ("unredirected_headers", .none),
                ("ciphers", .none),
            ], summary: "What URLs hold, line by line unless split_lines is false.",
            example: "{{ lookup('url', 'https://example.org/', split_lines=false) }}"
        ) { call throws(Diagnostic) in
            let splits = try call.option("split_lines").isTruthy()
            var results: [Value] = []
            for url in try call.names() {
                let bytes = try call.context.fetch(url, options: call.options)
                let text = String(decoding: bytes, as: UTF8.self)
                results += splits ? TextTools.lines(of: text).map(Value.string) : [.string(text)]
            }
            return results
        },
    ]

    private static func output(_ call: LookupCall, _ command: String) throws(Diagnostic) -> String {
        let (status, output) = try call.context.run(command)
        guard status == 0 else {
            throw call.mistake("lookup_plugin.\(call.lookup.names[0])(\(command)) returned \(status)")
        }
        return String(decoding: output, as: UTF8.self)
    }
}
