//! A few read-only tasks on hosts, and what each host answered.

import Diagnostics
import Engine
import Modules
import Playbooks
import Templates
import Values
import YAML

/// Asks hosts through the engine, in check mode.
struct FleetQuery {
    let session: Session
    let settings: RunSettings

    /// Results of tasks and of their items, in the order in which they came. `questions` are data: the tasks see
    /// what is meant for their host as `asked`.
    func ask(
        _ questions: [String: [Value]], _ tasks: [Value], become: Bool, variables: [String: TemplatedValue] = [:]
    ) async throws -> [TaskReport] {
        let hosts = questions.keys.sorted()
        guard !hosts.isEmpty else { return [] }
        let play: Value = [
            "name": "Ask", "hosts": .list(hosts.map { .string($0) }), "gather_facts": false, "become": .bool(become),
            "vars": ["asked": "{{ asked_of_hosts[inventory_hostname] }}"], "tasks": .list(tasks),
        ]
        var settings = settings
        settings.checkMode = true
        settings.pinning = nil
        settings.extraVariables.merge(variables) { _, new in new }
        settings.extraVariables["asked_of_hosts"] = .constant(
            .dict(OrderedMap(pairs: hosts.map { (.string($0), .list(questions[$0] ?? [])) })))
        var style = YAMLStyle()
        style.width = 4096
        style.defaultFlowStyle = false
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        let run = try await session.run(settings, emit: { continuation.yield($0) })
        _ = try await run.run(
            text: try Value.list([play]).yaml(style), at: Path.join(session.playbookFolder, "ask.yml"))
        continuation.finish()
        var reports: [TaskReport] = []
        for await event in events {
            switch event {
            case .result(let report), .itemResult(let report): reports.append(report)
            default: break
            }
        }
        return reports
    }
}

extension [TaskReport] {
    /// Ends the command where a host gave no answer.
    func requireAnswers() throws {
        let silent = filter { $0.status == .failed || $0.status == .unreachable }
        guard !silent.isEmpty else { return }
        let isUnreachable = silent.contains { $0.status == .unreachable }
        let told = Set(silent.map { "\($0.host): \($0.result["msg"]?.string ?? $0.mistake?.message ?? "no answer")" })
        throw Diagnostic(
            .ssh, "not every host could be asked, so nothing is written",
            help: "bring them back, or leave them out with --limit", notes: told.sorted()
        ).exiting(isUnreachable ? 4 : 2)
    }
}
