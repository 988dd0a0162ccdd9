//! Environment of a container's program on its way to the docker command: beside the command line, never on it.

import Values

/// Names and values, split by the way that each of them can go.
struct ContainerEnvironment: Sendable {
    /// For `--env-file`, which takes everything but line breaks: one `NAME=value` a line.
    let file: [UInt8]
    /// Values with line breaks go through the script's own environment, and `--env NAME`.
    let exported: [(name: String, value: String)]

    init(_ variables: OrderedMap) {
        var lines = ""
        var exported: [(name: String, value: String)] = []
        for (name, value) in variables {
            guard let name = name.string, let text = value.string else { continue }
            if Self.fitsLine(text) { lines += "\(name)=\(text)\n" } else { exported.append((name, text)) }
        }
        file = Array(lines.utf8)
        self.exported = exported
    }

    /// Names that a shell cannot export, with a value that no line can hold.
    var impossibleNames: [String] {
        exported.map(\.name).filter { name in
            !name.utf8.allSatisfy(\.isNameByte) || name.utf8.first?.isDigit == true
        }
    }

    /// The docker command reads lines of less than 64 KiB.
    private static func fitsLine(_ text: String) -> Bool {
        !text.utf8.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } && text.utf8.count < 60_000
    }
}
