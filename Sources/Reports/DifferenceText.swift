//! A unified diff of before and after.

import Modules

package enum DifferenceText {
    /// `--- before`, `+++ after` and the hunks with three lines around each change.
    package static func render(_ difference: Difference, isColoured: Bool) -> String {
        if let prepared = difference.prepared { return prepared }
        let before = lines(difference.before)
        let after = lines(difference.after)
        var text = [
            Colour.red.painted("--- \(header("before", difference.beforeHeader))", isColoured),
            Colour.green.painted("+++ \(header("after", difference.afterHeader))", isColoured),
        ]
        for hunk in Hunk.all(from: before, to: after) {
            text.append(Colour.cyan.painted(hunk.header, isColoured))
            for line in hunk.lines {
                switch line.first {
                case "-": text.append(Colour.red.painted(line, isColoured))
                case "+": text.append(Colour.green.painted(line, isColoured))
                default: text.append(line)
                }
            }
        }
        return text.joined(separator: "\n") + "\n"
    }

    private static func header(_ side: String, _ name: String) -> String {
        name.isEmpty || name == side ? side : "\(side): \(name)"
    }

    private static func lines(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() } else { lines[lines.count - 1] += "\n\\ No newline at end of file" }
        return lines
    }
}

/// A run of changed lines with its surroundings.
struct Hunk {
    let header: String
    let lines: [String]

    private enum Edit {
        case keep(String)
        case remove(String)
        case insert(String)
    }

    static func all(from before: [String], to after: [String], around: Int = 3) -> [Hunk] {
        let edits = edits(before, after)
        let changed = edits.indices.filter { if case .keep = edits[$0] { false } else { true } }
        var groups: [ClosedRange<Int>] = []
        for index in changed {
            let range = max(0, index - around)...min(edits.count - 1, index + around)
            if let last = groups.last, range.lowerBound <= last.upperBound + 1 {
                groups[groups.count - 1] = last.lowerBound...range.upperBound
            } else {
                groups.append(range)
            }
        }
        return groups.map { hunk(edits, $0) }
    }

    private static func edits(_ before: [String], _ after: [String]) -> [Edit] {
        let difference = after.difference(from: before)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var edits: [Edit] = []
        var (old, new) = (0, 0)
        while old < before.count || new < after.count {
            if old < before.count, removed.contains(old) {
                edits.append(.remove(before[old]))
                old += 1
            } else if new < after.count, inserted.contains(new) {
                edits.append(.insert(after[new]))
                new += 1
            } else {
                edits.append(.keep(after[new]))
                old += 1
                new += 1
            }
        }
        return edits
    }

    private static func hunk(_ edits: [Edit], _ range: ClosedRange<Int>) -> Hunk {
        var (oldStart, newStart) = (1, 1)
        for edit in edits[..<range.lowerBound] {
            switch edit {
            case .keep:
                oldStart += 1
                newStart += 1
            case .remove: oldStart += 1
            case .insert: newStart += 1
            }
        }
        var (oldCount, newCount) = (0, 0)
        var lines: [String] = []
        for edit in edits[range] {
            switch edit {
            case .keep(let text):
                oldCount += 1
                newCount += 1
                lines.append(" " + text)
            case .remove(let text):
                oldCount += 1
                lines.append("-" + text)
            case .insert(let text):
                newCount += 1
                lines.append("+" + text)
            }
        }
        func span(_ start: Int, _ count: Int) -> String {
            count == 1 ? "\(start)" : "\(count == 0 ? start - 1 : start),\(count)"
        }
        return Hunk(header: "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@", lines: lines)
    }
}
