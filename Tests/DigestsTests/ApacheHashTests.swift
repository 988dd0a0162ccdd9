//! Hashes of web servers' password files: the answers are those of `openssl passwd`.

import Digests
import Testing

@Suite struct ApacheHashTests {
    @Test(arguments: [
        ("", "$apr1$saltsalt$a8ml/vK5HEjiZ5oypDWA7/"),
        ("a", "$apr1$saltsalt$OEnK0QmmvoDzFw9W2yFYT/"),
        ("0123456789abcdef", "$apr1$saltsalt$noZiBycUL1t9WTQEO7/nr1"),
        ("0123456789abcdefg", "$apr1$saltsalt$zEghXWGhM0psocYwTG.hX1"),
        ("a rather long password, longer than 32 bytes", "$apr1$saltsalt$154mJZFw5Ha.1njZ1chU0/"),
    ])
    func apachesOwnScheme(password: String, hash: String) {
        #expect(ApacheHash.apr1(password, salt: "saltsalt") == hash)
    }

    @Test(arguments: [
        "$apr1$saltsalt$OEnK0QmmvoDzFw9W2yFYT/", "{SHA}hvfkN/qlp/zhXR3cuerq6jd2Z7g=", "a",
    ])
    func knowsAPassword(hash: String) {
        #expect(ApacheHash.isHash(hash, of: "a"))
        #expect(!ApacheHash.isHash(hash, of: "b"))
    }

    @Test func knowsWhatLibcryptKnows() throws {
        #expect(ApacheHash.isHash("$5$abcdefgh$ijtOJ//yvc/9bq1g0llFn9dB688BwBDRD90DlKKSKE1", of: "pw"))
        #expect(!ApacheHash.isHash("$5$abcdefgh$ijtOJ//yvc/9bq1g0llFn9dB688BwBDRD90DlKKSKE1", of: "pv"))
        let old = try PasswordHash.des("pw")
        #expect(old.utf8.count == 13 && ApacheHash.isHash(old, of: "pw"))
    }
}
