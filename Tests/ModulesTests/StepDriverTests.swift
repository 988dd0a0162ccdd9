//! The driver: check mode, differences, polling.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct StepDriverTests {
    /// Answers every script with its own text.
    private struct Echo: ScriptExecutor {
        func observe(_ probes: [Probe]) async throws(Never) -> [Observation] {
            probes.map { Observation(output: Array($0.script.utf8)) }
        }
        func apply(_ script: Script) async throws(Never) -> Observation {
            Observation(output: Array("applied \(script.text)".utf8))
        }
        func wait(_ duration: Duration) async throws(Never) {}
    }

    private struct Writer: Module {
        static let spec = ModuleSpec(["test.writer"], "Writes")
        let prediction: Change.Prediction

        init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) { prediction = .changes }
        init(_ prediction: Change.Prediction) { self.prediction = prediction }

        func start() throws(Diagnostic) -> Step {
            let difference = Difference(beforeHeader: "b", afterHeader: "a", before: "1", after: "2")
            let change = Change(prediction, differences: [difference], fields: ["dest": "/x"])
            return .observeAll([Probe("one"), Probe("two")]) { seen in
                .apply(change, Script("write")) { output in
                    let texts = seen.map { Value.string($0.text) }
                    return .wait(.seconds(1)) {
                        .done(
                            ModuleResult(changed: true, fields: ["seen": .list(texts), "said": .string(output.text)]))
                    }
                }
            }
        }
    }

    @Test func appliesAndReportsDifferences() async throws {
        let result = try await StepDriver(Echo(), checkMode: false, showsDifferences: true).run(Writer(.changes))
        #expect(result.fields["seen"] == ["one", "two"])
        #expect(result.fields["said"] == "applied write")
        #expect(result.differences.map(\.after) == ["2"])
    }

    @Test func checkModeStopsBeforeTheAct() async throws {
        let driver = StepDriver(Echo(), checkMode: true, showsDifferences: true)
        let predicted = try await driver.run(Writer(.changes))
        #expect(predicted.changed && !predicted.skipped)
        #expect(predicted.fields["dest"] == "/x")
        #expect(predicted.differences.count == 1)
        let unknown = try await driver.run(Writer(.unknown))
        #expect(unknown.skipped && !unknown.changed)
        #expect(unknown.fields["msg"] == "Command would have run if not in check mode")
    }
}
