//! Conversions and rules of arguments, in Ansible's words.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct ArgumentValidatorTests {
    private let validator = ArgumentValidator(
        ModuleSpec(
            ["test.module"], "For this test",
            arguments: [
                ArgumentSpec("path", .path, "", required: true, aliases: ["dest", "name"]),
                ArgumentSpec("state", .string, "", choices: ["absent", "link", "touch"]),
                ArgumentSpec("force", .bool, "", default: false),
                ArgumentSpec("depth", .int, ""), ArgumentSpec("ratio", .float, ""),
                ArgumentSpec("items", .list(of: .string), ""),
                ArgumentSpec("ports", .list(of: .int), ""), ArgumentSpec("settings", .dict, ""),
                ArgumentSpec("mode", .mode, ""),
                ArgumentSpec("src", .string, ""), ArgumentSpec("content", .string, ""),
                ArgumentSpec("key", .string, ""), ArgumentSpec("cert", .string, ""),
            ],
            mutuallyExclusive: [["src", "content"]], requiredTogether: [["key", "cert"]],
            requiredIf: [.init("state", is: "link", ["src"])]))

    private func value(_ name: String, _ value: Value) throws -> Value? {
        var raw: OrderedMap = ["path": "/x"]
        raw[name] = value
        return try validator.validate(raw)[name]
    }

    private func message(_ raw: OrderedMap) -> String {
        do {
            _ = try validator.validate(raw)
            return "accepted"
        } catch { return error.message }
    }

    @Test func valuesAreConverted() throws {
        #expect(try value("force", "yes") == true)
        #expect(try value("force", 0) == false)
        #expect(try value("depth", " 12 ") == 12)
        #expect(try value("ratio", 2) == .float(2))
        #expect(try value("items", "a, b,c") == ["a", "b", "c"])
        #expect(try value("items", 5) == ["5"])
        #expect(try value("ports", ["80", 443]) == [80, 443])
        #expect(try value("settings", "a=1, b=2") == ["a": "1", "b": "2"])
        #expect(try value("mode", 420)?.string == "0644")
        #expect(try value("mode", "u+x")?.string == "u+x")
        #expect(try value("src", true)?.string == "True")
    }

    @Test func aliasesDefaultsAndNull() throws {
        let arguments = try validator.validate(["dest": "/y", "depth": Value.none])
        #expect(arguments.string("path") == "/y")
        #expect(arguments.bool("force") == false)
        #expect(arguments["depth"] == nil)
    }

    @Test func mistakesAreNamedAsAnsibleNamesThem() {
        #expect(message(["force": true]) == "missing required arguments: path")
        #expect(
            message(["path": "/x", "state": "nope"]) == "value of state must be one of: absent, link, touch, got: nope")
        #expect(
            message(["path": "/x", "depth": "abc"])
                == "argument 'depth' is of type str and we were unable to convert to int: "
                + "\"'abc'\" cannot be converted to an int")
        #expect(
            message(["path": "/x", "src": "a", "content": "b"]) == "parameters are mutually exclusive: src|content")
        #expect(message(["path": "/x", "key": "a"]) == "parameters are required together: key, cert")
        #expect(
            message(["path": "/x", "state": "link"]) == "state is link but all of the following are missing: src")
        #expect(message(["path": "/x", "mode": 99999]).contains("out of range"))
    }

    @Test func anUnknownArgumentIsShownWhereItWasWritten() {
        let file = SourceFile(path: "play.yml", text: "file: {paht: /x}")
        let range = SourceRange(file: file, offset: 7, length: 4)
        do {
            _ = try validator.validate(["paht": "/x"], ranges: ["paht": range])
            Issue.record("accepted")
        } catch {
            #expect(error.code == .unknownArgument)
            #expect(error.range?.description == "play.yml:1:8")
            #expect(error.help == "did you mean 'path'?")
            #expect(error.message.hasPrefix("Unsupported parameters for (test.module) module: paht."))
        }
    }
}
