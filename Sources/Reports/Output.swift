//! Where reports go: standard output and standard error, with colours only where a person looks.

import Glibc
import Synchronization

/// The two streams of a command.
package struct Output: Sendable {
    package private(set) var write: @Sendable (String) -> Void
    package private(set) var writeError: @Sendable (String) -> Void
    /// For the person at the terminal alone: nothing that a log keeps.
    let console: @Sendable (String) -> Void
    package let isColoured: Bool
    /// Columns of the terminal, or what `COLUMNS` says.
    package let width: Int

    package init(
        isColoured: Bool = false, width: Int = 80, write: @escaping @Sendable (String) -> Void,
        writeError: @escaping @Sendable (String) -> Void
    ) {
        self.isColoured = isColoured
        self.width = width
        self.write = write
        console = write
        self.writeError = writeError
    }

    /// The process's own streams. Nothing is buffered beyond one call.
    package static func standard(isColoured: Bool, width: Int) -> Output {
        Output(
            isColoured: isColoured, width: width, write: { put($0, STDOUT_FILENO) },
            writeError: { put($0, STDERR_FILENO) })
    }

    /// The same streams, with a copy of every line, without its colours, for `log`.
    package func logged(_ log: @escaping @Sendable (String) -> Void) -> Output {
        var copy = self
        let (write, writeError) = (write, writeError)
        copy.write = { text in
            write(text)
            for line in text.plainLines { log(line) }
        }
        copy.writeError = { text in
            writeError(text)
            for line in text.plainLines { log(line) }
        }
        return copy
    }

    private static let broken = Atomic<Int32>(0)

    /// Why something of what was said did not arrive. A reader that has enough, and a terminal that has been closed,
    /// want it so.
    package static var failure: String? {
        let code = broken.load(ordering: .relaxed)
        return [0, EPIPE, EIO].contains(code) ? nil : String(cString: strerror(code))
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR, errno != EAGAIN { return broken.store(errno, ordering: .relaxed) }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}

extension String {
    /// Lines without escape sequences, without those that are empty.
    fileprivate var plainLines: [String] {
        var plain: [UInt8] = []
        var isEscape = false
        for byte in utf8 {
            if byte == 0x1B {
                isEscape = true
            } else if !isEscape {
                plain.append(byte)
            } else if byte == UInt8(ascii: "m") || byte == UInt8(ascii: "K") {
                isEscape = false
            }
        }
        return plain.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The colours of Ansible's default output.
package enum Colour: String, Sendable {
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case red = "31"
    case brightRed = "1;31"
    case blue = "34"
    case magenta = "35"
    case brightMagenta = "1;35"
    case grey = "90"

    func painted(_ text: String, _ isColoured: Bool) -> String {
        isColoured ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
