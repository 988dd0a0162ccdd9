//! From the answers of hosts about their containers to what differs from `services.yml` and the records.

import Diagnostics
import Engine
import Modules
import Values

/// Collects a survey (`RolloutPlays.survey`): facts of hosts, and what a deployment would change.
package struct ServiceDrift {
    private let fleet: Fleet
    private let roles: [ServiceRole]
    /// Whether a container that is no service may be there.
    private let isKnown: (String) -> Bool
    /// The hosts that take part, where that is known: `--limit` may leave some out.
    private var asked: Set<String>?
    private var facts: [String: TaskReport] = [:]
    private var comparisons: [String: [String: TaskReport]] = [:]

    package init(fleet: Fleet, roles: [ServiceRole], isKnown: @escaping (String) -> Bool = { _ in false }) {
        self.fleet = fleet
        self.roles = roles
        self.isKnown = isKnown
    }

    package mutating func take(_ event: RunEvent) {
        switch event {
        case .playStarted(let play): asked = (asked ?? []).union(play.hosts)
        case .noHostsMatched: asked = asked ?? []
        default: break
        }
        guard case .result(let report) = event else { return }
        if report.task.action == RolloutPlays.surveyModule {
            facts[report.host] = report
        } else if let service = report.task.name.split(separator: " ").last {
            comparisons[report.host, default: [:]][String(service)] = report
        }
    }

    private var hosts: [String] {
        var hosts: [String] = []
        for host in roles.flatMap(\.hosts) where !hosts.contains(host) && asked?.contains(host) ?? true {
            hosts.append(host)
        }
        return hosts
    }

    package var report: DriftReport {
        var report = DriftReport()
        report.hosts = hosts
        report.services = roles.map(\.name)
        for host in hosts { judge(host, &report) }
        return report
    }

    private func judge(_ host: String, _ report: inout DriftReport) {
        guard let answer = facts[host], answer.status == .ok else {
            let reason = facts[host].map(Self.reason) ?? "the host was not asked"
            let isUnreachable = facts[host]?.status == .unreachable
            report.gaps.append(.init(host: host, service: nil, reason: reason, isUnreachable: isUnreachable))
            return
        }
        let facts = answer.result
        if facts["engine"]?["running"] == false {
            report.findings.append(
                DriftFinding(host: host, kind: .engine, what: "Docker engine", actual: "no answer", expected: "running")
            )
            if let message = facts["engine"]?["message"]?.string { report.notes.append("\(host): \(message)") }
            return
        }
        for role in roles where role.hosts.contains(host) {
            let found = facts["services"]?[role.name] ?? .none
            noteLock(found, role.name, host, &report)
            report.findings += ContainerDrift(host: host, service: role.name, facts: found).findings
            compare(role.name, host, found, &report)
        }
        report.findings += strangers(facts, host)
    }

    private func noteLock(_ facts: Value, _ service: String, _ host: String, _ report: inout DriftReport) {
        guard let lock = facts["lock"], !lock.isNone, lock["expired"] != true else { return }
        report.notes.append(
            "\(host): '\(service)' is being deployed by \(lock["owner"]?.string ?? "somebody") "
                + "(run \(lock["run"]?.string ?? "?"))")
    }

    /// What a deployment would change.
    private func compare(_ service: String, _ host: String, _ facts: Value, _ report: inout DriftReport) {
        guard let comparison = comparisons[host]?[service] else {
            report.gaps.append(
                .init(host: host, service: service, reason: "it was not compared", isUnreachable: false))
            return
        }
        switch comparison.status {
        case .ok, .changed:
            // Where there is no container, all that makes one differs; that it is missing says it.
            guard facts["container"]?.isNone == false else { return }
            let files = Array(comparison.differences.dropFirst())
            for line in comparison.result["service"]?["differences"]?.list ?? [] {
                if let finding = Self.finding(line, service, host, files) { report.findings.append(finding) }
            }
        case .failed, .skipped, .unreachable:
            report.gaps.append(
                .init(
                    host: host, service: service, reason: Self.reason(comparison),
                    isUnreachable: comparison.status == .unreachable))
        }
    }

    /// A difference as the service's module names it; nil for what only follows from others or from facts.
    private static func finding(
        _ line: Value, _ service: String, _ host: String, _ files: [Difference]
    ) -> DriftFinding? {
        let words = (line["what"]?.string ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        let name = words.count > 1 ? words[1] : ""
        let kind: DriftFinding.Kind
        switch words.first ?? "" {
        case "container", "running", "restart", "reload": return nil
        case "specification": kind = line["before"] == "not made by drover" ? .unmanaged : .option
        case "health": kind = .unproven
        case "config": kind = .config
        case let word: kind = DriftFinding.Kind(rawValue: word) ?? .option
        }
        // The facts have told it already.
        if kind == .unmanaged { return nil }
        let what = name.isEmpty ? words.first ?? "" : name
        return DriftFinding(
            host: host, service: service, kind: kind, what: what, actual: line["before"]?.string,
            expected: line["after"]?.string ?? "not there",
            differences: kind == .config ? files.filter { $0.beforeHeader == name } : [])
    }

    /// Containers that no file describes.
    private func strangers(_ facts: OrderedMap, _ host: String) -> [DriftFinding] {
        let described = Set(fleet.services.filter { $0.host == host }.map(\.name))
        // What a service's first release took the place of is kept for the way back.
        let names = described.union(described.map { "\($0).unmanaged" })
        var found: [DriftFinding] = []
        func add(_ container: Value, _ text: String, service: String? = nil) {
            guard let name = container["name"]?.string, !isKnown(name) else { return }
            let state = container["state"]?.string ?? "there"
            found.append(
                DriftFinding(
                    host: host, service: service, kind: .stranger, what: name, actual: "\(state), \(text)",
                    expected: "not there"))
        }
        for container in facts["strangers"]?.list ?? [] {
            guard !names.contains(container["name"]?.string ?? "") else { continue }
            add(container, "from image \(container["image"]?.string ?? "?")")
        }
        for (service, containers) in facts["others"]?.dict ?? [:] {
            guard let service = service.string, !described.contains(service) else { continue }
            for container in containers.list ?? [] {
                add(container, "of a service that is not described here", service: service)
            }
        }
        return found
    }

    private static func reason(_ report: TaskReport) -> String {
        report.result["msg"]?.string ?? report.mistake?.message ?? "no reason given"
    }
}
