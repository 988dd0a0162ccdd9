//! Programs of the control node that are brought to a host: how they are started there.

import Connections

enum ProgramFile {
    /// The words of the `#!` line, `/bin/sh` for text without one, nil for a program.
    /// Named explicitly so that a /tmp mounted noexec is no hindrance.
    static func interpreter(of content: [UInt8]) -> String? {
        if content.starts(with: [0x7F] + Array("ELF".utf8)) { return nil }
        guard content.starts(with: Array("#!".utf8)) else { return "/bin/sh" }
        let line = content.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let text = String(decoding: line, as: UTF8.self).trimmed
        guard let blank = text.firstIndex(where: { $0 == " " || $0 == "\t" }) else { return text.shellQuoted }
        return "\(String(text[..<blank]).shellQuoted) \(String(text[blank...]).trimmed.shellQuoted)"
    }
}
