//! Vaults that ansible-vault of ansible-core 2.19 wrote are read, and ours are the same bytes.

import Diagnostics
import Foundation
import TestPrograms
import Testing
import Vaults

/// `a: é`, password `other`, id `prod`, with the salt below.
private let labelled = """
    $ANSIBLE_VAULT;1.2;AES256;prod
    33303331333233333334333533363337333833393631363236333634363536363330333133323333
    3334333533363337333833393631363236333634363536360a353361623862613736393665333238
    62653036376537646539373134306533393661616236623964396633663666656133613335363065
    3339306264626238630a653130373139366161313065623330313261646565383037336633353135
    3630

    """
/// `0123456789abcdef`, password `hunter2`, no id, with the salt below.
private let plain = """
    $ANSIBLE_VAULT;1.1;AES256
    33303331333233333334333533363337333833393631363236333634363536363330333133323333
    3334333533363337333833393631363236333634363536360a393165346433616638623537666230
    63613534333035393566333536663862383831376530623438326363303939326665333066396163
    6232323961336661630a376434343562666265646563356432323437393532376139636366396166
    65376539643464636139373536363735333736666239393037623938313366333239

    """
/// Nothing at all, password `hunter2`, with a salt of its own.
private let empty = """
    $ANSIBLE_VAULT;1.1;AES256
    66346135356137636537373464393938633462313530373462633737666336623136313532393636
    3630353336663733616566383932636265613931636465660a613734356437396161303834623664
    37306463643938363732653264336235356432323839376563663263646430643362323238656131
    3830396632316239300a303438356235366631303939653739336666643563646233306330333666
    6536

    """
private let salt = Array("0123456789abcdef0123456789abcdef".utf8)

private func keyring(_ passwords: (id: String, password: String)...) throws -> VaultKeyring {
    var keyring = VaultKeyring()
    for (id, password) in passwords { keyring.add(try VaultSecret(id: id, password: Array(password.utf8))) }
    return keyring
}

@Suite struct VaultTests {
    @Test func whatAnsibleVaultWroteIsRead() throws {
        let keyring = try keyring(("default", "hunter2"), ("prod", "other"))
        #expect(try keyring.decrypt(labelled) == "a: é\n")
        #expect(try keyring.decrypt(plain) == "0123456789abcdef")
        #expect(try keyring.decrypt(empty) == "")
        #expect(VaultKeyring.isEncrypted(Array(plain.utf8)))
        #expect(!VaultKeyring.isEncrypted(Array("a: b".utf8)))
    }

    @Test func theSameSaltGivesTheSameBytesAsAnsibleVault() throws {
        let keyring = try keyring(("default", "hunter2"), ("prod", "other"))
        #expect(try keyring.encrypt(Array("a: é\n".utf8), id: "prod", salt: salt) == labelled)
        #expect(try keyring.encrypt(Array("0123456789abcdef".utf8), salt: salt) == plain)
    }

    @Test func everySaltIsNew() throws {
        let keyring = try keyring(("default", "x"))
        let content = (0...255).map { UInt8($0) }
        let (first, second) = (try keyring.encrypt(content), try keyring.encrypt(content))
        #expect(first != second)
        #expect(try keyring.decrypt(Array(first.utf8)) == content)
        #expect(first.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func indentedTextOfYAMLIsRead() throws {
        let indented = plain.split(separator: "\n").map { "    " + $0 }.joined(separator: "\r\n")
        #expect(try keyring(("dev", "hunter2")).decrypt(indented) == "0123456789abcdef")
    }

    @Test func aWrongPasswordNamesTheIDsThatWereTried() throws {
        let file = SourceFile(path: "vars.yml", text: "a: !vault |\n")
        let range = SourceRange(file: file, offset: 3, length: 6)
        do {
            _ = try keyring(("dev", "x"), ("test", "y")).decrypt(labelled, at: range)
            Issue.record("decrypted")
        } catch {
            let diagnostic = try #require(error as? Diagnostic)
            #expect(diagnostic.message.contains("'prod'"))
            #expect(diagnostic.notes == ["tried the vault ids 'dev', 'test'"])
            #expect(diagnostic.range?.description == "vars.yml:1:4")
        }
    }

