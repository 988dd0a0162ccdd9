//! Runs a playbook written in a test over a fake fleet and keeps everything that happened.

import Connections
import Diagnostics
import Engine
import Inventories
import Playbooks
import Templates
import Values
import YAML

/// What became of a run.
struct Rehearsal {
    /// nil where the author's mistake ended it.
    let exitCode: Int32?
    let mistake: Diagnostic?
    let events: [RunEvent]
    let fleet: FakeFleet

    var commands: [String] { get async { await fleet.commands } }

    /// The results, those of loop items left out, as `task host status`.
    var results: [String] {
        reports.map { "\($0.task.name) \($0.host) \($0.status.rawValue)" + ($0.isIgnored ? " ignored" : "") }
    }

    var reports: [TaskReport] { events.compactMap { if case .result(let report) = $0 { report } else { nil } } }
    var items: [TaskReport] { events.compactMap { if case .itemResult(let report) = $0 { report } else { nil } } }
    var warnings: [String] {
        events.compactMap { if case .warning(let warning) = $0 { warning.message } else { nil } }
    }

    /// The `msg` of each `debug`, as `host: text`.
    var messages: [String] {
        let all = events.compactMap { event -> TaskReport? in
            switch event {
            case .itemResult(let report): report
            case .result(let report) where report.result["results"] == nil: report
            default: nil
            }
        }
        return all.filter { $0.task.action == "debug" && $0.status != .skipped }.map {
            "\($0.host): \((try? $0.result["msg"]?.text()) ?? "-")"
        }
    }

    var statistics: [String: HostStatistics] {
        events.lazy.compactMap { if case .finished(let statistics) = $0 { statistics.hosts } else { nil } }.first ?? [:]
    }

    /// Everything that reporters could ever show.
    var everything: String { events.map { String(describing: $0) }.joined(separator: "\n") }
}

/// Runs `playbook` over `hosts` with further files beside it.
@EngineActor
func rehearse(
    _ playbook: String, hosts: [String] = ["a", "b"], inventory: String? = nil, files: [String: String] = [:],
    fleet: FakeFleet = FakeFleet(), change: (inout RunSettings) -> Void = { _ in },
    open: (@Sendable (ConnectionOptions) -> any Connection)? = nil
) async throws -> Rehearsal {
    let own = ["site.yml": playbook, "hosts.ini": inventory ?? hosts.joined(separator: "\n") + "\n"]
    let folder = try Folder(files.merging(own) { old, _ in old })
    defer { folder.remove() }
    var settings = RunSettings()
    change(&settings)
    let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
    let decrypt: VaultDecryption = { text, _ throws(Diagnostic) in text }
    let run = Run(
        settings: settings, inventory: InventoryLoader().load([folder.path + "/hosts.ini"]).inventory,
        loader: PlaybookLoader(.init(extraVariables: settings.extraVariables, decrypt: decrypt)),
        environment: .standard, vault: decrypt,
        open: { options throws(Diagnostic) in open?(options) ?? FakeConnection(options: options, fleet: fleet) },
        reloadInventory: { InventoryLoader().load([folder.path + "/hosts.ini"]).inventory },
        ask: { _ throws(Diagnostic) in "answer" },
        emit: { event in
            if case .barrier(let pass) = event { pass() }
            continuation.yield(event)
        })
    var exitCode: Int32?
    var mistake: Diagnostic?
    do throws(Diagnostic) { exitCode = try await run.run([folder.path + "/site.yml"]) } catch { mistake = error }
    continuation.finish()
    var events: [RunEvent] = []
    for await event in stream { events.append(event) }
    return Rehearsal(exitCode: exitCode, mistake: mistake, events: events, fleet: fleet)
}
