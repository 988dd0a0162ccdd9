//! AWX's inventories: a program in Python that does nothing but print one text, which needs no Python to be known.

import Values

enum PrintedInventory {
    /// What the program would print; nil where it does anything else.
    static func text(of program: [UInt8]) -> String? {
        var lines = String(decoding: program, as: UTF8.self).split(separator: "\n")
        guard let first = lines.first, first.hasPrefix("#!"), first.contains("python") else { return nil }
        lines.removeAll { $0.hasPrefix("#") }
        guard lines.count == 1, let call = lines.first, call.hasPrefix("print("), call.hasSuffix(")") else {
            return nil
        }
        return PythonLiteral.literal(String(call.dropFirst("print(".count).dropLast()))?.string
    }
}