    @Test func theSecretThatOpensAVaultIsFound() throws {
        var keyring = VaultKeyring()
        keyring.add(try VaultSecret(id: "a", password: Array("one".utf8)))
        keyring.add(try VaultSecret(id: "b", password: Array("two".utf8)))
        let envelope = Array(try keyring.encrypt(Array("x".utf8), id: "b").utf8)
        #expect(keyring.secretID(for: envelope) == "b")
        #expect(VaultKeyring().secretID(for: envelope) == nil)
    }

    @Test func matchingIDsCanBeRequired() throws {
        var keyring = try keyring(("dev", "other"))
        #expect(try keyring.decrypt(labelled) == "a: é\n")
        keyring.requiresMatchingID = true
        #expect(throws: Diagnostic.self) { try keyring.decrypt(labelled) }
    }

    @Test(arguments: [
        "", "a: b", "$ANSIBLE_VAULT;1.0;AES\n31", "$ANSIBLE_VAULT;1.1;AES256\n3132", "$ANSIBLE_VAULT;1.1;AES256\nxyz",
        "$ANSIBLE_VAULT;1.1;ROT13\n3132", "$ANSIBLE_VAULT;1.1;AES256",
    ]) func damageIsRefused(_ text: String) throws {
        #expect(throws: Diagnostic.self) { try keyring(("default", "x")).decrypt(text) }
    }

    @Test func aChangedByteIsNoticed() throws {
        let changed = String(plain.dropLast(2)) + (plain.dropLast().last == "1" ? "2\n" : "1\n")
        #expect(throws: Diagnostic.self) { try keyring(("default", "hunter2")).decrypt(changed) }
    }

    @Test func passwordsAreNeverPrinted() throws {
        let secret = try VaultSecret(id: "dev", password: Array("hunter2".utf8))
        var dumped = ""
        dump(secret, to: &dumped)
        let numbers = "104"
        for text in [dumped, "\(secret)", String(reflecting: secret)] {
            #expect(!text.contains("hunter2") && !text.contains(numbers))
        }
        #expect(throws: Diagnostic.self) { try VaultSecret(password: []) }
    }
}

@Suite struct VaultSourceTests {
    private func scratch(_ name: String, _ text: String, executable: Bool = false) throws -> String {
        let folder = NSTemporaryDirectory() + "vaults-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/" + name
        if executable {
            try TestProgram.write(text, to: path, mode: 0o700)
        } else {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
        return path
    }

    private func opens(_ specification: String) throws -> Bool {
        guard let secret = try VaultSource(specification).secret() else { return false }
        var keyring = VaultKeyring()
        keyring.add(secret)
        return (try? keyring.decrypt(labelled) as String) != nil
    }

    @Test func specifications() {
        #expect(VaultSource("dev@prompt").origin == .prompt)
        #expect(VaultSource("dev@a@b").origin == .file("a@b"))
        #expect(VaultSource("dev@x").id == "dev")
        #expect(VaultSource("x").id == "default")
    }

    @Test func filesAreStripped() throws {
        #expect(try opens("prod@" + scratch("pw", "  other \n")))
        #expect(try !opens("prod@" + scratch("pw", "other\nsecond\n")))
        #expect(throws: Diagnostic.self) { try opens("prod@" + scratch("pw", "\n")) }
        #expect(throws: Diagnostic.self) { try opens("prod@/nonexistent/pw") }
    }

    @Test func scriptsPrintThePassword() throws {
        #expect(try opens(scratch("x.sh", "#!/bin/sh\necho other\n", executable: true)))
        #expect(try !opens(scratch("x.sh", "#!/bin/sh\necho 'other '\n", executable: true)))
        let client = "#!/bin/sh\n[ \"$1 $2\" = '--vault-id prod' ] && echo other\n"
        #expect(try opens("prod@" + scratch("x-client.sh", client, executable: true)))
        #expect(throws: Diagnostic.self) { try opens("dev@" + scratch("x-client", client, executable: true)) }
    }
}
