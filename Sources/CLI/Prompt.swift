//! Questions to the person at the terminal.

import Diagnostics
import Glibc

enum Prompt {
    /// Asks for a secret. Prompt and nothing else in one write; nothing is echoed.
    static func secret(_ prompt: String) throws(Diagnostic) -> String { try answer(prompt, echoes: false) }

    /// Whether anybody could answer.
    static var isPossible: Bool {
        if isatty(STDIN_FILENO) == 1 { return true }
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    /// One line from the terminal, or from standard input where there is none.
    static func answer(_ prompt: String, echoes: Bool) throws(Diagnostic) -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        let input = terminal >= 0 ? terminal : STDIN_FILENO
        let output = terminal >= 0 ? terminal : STDERR_FILENO
        defer { if terminal >= 0 { close(terminal) } }
        Signals.listen()
        defer { Signals.stopListening() }
        write(prompt, output)
        let isSilent = !echoes && SilencedTerminal.silence(input)
        defer {
            if isSilent {
                SilencedTerminal.restore()
                write("\n", output)
            }
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while try isReadable(input), Glibc.read(input, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        guard !line.isEmpty else {
            throw Diagnostic(.usage, "no answer to '\(prompt)': standard input is at its end")
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Waits for an answer; a signal ends the question.
    private static func isReadable(_ input: Int32) throws(Diagnostic) -> Bool {
        var wanted = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        while poll(&wanted, 1, 100) <= 0 {
            if let stop = Signals.stop { throw Diagnostic(.interrupted, stop.reason) }
        }
        return true
    }

    private static func write(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
