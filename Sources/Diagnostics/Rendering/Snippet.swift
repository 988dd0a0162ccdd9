//! The marked lines of one file.

/// All labels of one file, ready to be printed below the file's name.
struct Snippet {
    struct Mark {
        let range: SourceRange
        let text: String
        let primary: Bool
        let start: SourcePosition
        let end: SourcePosition

        init(_ label: Diagnostic.Label, primary: Bool) {
            range = label.range
            text = label.text
            self.primary = primary
            start = range.position
            end = range.file.position(at: Int(range.offset) + Int(range.length))
        }
    }

    let file: SourceFile
    /// In the order of the labels: the first one names the place.
    private(set) var marks: [Mark]

    /// One snippet a file, in the order in which the labels name them.
    static func grouped(_ labels: [Diagnostic.Label]) -> [Snippet] {
        var snippets: [Snippet] = []
        for (index, label) in labels.enumerated() {
            let mark = Mark(label, primary: index == 0)
            if let position = snippets.firstIndex(where: { $0.file === label.range.file }) {
                snippets[position].marks.append(mark)
            } else {
                snippets.append(Snippet(file: label.range.file, marks: [mark]))
            }
        }
        return snippets
    }

    /// Cells needed for the line numbers.
    var gutter: Int { String(marks.map(\.start.line).max() ?? 1).count }

    func lines(gutter: Int, isFirst: Bool, paint: Paint) -> [String] {
        let margin = String(repeating: " ", count: gutter)
        let arrow = paint.frame(isFirst ? "-->" : ":::")
        var lines = ["\(margin)\(arrow) \(marks[0].range.description.onOneLine)"]
        guard !file.bytes.isEmpty else { return lines }
        let bar = paint.frame("|")
        lines.append("\(margin) \(bar)")
        var previous: Int?
        for number in Set(marks.map(\.start.line)).sorted() {
            if let previous, number > previous + 1 { lines.append(paint.frame("...")) }
            previous = number
            let here = marks.filter { $0.start.line == number }
            let line = DisplayLine(file.line(number) ?? "")
            let (text, cut) = line.window(around: line.cell(ofColumn: here[0].start.column))
            let label = String(number)
            let padding = String(repeating: " ", count: gutter - label.count)
            lines.append(trimmed("\(padding)\(paint.frame(label)) \(bar) \(text)"))
            for mark in here.sorted(by: { $0.start.column > $1.start.column }) {
                lines.append("\(margin) \(bar) " + underline(mark, in: line, cut: cut, paint: paint))
            }
        }
        lines.append("\(margin) \(bar)")
        return lines
    }

    /// The marks below a line: carets for the mistake itself, dashes for what explains it.
    private func underline(_ mark: Mark, in line: DisplayLine, cut: Int, paint: Paint) -> String {
        let first = max(line.cell(ofColumn: mark.start.column) - cut, 0)
        let last = mark.end.line == mark.start.line ? line.cell(ofColumn: mark.end.column) : line.width
        let count = min(max(last - cut - first, 1), DisplayLine.widest)
        let marks = String(repeating: mark.primary ? "^" : "-", count: count)
        let text = mark.text.isEmpty ? marks : marks + " " + mark.text.onOneLine
        return String(repeating: " ", count: first) + paint.mark(text, primary: mark.primary)
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
