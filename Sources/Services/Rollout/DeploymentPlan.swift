//! What a deployment would change, host by host, as check mode found it.

import Diagnostics
import Engine
import Modules
import Values

/// The outcome of comparing services with hosts.
package struct DeploymentPlan: Sendable {
    package enum Verdict: String, Sendable { case same, changes, failed, unreachable }

    /// One service on one host.
    package struct Entry: Sendable {
        package let service: String
        package let host: String
        package let verdict: Verdict
        /// `name: before → after`, secrets only as changed.
        package let changes: [String]
        /// Why it cannot be told.
        package let reason: String?
    }

    package private(set) var entries: [Entry] = []
    private let roles: [ServiceRole]

    package init(_ deployment: Deployment) { roles = deployment.roles }

    package var isEmpty: Bool { entries.allSatisfy { $0.verdict == .same } }

    /// Whether some host could not be compared.
    package var isIncomplete: Bool { entries.contains { $0.verdict == .failed || $0.verdict == .unreachable } }

    /// Takes an event of the comparing run.
    package mutating func take(_ event: RunEvent) {
        guard case .result(let report) = event else { return }
        let service = report.task.name.split(separator: " ").last.map(String.init) ?? ""
        let verdict: Verdict =
            switch report.status {
            case .ok, .skipped: .same
            case .changed: .changes
            case .failed: .failed
            case .unreachable: .unreachable
            }
        let reason = verdict == .failed || verdict == .unreachable ? report.result["msg"]?.string : nil
        entries.append(
            Entry(
                service: service, host: report.host, verdict: verdict,
                changes: report.differences.flatMap(\.changedLines), reason: reason ?? report.help))
    }

    /// For people: services in the order of the rollout, with batches, then hosts with what differs.
    package var text: String {
        var lines: [String] = []
        for role in roles {
            let entries = self.entries.filter { $0.service == role.name }
            let changing = entries.filter { $0.verdict == .changes }
            lines.append(
                "\(role.name): \(changing.isEmpty ? "no change" : "changes on \(changing.count) of \(entries.count) hosts"), in batches of \(batches(role))"
            )
            for entry in entries where entry.verdict != .same {
                lines.append("  \(entry.host)\(entry.reason.map { ": \(entry.verdict.rawValue): \($0)" } ?? "")")
                lines += entry.changes.map { "    \($0)" }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func batches(_ role: ServiceRole) -> String {
        switch role.rollout.batches {
        case .list(let sizes): sizes.compactMap { try? $0.text() }.joined(separator: ", then ")
        default: (try? role.rollout.batches.text()) ?? "1"
        }
    }

    /// For programs, and for `drover deploy FILE`.
    package var value: Value {
        [
            "format": 1,
            "services": .list(
                entries.map { entry in
                    [
                        "service": .string(entry.service), "host": .string(entry.host),
                        "verdict": .string(entry.verdict.rawValue), "changes": .list(entry.changes.map { .string($0) }),
                    ]
                }),
        ]
    }
}

extension Difference {
    /// One line for each that is not on both sides.
    fileprivate var changedLines: [String] {
        if let prepared { return prepared.split(separator: "\n").map(String.init) }
        let old = before.split(separator: "\n").map(String.init)
        let new = after.split(separator: "\n").map(String.init)
        return old.filter { !new.contains($0) }.map { "- \($0)" } + new.filter { !old.contains($0) }.map { "+ \($0)" }
    }
}
