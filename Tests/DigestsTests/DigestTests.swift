//! Hashes, base64, UUIDs and password hashes against answers of CPython and passlib.

import Digests
import Testing

@Suite struct Digesting {
    @Test(arguments: [
        (Hash.md5, "0cc175b9c0f1b6a831c399e269772661"),
        (.sha1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        (.sha256, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        (.sha224, "abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5"),
        (.sha3_256, "80084bf2fba02475726feb2cab2d8215eab14bc6bdd8bfb2c8151257032ecd8b"),
    ])
    func hashes(hash: Hash, expected: String) { #expect(hash.digest(Array("a".utf8))?.hex == expected) }

    @Test func streams() throws {
        let stream = try #require(HashStream(.sha256))
        stream.update(Array("ab".utf8))
        stream.update(Array("c".utf8))
        #expect(stream.finish() == Hash.sha256(Array("abc".utf8)))
    }

    @Test(arguments: [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("é?>", "w6k/Pg==")])
    func base64(text: String, encoded: String) throws {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(try Base64.decode(encoded) == Array(text.utf8))
        #expect(try Base64.decode(Base64.encode(Array(text.utf8), urlSafe: true), urlSafe: true) == Array(text.utf8))
    }

    @Test(arguments: [("YQ", "Incorrect padding"), ("YWJjZ", "cannot be 1 more"), ("YQ=", "Incorrect padding")])
    func refusesBadBase64(text: String, message: String) {
        do throws(Base64.Mistake) {
            _ = try Base64.decode(text)
            Issue.record("accepted \(text)")
        } catch { #expect(error.message.contains(message)) }
    }

    @Test func passesOverForeignCharacters() throws { #expect(try Base64.decode("Y W\nJ*j") == Array("abc".utf8)) }

    @Test func hexadecimal() {
        #expect(Hexadecimal.bytes("00fFa1") == [0, 255, 161])
        #expect(Hexadecimal.bytes("0") == nil)
        #expect(Hexadecimal.bytes("0g") == nil)
    }

    @Test func uuid5() {
        let uuid = NameUUID.version5("a", namespace: "361E6D51-FAEC-444A-9079-341386DA8E2E")
        #expect(uuid == "9b6d1a0c-51b1-5093-93fc-cf09a700edff")
        #expect(NameUUID.version5("a", namespace: "nonsense") == nil)
    }

    @Test func crc32() { #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926) }
}

@Suite struct PasswordHashing {
    @Test(arguments: [
        (PasswordScheme.md5, "saltsalt", nil, "$1$saltsalt$MzDjbImyzEz2m0NTiPzNW/"),
        (.sha256, "saltsalt", 5000, "$5$saltsalt$Mtm6KOxb.PwaKES1sp80SDYOu1T0RdwsBVakhLiqA64"),
        (.sha256, "saltsalt", 1000, "$5$rounds=1000$saltsalt$j9PHFd3LpUaZbS1fWX0aunZMQJxtXyPBQ5WmjE6/99."),
        (
            .sha512, "saltsalt", nil,
            "$6$rounds=656000$saltsalt$CeSP6cIYT/saCUF7yrh751woeylnygt7g0.kpPgCETsJnIBzMiJNv8KmCuu.Vnnewm4lYKawom23Iw61gGICA0"
        ),
        (.blowfish, "abcdefghijklmnopqrstuv", nil, "$2b$12$abcdefghijklmnopqrstuujCDsiLkEQLRCLrdg/CmmQ.tl7jBDqmu"),
    ])
    func equalsPasslib(scheme: PasswordScheme, salt: String, rounds: Int?, expected: String) throws {
        #expect(try PasswordHash.hash("a", scheme: scheme, salt: salt, rounds: rounds) == expected)
    }

    @Test func saltsAreRandom() throws {
        let first = try PasswordHash.hash("a", scheme: .md5)
        #expect(try PasswordHash.hash("a", scheme: .md5) != first)
    }

    @Test(arguments: ["short", "with space in the salt!"]) func refusesBadSalts(salt: String) {
        #expect(throws: PasswordHash.Mistake.self) { try PasswordHash.hash("a", scheme: .blowfish, salt: salt) }
    }
}
