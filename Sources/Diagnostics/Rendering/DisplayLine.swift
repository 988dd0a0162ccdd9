//! A source line as a terminal shows it: tabs expanded, wide characters two cells, nothing that steers a terminal.

/// One line of a source, and the cell in which each of its characters begins.
struct DisplayLine {
    /// What to print.
    let text: String
    /// The first cell of each Unicode scalar of the source line, and one entry more for the end.
    private let cells: [Int]

    /// Lines wider than this are cut around the marked place.
    static let widest = 160
    private static let tabWidth = 4

    init(_ line: String) {
        var text = String.UnicodeScalarView()
        var cells: [Int] = []
        var cell = 0
        for scalar in line.unicodeScalars {
            cells.append(cell)
            if scalar == "\t" {
                let width = Self.tabWidth - cell % Self.tabWidth
                text.append(contentsOf: String(repeating: " ", count: width).unicodeScalars)
                cell += width
            } else {
                let shown: Unicode.Scalar = scalar.isControl ? "\u{FFFD}" : scalar
                text.append(shown)
                cell += shown.cellWidth
            }
        }
        cells.append(cell)
        self.text = String(text)
        self.cells = cells
    }

    /// The cell of a column (counted from 1, in characters); columns past the end are the cell behind the line.
    func cell(ofColumn column: Int) -> Int { cells[min(max(column - 1, 0), cells.count - 1)] }

    var width: Int { cells.last ?? 0 }

    /// The part of a long line that holds `cell`, and how many cells were cut off before it.
    func window(around cell: Int) -> (text: String, cut: Int) {
        guard width > Self.widest else { return (text, 0) }
        let first = min(max(cell - Self.widest / 2, 0), width - Self.widest)
        var shown = String.UnicodeScalarView()
        var position = 0
        var cut: Int?
        for scalar in text.unicodeScalars {
            if position >= first, position + scalar.cellWidth <= first + Self.widest {
                if cut == nil { cut = position }
                shown.append(scalar)
            }
            position += scalar.cellWidth
        }
        return (String(shown), cut ?? 0)
    }
}

extension Unicode.Scalar {
    /// How many terminal cells the scalar takes: 0 for marks that combine, 2 for East Asian wide ones and emoji.
    var cellWidth: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            return properties.isEmojiPresentation ? 2 : 1
        }
    }
}
