//! Diagnostics as compilers print them: the place, the source line, a mark under it, and what to do.

/// `error[code]: message`, the marked source lines, notes, help, and how we got there.
package struct FullRenderer: DiagnosticRenderer {
    /// Only for terminals.
    package let colours: Bool

    package init(colours: Bool = false) { self.colours = colours }

    package func render(_ diagnostic: Diagnostic) -> String {
        let paint = Paint(colours: colours, severity: diagnostic.severity)
        let word = "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]"
        let message = diagnostic.message.withoutControls
        var lines = ["\(paint.severity(word)): \(paint.bold(message))"]
        let snippets = Snippet.grouped(diagnostic.labels)
        let gutter = snippets.map(\.gutter).max() ?? 1
        for (index, snippet) in snippets.enumerated() {
            lines += snippet.lines(gutter: gutter, isFirst: index == 0, paint: paint)
        }
        let margin = String(repeating: " ", count: gutter)
        func add(_ kind: String, _ text: String) {
            let parts = text.withoutControls.split(separator: "\n", omittingEmptySubsequences: false)
            let hanging = margin + String(repeating: " ", count: kind.count + 5)
            for (index, part) in parts.enumerated() {
                let lead = index == 0 ? "\(margin) \(paint.frame("=")) \(paint.bold(kind)): " : hanging
                lines.append(lead + part)
            }
        }
        for note in diagnostic.notes { add("note", note) }
        if let help = diagnostic.help { add("help", help) }
        for step in diagnostic.trace {
            lines.append("\(margin) \(paint.frame("=")) \(step.text.onOneLine) (\(step.range.description.onOneLine))")
        }
        return lines.joined(separator: "\n")
    }
}

/// Colours for terminals, or none.
struct Paint {
    let colours: Bool
    let severity: Diagnostic.Severity

    private func wrap(_ text: String, _ code: String) -> String {
        colours && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private var severityCode: String { severity == .error ? "1;31" : "1;33" }

    func severity(_ text: String) -> String { wrap(text, severityCode) }
    func bold(_ text: String) -> String { wrap(text, "1") }
    func frame(_ text: String) -> String { wrap(text, "1;34") }
    /// The mark below a place: the first one as loud as the message, the others quieter.
    func mark(_ text: String, primary: Bool) -> String { wrap(text, primary ? severityCode : "1;34") }
}
