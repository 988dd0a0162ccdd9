//! One task of the collection drover.core on every server of some services, and what each answered.

import ArgumentParser
import Diagnostics
import Engine
import Playbooks
import Reports
import Services
import Templates
import Values
import YAML

/// Asks the servers of services.
struct ServiceQuery {
    struct Answer {
        let host: String
        let result: OrderedMap
        /// Why there is none; with the exit code that it means.
        let failure: (text: String, code: Int32)?
    }

    let fleet: Fleet
    let roles: [ServiceRole]
    private let session: Session
    private let settings: RunSettings
    private let path: String

    init(session: Session, options: ServicesOptions, names: [String]) async throws {
        self.session = session
        let settings = try session.settings()
        let described = try await ServicesSession(session: session, options: options).described(settings)
        fleet = described.fleet
        roles = try fleet.roles(named: names)
        self.settings = settings
        path = Path.join(Path.folder(of: described.path), "services-query.yml")
    }

    /// Answers in the order of the file's hosts. The task gets the host's own services as `services`.
    func ask(_ module: String, _ arguments: OrderedMap = [:]) async throws -> [Answer] {
        try await ask(module, arguments, each: "services", servicesOfHosts)
    }

    /// Asks hosts, each with an argument of its own; hosts without one are not asked.
    func ask(
        _ module: String, _ arguments: OrderedMap = [:], each argument: String, _ values: Value
    ) async throws -> [Answer] {
        var arguments = arguments
        arguments[argument] = "{{ argument_of_host[inventory_hostname] }}"
        let hosts = hosts.filter { values[$0] != nil }
        guard !hosts.isEmpty else { return [] }
        let play: Value = [
            "name": "Services", "hosts": .list(hosts.map { .string($0) }), "gather_facts": false, "become": true,
            "tasks": [["name": "Services", module: .dict(arguments)]],
        ]
        var style = YAMLStyle()
        style.width = 4096
        style.defaultFlowStyle = false
        var settings = settings
        settings.extraVariables["argument_of_host"] = .constant(values)
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        let run = try await session.run(settings, emit: { continuation.yield($0) })
        _ = try await run.run(text: try Value.list([play]).yaml(style), at: path)
        continuation.finish()
        var answers: [String: Answer] = [:]
        for await case .result(let report) in events { answers[report.host] = Answer(report) }
        return hosts.compactMap { answers[$0] }
    }

    private var hosts: [String] {
        var hosts: [String] = []
        for host in roles.flatMap(\.hosts) where !hosts.contains(host) { hosts.append(host) }
        return hosts
    }

    private var servicesOfHosts: Value {
        .dict(
            OrderedMap(
                pairs: hosts.map { host in
                    (.string(host), .list(roles.filter { $0.hosts.contains(host) }.map { .string($0.name) }))
                }))
    }
}

extension ServiceQuery.Answer {
    fileprivate init(_ report: TaskReport) {
        host = report.host
        result = report.result
        let message = report.result["msg"]?.string ?? report.mistake?.message ?? ""
        switch report.status {
        case .failed: failure = (message, 2)
        case .unreachable: failure = (message, 4)
        case .ok, .changed, .skipped: failure = nil
        }
    }
}

/// Rows with columns as wide as they need.
struct TextTable {
    let head: [String]
    var rows: [[String]] = []

    var text: String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return line.prefix(line.count - line.reversed().prefix { $0 == " " }.count) + "\n"
        }.joined()
    }
}

extension [ServiceQuery.Answer] {
    /// The table; where it has no rows, that is said only if every host has answered.
    func write(_ table: TextTable, orElse nothing: String, to output: Output) {
        if !table.rows.isEmpty {
            output.write(table.text)
        } else if allSatisfy({ $0.failure == nil }) {
            output.write(nothing + "\n")
        }
    }

    /// Lines for hosts that gave no answer; ends the command with their code.
    func finish(_ output: Output) throws {
        for answer in self {
            if let failure = answer.failure { output.write("\(answer.host): \(failure.text)\n") }
        }
        if let code = compactMap({ $0.failure?.code }).max() { throw ExitCode(code) }
    }
}
