//! The text form of Ansible Vault 1.1 and 1.2: a header line, then hexadecimal lines of 80 columns.

import Diagnostics

/// An encrypted content as it is written in files.
struct VaultEnvelope {
    /// nil in the form 1.1, which names none.
    let id: String?
    let salt: [UInt8]
    let code: [UInt8]
    let ciphertext: [UInt8]

    static let mark = "$ANSIBLE_VAULT;"
    private static let columns = 80

    init(id: String?, salt: [UInt8], code: [UInt8], ciphertext: [UInt8]) {
        self.id = id
        self.salt = salt
        self.code = code
        self.ciphertext = ciphertext
    }

    init(_ text: some Sequence<UInt8>, at range: SourceRange?) throws(Diagnostic) {
        func wrong(_ message: String, help: String? = nil) -> Diagnostic {
            Diagnostic(.vault, message, at: range, help: help)
        }
        let lines = Array(text).split(separator: UInt8(ascii: "\n")).map { line in line.filter { !$0.isBlank } }
            .filter { !$0.isEmpty }
        guard let header = lines.first, header.starts(with: Self.mark.utf8) else {
            throw wrong(
                "not vault-encrypted data", help: "encrypted data begins with '\(Self.mark)1.1;AES256'")
        }
        let fields = header.split(separator: UInt8(ascii: ";")).map { String(decoding: $0, as: UTF8.self) }
        guard fields.count >= 3, fields[1] == "1.1" || fields[1] == "1.2" else {
            throw wrong(
                "unknown vault format '\(String(decoding: header, as: UTF8.self))'", help: "1.1 and 1.2 are known")
        }
        guard fields[2] == "AES256" else {
            throw wrong("unknown vault cipher '\(fields[2])'", help: "AES256 is the only one")
        }
        id = fields.count > 3 ? fields[3] : nil
        guard let body = Hexadecimal.bytes(of: lines.dropFirst().joined()) else {
            throw wrong("vault-encrypted data with other characters than hexadecimal digits, or cut off")
        }
        let parts = body.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let salt = Hexadecimal.bytes(of: parts[0]), let code = Hexadecimal.bytes(of: parts[1]),
            let ciphertext = Hexadecimal.bytes(of: parts[2]), !salt.isEmpty, code.count == 32
        else { throw wrong("damaged vault-encrypted data") }
        self.salt = salt
        self.code = code
        self.ciphertext = ciphertext
    }

    /// The whole text with a final newline.
    var text: String {
        let version = id == nil ? "1.1" : "1.2"
        let newline = [UInt8(ascii: "\n")]
        let body = Hexadecimal.digits(of: salt) + newline + Hexadecimal.digits(of: code) + newline
        let digits = Hexadecimal.digits(of: body + Hexadecimal.digits(of: ciphertext))
        var text = "\(Self.mark)\(version);AES256" + (id.map { ";" + $0 } ?? "") + "\n"
        var start = 0
        while start < digits.count {
            text += String(decoding: digits[start..<min(start + Self.columns, digits.count)], as: UTF8.self) + "\n"
            start += Self.columns
        }
        return text
    }
}

/// Bytes as lower case digits and back.
private enum Hexadecimal {
    private static let alphabet = Array("0123456789abcdef".utf8)

    static func digits(of bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            digits.append(alphabet[Int(byte >> 4)])
            digits.append(alphabet[Int(byte & 15)])
        }
        return digits
    }

    static func bytes(of digits: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D }
}
