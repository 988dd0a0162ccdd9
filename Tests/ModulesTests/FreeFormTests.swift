//! The one-line form of arguments.

import Diagnostics
import Testing

@testable import Modules

@Suite struct FreeFormTests {
    private let command = ModuleSpec(
        ["test.command"], "Runs",
        arguments: ["cmd", "chdir", "creates", "argv"].map { ArgumentSpec($0, .string, "") }, freeForm: .argument("cmd")
    )
    private let pairs = ModuleSpec(["test.pairs"], "Pairs", arguments: [ArgumentSpec("path", .string, "")])

    private func parse(_ text: String, _ spec: ModuleSpec) throws -> [String: String] {
        var result: [String: String] = [:]
        for argument in try FreeForm.parse(text, for: spec) { result[argument.name] = argument.text }
        return result
    }

    @Test func optionsAreTakenOutOfACommand() throws {
        #expect(
            try parse("chdir=/tmp creates=x echo hi", command) == ["chdir": "/tmp", "creates": "x", "cmd": "echo hi"])
        #expect(try parse("echo hi chdir=/tmp", command) == ["chdir": "/tmp", "cmd": "echo hi"])
    }

    @Test func whatIsNoOptionStaysInTheCommand() throws {
        #expect(try parse("FOO=1 make  'a  b' x=2", command) == ["cmd": "FOO=1 make  'a  b' x=2"])
        #expect(try parse("echo a=b | grep \"a=b\"\necho c", command) == ["cmd": "echo a=b | grep \"a=b\"\necho c"])
    }

    @Test func bracesAndQuotesKeepWordsTogether() throws {
        #expect(
            try parse("path={{ a | default('x y') }}/b mode='0644' msg=\"hello world\"", pairs)
                == ["path": "{{ a | default('x y') }}/b", "mode": "0644", "msg": "hello world"])
        #expect(try parse("creates={{ x }} {{ y }} z", command) == ["creates": "{{ x }}", "cmd": "{{ y }} z"])
    }

    @Test func textWithoutAPairIsRefusedWhereItHasNoMeaning() {
        #expect(throws: Diagnostic.self) { try FreeForm.parse("path=/tmp/x stray", for: pairs) }
    }

    @Test(arguments: ["path='a", "path={{ a", "path=\"x y"]) func openEndsAreRefused(_ text: String) {
        #expect(throws: Diagnostic.self) { try FreeForm.parse(text, for: pairs) }
    }
}
