//! Modules from library folders: what they are handed, and what is made of what they print.

import Diagnostics
import Templates
import Testing
import Values

@testable import Modules

@Suite("Modules from library folders")
struct LibraryModuleTests {
    /// A control node that holds one file.
    private struct OneFile: Controller {
        let text: String

        func read(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8] { Array(text.utf8) }
        func path(of name: String, in folder: ControllerFolder) throws(Diagnostic) -> String { name }
        func render(
            _ source: SourceFile, options: TemplateOptions, with variables: OrderedMap
        ) throws(Diagnostic) -> String { "" }
        func isTrue(_ condition: Value) throws(Diagnostic) -> Bool { false }
        func variable(_ name: String) throws(Diagnostic) -> Value? { nil }
        func evaluate(_ expression: String) throws(Diagnostic) -> Value { .none }
    }

    private func script(_ text: String, _ arguments: OrderedMap) throws -> Script? {
        let module = try LibraryModule(
            ModuleArguments(values: arguments),
            context: .init(controller: OneFile(text: text), host: "h", showsDifferences: false))
        guard case .apply(_, let script, _) = try module.start() else { return nil }
        return script
    }

    @Test(
        "in check mode it runs and is told so",
        arguments: [
            ("# WANT_JSON\n", "\"_ansible_check_mode\": true"), ("", "_ansible_check_mode=True"),
            ("<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>\n", "\"_ansible_check_mode\": true"),
        ]) func checkMode(_ kind: String, _ told: String) throws
    {
        let module = try LibraryModule(
            ModuleArguments(values: ["a": 1]),
            context: .init(controller: OneFile(text: "#!/bin/sh\n" + kind), host: "h", showsDifferences: false))
        guard case .apply(let change, _, _) = try module.start() else { return #expect(Bool(false), "no script") }
        let uploads = change.rehearsal?.uploads.map { String(decoding: $0.bytes, as: UTF8.self) } ?? []
        #expect(uploads.contains { $0.contains(told) })
    }

    private func outcome(_ output: String, status: Int32 = 0) throws -> ModuleResult? {
        let module = try LibraryModule(
            ModuleArguments(values: [:]),
            context: .init(controller: OneFile(text: "#!/bin/sh\n"), host: "h", showsDifferences: false))
        guard case .apply(_, _, let then) = try module.start(),
            case .done(let result) = try then(Observation(status: status, output: Array(output.utf8)))
        else { return nil }
        return result
    }

    @Test("WANT_JSON gets JSON")
    func json() throws {
        let script = try script("#!/bin/sh -e\n# WANT_JSON\n", ["b": [1, "x"], "a": true])
        #expect(script?.text == "exec /bin/sh -e \"$DROVER_MODULE\" \"$DROVER_ARGUMENTS\"")
        let given = try #require(script.map { try JSON.parse($0.uploads[1].bytes) })
        #expect(given["a"] == true)
        #expect(given["b"] == [1, "x"])
        #expect(given["_ansible_check_mode"] == false)
        #expect(given["_ansible_version"] == "2.19.4")
    }

    @Test("others get key=value, quoted as Python does")
    func pairs() throws {
        let script = try script("#!/bin/sh\n", ["name": "it's", "n": 5, "plain": "a/b"])
        let text = script.map { String(decoding: $0.uploads[1].bytes, as: UTF8.self) } ?? ""
        #expect(text.hasPrefix(#"n=5 name='it'"'"'s' plain=a/b _ansible_check_mode=False "#))
    }

    @Test("a mark in the module stands for its arguments")
    func embedded() throws {
        let script = try script("#!/bin/sh\nA='<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>'\n", ["a": 1])
        let text = script.map { String(decoding: $0.uploads[0].bytes, as: UTF8.self) } ?? ""
        #expect(text.hasPrefix("#!/bin/sh\nA='{"))
        #expect(text.contains("\"a\": 1}'\n"))
    }

    @Test("the result is the JSON between whatever else was printed")
    func result() throws {
        let found = try outcome("noise\n{\"changed\": true, \"msg\": \"hi\", \"ansible_facts\": {\"f\": 1}}\njunk\n")
        #expect(found?.changed == true)
        #expect(found?.failed == false)
        #expect(found?.fields["msg"] == "hi")
        guard case .facts(let facts)? = found?.effects.first else { return #expect(Bool(false), "no facts") }
        #expect(facts["f"] == 1)
    }

    @Test("failed, or an rc that is not 0, is a failure")
    func failure() throws {
        #expect(try outcome(#"{"failed": true, "msg": "no"}"#)?.failed == true)
        #expect(try outcome(#"{"rc": 3}"#)?.failed == true)
        #expect(try outcome(#"{"rc": 0}"#)?.failed == false)
    }

    @Test("no JSON at all is a failure that shows what was printed")
    func noJSON() throws {
        let found = try outcome("changed=true\n", status: 4)
        #expect(found?.failed == true)
        #expect(found?.fields["module_stdout"] == "changed=true\n")
        #expect(found?.fields["rc"] == 4)
    }
}
