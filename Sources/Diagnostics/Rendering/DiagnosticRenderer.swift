//! What every way of printing diagnostics has in common.

/// Turns a diagnostic into text. Renderers never print: the caller knows the stream.
package protocol DiagnosticRenderer: Sendable {
    /// The diagnostic as one or more lines, without a final newline.
    func render(_ diagnostic: Diagnostic) -> String
}

/// `path:line:column: error[code]: message`: one line each, for editors and for scripts.
package struct ConciseRenderer: DiagnosticRenderer {
    package init() {}

    package func render(_ diagnostic: Diagnostic) -> String {
        let place = diagnostic.range.map { $0.description + ": " } ?? ""
        let message = diagnostic.message.onOneLine
        return "\(place)\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]: \(message)"
    }
}

/// The two lines that ansible-core 2.19 prints and that other tools parse: `[ERROR]: message` and `Origin: …`.
package struct AnsibleRenderer: DiagnosticRenderer {
    package init() {}

    package func render(_ diagnostic: Diagnostic) -> String {
        let word = diagnostic.severity == .error ? "ERROR" : "WARNING"
        var lines = ["[\(word)]: \(diagnostic.message.withoutControls)"]
        if let range = diagnostic.range { lines.append("Origin: \(range.description.withoutControls)") }
        if let help = diagnostic.help { lines += ["", help.withoutControls] }
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// The text without anything that could end a line or steer a terminal.
    var onOneLine: String {
        guard unicodeScalars.contains(where: { $0.isControl }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? " " : $0 }))
    }

    /// The text without anything that steers a terminal; line breaks stay.
    var withoutControls: String {
        guard unicodeScalars.contains(where: { $0.isControl && $0 != "\n" }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl && $0 != "\n" ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1: what a terminal might obey.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
