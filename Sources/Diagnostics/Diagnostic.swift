//! What is wrong, where, and what to do about it: the only error that an author's mistake throws.

/// A message for the person who wrote the playbook, inventory or command line.
package struct Diagnostic: Error, Sendable {
    package enum Severity: String, Sendable { case error, warning }

    /// A marked place; the first label is where the mistake is, the others explain it.
    package struct Label: Sendable {
        package let range: SourceRange
        package let text: String

        package init(_ range: SourceRange, _ text: String = "") {
            self.range = range
            self.text = text
        }
    }

    package var code: DiagnosticCode
    package var severity: Severity
    /// One sentence without a full stop.
    package var message: String
    package var labels: [Label]
    /// What to do next, e.g. `did you mean 'hosts'?`.
    package var help: String?
    package var notes: [String]
    /// How we got there: playbook → role → include → template, innermost first.
    package var trace: [Label]

    package init(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange? = nil, label: String = "",
        help: String? = nil, notes: [String] = [], severity: Severity = .error
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.labels = range.map { [Label($0, label)] } ?? []
        self.help = help
        self.notes = notes
        self.trace = []
    }

    /// The place of the mistake.
    package var range: SourceRange? { labels.first?.range }

    /// The same diagnostic, placed at `range` if it had no place yet.
    package func located(at range: SourceRange?) -> Diagnostic {
        guard labels.isEmpty, let range else { return self }
        var copy = self
        copy.labels = [Label(range)]
        return copy
    }

    /// The same diagnostic with one more step of how we got there.
    package func traced(_ text: String, at range: SourceRange?) -> Diagnostic {
        guard let range else { return self }
        var copy = self
        copy.trace.append(Label(range, text))
        return copy
    }
}
