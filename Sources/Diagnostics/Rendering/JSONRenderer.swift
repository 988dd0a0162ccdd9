//! Diagnostics for programs: one JSON object on one line.

/// `{"severity":…,"code":…,"message":…,"path":…,"line":…,"column":…,"labels":[…],"help":…,"notes":[…],"trace":[…]}`
package struct JSONRenderer: DiagnosticRenderer {
    package init() {}

    package func render(_ diagnostic: Diagnostic) -> String {
        var members = [
            Self.member("severity", diagnostic.severity.rawValue),
            Self.member("code", diagnostic.code.rawValue),
            Self.member("message", diagnostic.message),
        ]
        if let range = diagnostic.range { members += Self.place(range) }
        members.append(Self.list("labels", diagnostic.labels.map(Self.object)))
        if let help = diagnostic.help { members.append(Self.member("help", help)) }
        members.append(Self.list("notes", diagnostic.notes.map(Self.quoted)))
        members.append(Self.list("trace", diagnostic.trace.map(Self.object)))
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func object(_ label: Diagnostic.Label) -> String {
        "{" + (place(label.range) + [member("text", label.text)]).joined(separator: ",") + "}"
    }

    private static func place(_ range: SourceRange) -> [String] {
        let start = range.position
        let end = range.file.position(at: Int(range.offset) + Int(range.length))
        return [
            member("path", range.file.path), "\"line\":\(start.line)", "\"column\":\(start.column)",
            "\"endLine\":\(end.line)", "\"endColumn\":\(end.column)",
        ]
    }

    private static func member(_ name: String, _ value: String) -> String { quoted(name) + ":" + quoted(value) }

    private static func list(_ name: String, _ items: [String]) -> String {
        quoted(name) + ":[" + items.joined(separator: ",") + "]"
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.isControl || scalar == "\u{2028}" || scalar == "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
