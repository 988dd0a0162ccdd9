//! Hashes, base64, and passwords.

import Diagnostics
import Digests
import Values

enum EncodingFilters {
    static let all: [Builtin] = [
        .filter(
            "b64encode", [.optional("encoding", "utf-8"), .optional("urlsafe", false)], summary: "The text in base64.",
            example: "{{ 'a' | b64encode }} → YQ=="
        ) { call throws(Diagnostic) in
            let bytes = try TextEncoding(try call.text(1)).bytes(of: try call.text())
            return .string(Base64.encode(bytes, urlSafe: try call.truth(2)))
        },
        .filter(
            "b64decode", [.optional("encoding", "utf-8"), .optional("urlsafe", false)],
            summary: "The text that a base64 text holds.", example: "{{ 'YQ==' | b64decode }} → a"
        ) { call throws(Diagnostic) in
            let (text, isURLSafe) = (try call.text(), try call.truth(2))
            let encoding = try TextEncoding(try call.text(1))
            do throws(Base64.Mistake) {
                return .string(encoding.text(of: try Base64.decode(text, urlSafe: isURLSafe)))
            } catch { throw call.mistake(error.message) }
        },
        .filter(
            "hash", value: "data", [.optional("hashtype", "sha1")],
            summary: "A hash of the text: sha1 unless another is named.",
            example: "{{ 'a' | hash('md5') }} → 0cc175b9c0f1b6a831c399e269772661"
        ) { call throws(Diagnostic) in
            let name = try call.text(1)
            guard let digest = Hash(rawValue: name.lowercased())?.digest(Array(try call.text().utf8)) else {
                throw call.mistake(
                    "unsupported hash type \(name)",
                    help: Suggestion.help(for: name, among: Hash.allCases.map(\.rawValue)))
            }
            return .string(digest.hex)
        },
        .filter(
            "checksum", value: "data", summary: "The SHA-1 checksum of the text.",
            example: "{{ 'a' | checksum }} → 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
        ) { call throws(Diagnostic) in .string(Hash.sha1(Array(try call.text().utf8)).hex) },
        .filter(
            "sha1", value: "data", summary: "The SHA-1 hash of the text.",
            example: "{{ 'a' | sha1 }} → 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
        ) { call throws(Diagnostic) in .string(Hash.sha1(Array(try call.text().utf8)).hex) },
        .filter(
            "md5", value: "data", summary: "The MD5 hash of the text.",
            example: "{{ 'a' | md5 }} → 0cc175b9c0f1b6a831c399e269772661"
        ) { call throws(Diagnostic) in .string(Hash.md5(Array(try call.text().utf8)).hex) },
        .filter(
            "to_uuid", value: "string", [.optional("namespace", "361E6D51-FAEC-444A-9079-341386DA8E2E")],
            summary: "A UUID (version 5) that always is the same for the same text.",
            example: "{{ 'a' | to_uuid }} → 9b6d1a0c-51b1-5093-93fc-cf09a700edff"
        ) { call throws(Diagnostic) in
            let namespace = try call.text(1)
            guard let uuid = NameUUID.version5(try call.text(), namespace: namespace) else {
                throw call.mistake(
                    "Invalid value '\(namespace)' for 'namespace': badly formed hexadecimal UUID string")
            }
            return .string(uuid)
        },
        .filter(
            "password_hash", value: "password",
            [
                .optional("hashtype", "sha512"), .optional("salt"), .optional("salt_size"), .optional("rounds"),
                .optional("ident"),
            ],
            summary: "The hash of a password for /etc/shadow: sha512, sha256, bcrypt or md5.",
            example: "{{ 'a' | password_hash('md5', 'saltsalt') }} → $1$saltsalt$MzDjbImyzEz2m0NTiPzNW/"
        ) { call throws(Diagnostic) in try passwordHash(call) },
    ]

    private static func passwordHash(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let name = try call.text(1)
        guard let scheme = PasswordScheme(name: name) else {
            throw call.mistake(
                "\(name) is not in the list of supported passlib algorithms: md5, blowfish, sha256, sha512",
                help: Suggestion.help(for: name, among: PasswordScheme.allCases.map(\.rawValue)))
        }
        var salt = try call.optionalText(2)
        if salt == nil, let size = try call.optionalInteger(3) { salt = PasswordHash.randomSalt(length: size) }
        let (rounds, ident) = (try call.optionalInteger(4), try call.optionalText(5))
        guard let password = call.value.string else {
            let type = call.value.isNone ? "None" : call.value.typeName
            throw call.mistake("secret must be unicode or bytes, not \(type)", help: "convert it with `string` first")
        }
        if scheme == .md5, rounds != nil { throw call.mistake("md5 has no rounds") }
        do throws(PasswordHash.Mistake) {
            return .string(
                try PasswordHash.hash(password, scheme: scheme, salt: salt, rounds: rounds, ident: ident))
        } catch { throw call.mistake(error.message) }
    }
}

/// The encodings of Python that filters and files name.
enum TextEncoding {
    case utf8, latin1, ascii, utf16LittleEndian, utf16BigEndian, utf16

    init(_ name: String) throws(Diagnostic) {
        guard let encoding = TextEncoding.named(name) else {
            throw Diagnostic(.templateRuntime, "unknown encoding: \(name)", help: "use utf-8, latin-1 or utf-16")
        }
        self = encoding
    }

    private static func named(_ name: String) -> TextEncoding? {
        switch name.lowercased().filter({ $0 != "-" && $0 != "_" }) {
        case "utf8": .utf8
        case "latin1", "iso88591": .latin1
        case "ascii", "usascii": .ascii
        case "utf16le": .utf16LittleEndian
        case "utf16be": .utf16BigEndian
        case "utf16": .utf16
        default: nil
        }
    }

    func bytes(of text: String) throws(Diagnostic) -> [UInt8] {
        switch self {
        case .utf8: return Array(text.utf8)
        case .utf16LittleEndian: return text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16BigEndian: return text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .utf16: return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .latin1, .ascii:
            let limit: UInt32 = self == .ascii ? 0x80 : 0x100
            var bytes: [UInt8] = []
            for scalar in text.unicodeScalars {
                guard scalar.value < limit else {
                    throw Diagnostic(.templateRuntime, "the character '\(scalar)' does not exist in this encoding")
                }
                bytes.append(UInt8(scalar.value))
            }
            return bytes
        }
    }

    func text(of bytes: [UInt8]) -> String {
        switch self {
        case .utf8, .ascii: return String(decoding: bytes, as: UTF8.self)
        case .latin1: return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        case .utf16 where bytes.starts(with: [0xFE, 0xFF]):
            return TextEncoding.utf16BigEndian.text(of: Array(bytes.dropFirst(2)))
        case .utf16 where bytes.starts(with: [0xFF, 0xFE]):
            return TextEncoding.utf16LittleEndian.text(of: Array(bytes.dropFirst(2)))
        case .utf16, .utf16LittleEndian, .utf16BigEndian:
            let high = self == .utf16BigEndian ? 0 : 1
            let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
                UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + 1 - high])
            }
            return String(decoding: units, as: UTF16.self)
        }
    }
}
