//! Where reports go: standard output and standard error, with colours only where a person looks.

import Glibc

/// The two streams of a command.
package struct Output: Sendable {
    package let write: @Sendable (String) -> Void
    package let writeError: @Sendable (String) -> Void
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
        self.writeError = writeError
    }

    /// The process's own streams. Nothing is buffered beyond one call.
    package static func standard(isColoured: Bool, width: Int) -> Output {
        Output(
            isColoured: isColoured, width: width, write: { put($0, STDOUT_FILENO) },
            writeError: { put($0, STDERR_FILENO) })
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR, errno != EAGAIN { return }
            bytes = bytes.dropFirst(max(0, count))
        }
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
