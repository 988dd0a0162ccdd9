//! `pins.yml`: what may stand there, what is refused, and that what is written is read again.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct PinsFileTests {
    private static let digest = "sha256:" + String(repeating: "0a", count: 32)

    private func read(_ text: String) throws(Diagnostic) -> Pins {
        try PinsReader.read(SourceFile(path: "pins.yml", text: text))
    }

    private func mistake(_ text: String) -> Diagnostic? {
        do throws(Diagnostic) { _ = try read(text) } catch { return error }
        return nil
    }

    private let whole = """
        # What runs.

        packages:
          alpine 3.19:
            nginx: 1.24.0-r7
          debian 12:
            linux-image: { amd64: 6.1.1-1, arm64: 6.1.2-1 }
            lsof: '4.95'
            tree: 2.1.0-1
        images:
          nginx:latest: \(digest)
          registry.lab:5000/app:1.4: \(digest)
        downloads:
          https://example.org/a.tgz?x=1: \(digest)
        roles:
          web: \(String(repeating: "12e4", count: 10))

        """

    @Test func whatIsWrittenIsWhatWasRead() throws {
        let pins = try read(whole)
        #expect(PinsWriter.text(pins, head: PinsWriter.head(of: whole)) == whole)
        #expect(PinsDifference(from: pins, to: try read(PinsWriter.text(pins))).isEmpty)
    }

    @Test func versionsStayText() throws {
        let pins = try read("packages: {debian 12: {a: 1.10, b: 0x10, c: 1e3}}")
        let versions = pins.packages["debian 12"]?.mapValues { $0.versions[""]?.value }
        #expect(versions == ["a": "1.10", "b": "0x10", "c": "1e3"])
        #expect(PinsWriter.text(pins).contains("a: '1.10'"))
        #expect(PinsWriter.text(pins).contains("c: '1e3'"))
    }

    @Test func anEmptyFileAndEmptySectionsPinNothing() throws {
        #expect(try read("").isEmpty)
        #expect(try read("# nothing\nimages:\nroles: {}\n").isEmpty)
    }

    @Test(arguments: [
        ("package: {}", DiagnosticCode.unknownKeyword, 1, 1), ("images: [a]", .pinSyntax, 1, 9),
        ("images:\n  app:1: 1.4", .pinSyntax, 2, 10), ("images:\n  app@\(digest): \(digest)", .pinSyntax, 2, 3),
        ("packages:\n  debian: {a: 1}", .pinSyntax, 2, 3), ("packages:\n  debian 12: {a: '1 2'}", .pinSyntax, 2, 18),
        ("packages:\n  debian 12: {a: '{{ v }}'}", .pinSyntax, 2, 18),
        ("packages:\n  debian 12: {a: [1]}", .pinSyntax, 2, 18),
        ("packages:\n  debian 12: {a: 1}\n  Debian 12: {a: 2}", .yamlDuplicateKey, 3, 3),
        ("roles: {a: main}", .pinSyntax, 1, 12), ("downloads: {'http://a': sha256:12}", .pinSyntax, 1, 25),
        ("images:\n  a: \(digest)\n  a: \(digest)", .yamlDuplicateKey, 3, 3),
    ])
    func mistakesHaveAPlace(_ text: String, _ code: DiagnosticCode, _ line: Int, _ column: Int) throws {
        let mistake = try #require(self.mistake(text))
        #expect(mistake.code == code)
        #expect(mistake.range?.description == "pins.yml:\(line):\(column)", "\(mistake.message)")
    }

    @Test func anUnknownKeyIsSuggested() {
        #expect(mistake("imges: {}")?.help == "did you mean 'images'?")
    }

    @Test func differencesAreSortedAndSayBeforeAndAfter() throws {
        let old = try read("packages: {debian 12: {nginx: 1.22.1-9, tree: 2.1.0-1}}\nimages: {app:1: \(Self.digest)}")
        var new = old
        new.packages["debian 12"]?["nginx"] = Pins.Package("1.24.0-2")
        new.packages["debian 12"]?["tree"] = nil
        new.packages["debian 12"]?["linux"] = Pins.Package(["amd64": Located("6.1", at: nil)])
        #expect(
            PinsDifference(from: old, to: new).text == """
                packages of debian 12
                  + linux (amd64) 6.1
                    nginx 1.22.1-9 -> 1.24.0-2
                  - tree 2.1.0-1

                """)
    }

    @Test func theHeadIsWhatStandsBeforeThePins() {
        #expect(PinsWriter.head(of: "# a\n\n# b\nimages: {}\n# c\n") == "# a\n\n# b\n")
        #expect(PinsWriter.head(of: "# only\n") == "# only\n")
        #expect(PinsWriter.head(of: "") == "")
    }
}
