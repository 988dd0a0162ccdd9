//! What the tests of the system modules share: arguments by hand, scripted answers, recorded texts.

import Diagnostics
import FoundationEssentials
import Templates
import Testing
import Values

@testable import Modules

/// A control node without files, for modules that need none.
struct NoController: Controller {
    func path(of name: String, in folder: ControllerFolder) throws(Diagnostic) -> String {
        throw Diagnostic(.fileNotFound, "no file '\(name)'")
    }
    func read(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8] {
        throw Diagnostic(.fileNotFound, "no file '\(path)'")
    }
    func render(_ source: SourceFile, options: TemplateOptions, with variables: OrderedMap) throws(Diagnostic) -> String
    {
        throw Diagnostic(.fileNotFound, "no template '\(source.path)'")
    }
    func isTrue(_ condition: Value) throws(Diagnostic) -> Bool { condition.bool ?? false }
    func variable(_ name: String) throws(Diagnostic) -> Value? { nil }
    func evaluate(_ expression: String) throws(Diagnostic) -> Value { .none }
}

/// A module made from arguments as a task gives them.
func module<M: Module>(_ type: M.Type, _ arguments: OrderedMap) throws(Diagnostic) -> M {
    var pairs: OrderedMap = [:]
    for (name, value) in arguments { pairs[name] = value }
    let validated = try ArgumentValidator(type.spec).validate(pairs)
    return try type.init(
        validated, context: ModuleContext(controller: NoController(), host: "h", showsDifferences: true))
}

/// Answers scripts from a list and remembers what was asked.
final class ScriptedHost: ScriptExecutor, @unchecked Sendable {
    // Used by one test's task only.
    struct Failure: Error { let message: String }
    var answers: [Observation]
    var applied: [Script] = []
    var asked: [Probe] = []
    var waits = 0

    init(_ answers: [Observation]) { self.answers = answers }

    private func next() throws(Failure) -> Observation {
        guard !answers.isEmpty else { throw Failure(message: "asked more often than answers were given") }
        return answers.removeFirst()
    }

    func observe(_ probes: [Probe]) async throws(Failure) -> [Observation] {
        asked += probes
        var result: [Observation] = []
        for _ in probes { result.append(try next()) }
        return result
    }

    func apply(_ script: Script) async throws(Failure) -> Observation {
        applied.append(script)
        return try next()
    }

    func wait(_ duration: Duration) async throws(Failure) { waits += 1 }
}

extension Observation {
    init(_ text: String, status: Int32 = 0, error: String = "") {
        self.init(status: status, output: Array(text.utf8), errorOutput: Array(error.utf8))
    }
}

/// A recorded file beside the tests.
func systemGolden(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "SystemGoldens")
    return Array(try Data(contentsOf: folder.appending(path: name)))
}
