//! What differs between a fleet and its files, and what could not be told.

import Modules
import Values

/// One difference on one host.
package struct DriftFinding: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The Docker engine does not answer.
        case engine
        /// No container at all.
        case missing
        case stopped
        case renamed
        /// A container that was made by something else.
        case unmanaged
        /// Another container, or another release, than the record says.
        case release
        /// A container of an earlier release runs beside the current one.
        case second
        /// Never proven healthy.
        case unproven
        case image, ports, environment, secret, option, config, directory
        /// Data in the container's own layer.
        case written
        /// A container that nobody described.
        case stranger
        /// Another version than the pinned one.
        case package
        /// A task of a playbook would change something.
        case task
    }

    package let host: String
    /// nil for what belongs to the host as a whole.
    package let service: String?
    package let kind: Kind
    package let what: String
    package let actual: String?
    package let expected: String?
    /// Texts of files; shown with `--diff`.
    package var differences: [Difference] = []

    package init(
        host: String, service: String? = nil, kind: Kind, what: String, actual: String? = nil,
        expected: String? = nil, differences: [Difference] = []
    ) {
        self.host = host
        self.service = service
        self.kind = kind
        self.what = what
        self.actual = actual
        self.expected = expected
        self.differences = differences
    }

    fileprivate var value: OrderedMap {
        [
            "host": .string(host), "service": service.map { .string($0) } ?? Value.none,
            "kind": .string(kind.rawValue), "what": .string(what), "is": actual.map { .string($0) } ?? Value.none,
            "should_be": expected.map { .string($0) } ?? Value.none,
        ]
    }
}

/// The whole answer of `drover drift`.
package struct DriftReport: Sendable {
    /// A host, or a service on it, that nothing can be said about.
    package struct Gap: Sendable {
        package let host: String
        package let service: String?
        package let reason: String
        package let isUnreachable: Bool
    }

    package var hosts: [String] = []
    package var services: [String] = []
    package var findings: [DriftFinding] = []
    package var gaps: [Gap] = []
    /// What limits the answer: deployments at work, tasks that check mode cannot judge.
    package var notes: [String] = []

    package init() {}

    package mutating func add(_ other: DriftReport) {
        for host in other.hosts where !hosts.contains(host) { hosts.append(host) }
        services += other.services
        findings += other.findings
        gaps += other.gaps.filter { gap in
            !(gap.isUnreachable && gaps.contains { $0.host == gap.host && $0.isUnreachable })
        }
        notes += other.notes
    }

    /// 4 where a host was out of reach, 2 where one could not be asked, 3 for drift, else 0.
    package var exitCode: Int32 {
        if gaps.contains(where: \.isUnreachable) { return 4 }
        if !gaps.isEmpty { return 2 }
        return findings.isEmpty ? 0 : 3
    }

    /// For programs; `diff` renders the texts of files where they are wanted.
    package func value(diff: ((Difference) -> String)? = nil) -> Value {
        let drift = findings.map { finding in
            var value = finding.value
            if let diff, !finding.differences.isEmpty {
                value["diff"] = .string(finding.differences.map(diff).joined())
            }
            return Value.dict(value)
        }
        let unanswered = gaps.map { gap -> Value in
            [
                "host": .string(gap.host), "service": gap.service.map { .string($0) } ?? .none,
                "reason": .string(gap.reason), "unreachable": .bool(gap.isUnreachable),
            ]
        }
        return [
            "format": 1, "hosts": .list(hosts.map { .string($0) }), "services": .list(services.map { .string($0) }),
            "drift": .list(drift), "unanswered": .list(unanswered), "notes": .list(notes.map { .string($0) }),
        ]
    }
}
