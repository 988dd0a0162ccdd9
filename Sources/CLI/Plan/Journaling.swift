//! Notes in the journal around what a deployment does.

import Diagnostics
import Engine
import Playbooks
import Reports
import Services
import Values

/// Collects what became of services while a deployment runs.
actor Journaling {
    private let journal = Journal(environment: ProcessEnvironment.all)
    private let output: Output
    private var entry: JournalEntry

    init(_ act: JournalEntry.Act, _ rollout: Rollout, session: Session, plan: String? = nil, output: Output) {
        let deployment = rollout.deployment
        self.output = output
        entry = JournalEntry(
            id: deployment.id, act: act, when: Journal.now, who: deployment.who,
            services: deployment.roles.map(\.name), hosts: deployment.hosts, file: Path.absolute(rollout.path),
            inventory: session.sources.map { $0.contains(",") ? $0 : Path.absolute($0) },
            message: deployment.message ?? "", plan: plan)
    }

    /// Runs `body` between two lines of the journal; `body` gets what is to be told about events. A journal that cannot
    /// be written is a warning: what happens to the servers counts more.
    func note(
        _ emit: @escaping @Sendable (RunEvent) -> Void, isSame: Bool = false,
        _ body: (@escaping @Sendable (RunEvent) -> Void) async throws -> Int32
    ) async throws -> Int32 {
        warned { () throws(Diagnostic) in try journal.begin(entry) }
        let (events, continuation) = AsyncStream.makeStream(of: TaskReport.self)
        do {
            let code = try await body { event in
                if case .result(let report) = event { continuation.yield(report) }
                emit(event)
            }
            continuation.finish()
            for await report in events { take(report) }
            end(Self.outcome(code, isSame: isSame), code)
            return code
        } catch {
            continuation.finish()
            for await report in events { take(report) }
            end(.stopped, nil)
            throw error
        }
    }

    private static func outcome(_ code: Int32, isSame: Bool) -> JournalEntry.Outcome {
        if code == 0 { return isSame ? .unchanged : .done }
        if code > 128 { return .stopped }
        return code & 2 != 0 ? .failed : .unreachable
    }

    private func take(_ report: TaskReport) {
        guard let service = report.result["service"]?.dict, let name = service["name"]?.string,
            report.status == .changed || report.status == .failed
        else { return }
        let text = { (key: String) in service[key]?.string ?? "" }
        entry.changes.append(
            JournalEntry.Change(
                service: name, host: report.host, action: text("action"), release: text("release"),
                image: text("image"), digest: text("digest"), specification: text("specification"),
                container: text("container_id"), failed: report.status == .failed))
    }

    private func end(_ outcome: JournalEntry.Outcome, _ code: Int32?) {
        entry.ended = Journal.now
        entry.outcome = outcome
        entry.code = code.map(Int.init)
        warned { () throws(Diagnostic) in try journal.end(entry) }
    }

    private func warned(_ write: () throws(Diagnostic) -> Void) {
        do throws(Diagnostic) { try write() } catch {
            output.writeError(error.rendered(isColoured: output.isColoured))
        }
    }
}
