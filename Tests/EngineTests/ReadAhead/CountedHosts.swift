//! Hosts that are this machine's shell, and count how often they are spoken to.

import Connections
import Engine
import FoundationEssentials
import Templates
import Values

/// What hosts were asked for, over all connections.
actor RoundTrips {
    private(set) var count = 0
    /// Requests that were sent early.
    private(set) var early = 0

    func note(further: Int) {
        count += 1
        early += further
    }
}

/// A shell of this machine.
struct CountedHost: Connection {
    let host: LocalHost
    let trips: RoundTrips

    func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply] {
        await trips.note(further: 0)
        return try await host.run(requests, as: .login)
    }

    func run(
        _ requests: [ShellRequest], and further: [ShellRequest], as identity: Identity
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply]) {
        await trips.note(further: further.count)
        return try await host.run(requests, and: further, as: .login)
    }

    func close() async { await host.close() }
}

/// A playbook that ran on hosts which are all this machine, in a folder of its own.
struct Performance {
    let run: Rehearsal
    let roundTrips: Int
    let early: Int
    /// Files below the folder with their texts, sorted.
    let files: [String]

    /// Everything that must not depend on reading ahead; hosts are told of one by one, since they race.
    var story: [String] {
        let results = Dictionary(grouping: run.reports, by: \.host).sorted { $0.key < $1.key }
        return results.flatMap { host, reports in reports.map { "\(host) \($0.task.name) \($0.status)" } }
            + run.messages.sorted() + files
    }
}

/// Runs tasks on hosts that share one folder, `dir`.
func perform(
    _ tasks: String, hosts: [String] = ["a"], files: [String: String] = [:], handlers: String = "",
    change: @Sendable (inout RunSettings) -> Void = { _ in }
) async throws -> Performance {
    let folder = try Folder(["w/there": ""])
    defer { folder.remove() }
    let trips = RoundTrips()
    func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n")
    }
    let playbook = """
        - hosts: all
          gather_facts: false
          tasks:
        \(indented(tasks))
          handlers:
        \(indented(handlers))
        """
    let path = folder.path
    let run = try await rehearse(
        playbook, hosts: hosts, files: files,
        change: { settings in
            settings.extraVariables["dir"] = .constant(.string(path))
            change(&settings)
        }, open: { CountedHost(host: LocalHost(name: $0.name), trips: trips) })
    let names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    let found = names.map { name in
        let text = FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        return "\(name): \(text ?? "-")"
    }
    return Performance(run: run, roundTrips: await trips.count, early: await trips.early, files: found)
}
