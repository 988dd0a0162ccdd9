//! What a deployment would change, host by host, as check mode found it.

import Diagnostics
import Engine
import Modules
import Values

/// The outcome of comparing services with hosts.
package struct DeploymentPlan: Sendable {
    package enum Verdict: String, Sendable { case same, changes, failed, unreachable }

    /// One thing that differs.
    package struct Line: Sendable, Equatable {
        package let what: String
        package let before: String?
        package let after: String?

        package init(what: String, before: String?, after: String?) {
            self.what = what
            self.before = before
            self.after = after
        }
    }

    /// One service on one host.
    package struct Entry: Sendable {
        package let service: String
        package let host: String
        package let verdict: Verdict
        /// `none`, `create`, `replace`, `reload`, `start`, `update`, `prove`.
        package let action: String
        /// Secrets only as changed.
        package let lines: [Line]
        /// Texts of configuration files that differ.
        package let files: [Difference]
        package let image: String
        /// The digest that it will run; empty where nobody can tell.
        package let digest: String
        /// What the host was like.
        package let found: OrderedMap
        /// Why it cannot be told.
        package let reason: String?
    }

    /// A container of a service on a host where the service is not described any more.
    package struct Former: Sendable, Equatable {
        package let service: String
        package let host: String
        package let container: String
        package let image: String
        package let isRunning: Bool
    }

    package let deployment: Deployment
    package private(set) var entries: [Entry] = []
    package private(set) var former: [Former] = []
    /// Digests that registries told, by image.
    package private(set) var digests: [String: String] = [:]
    /// What the comparing run warned of, and mistakes behind what cannot be compared; each once.
    package private(set) var diagnostics: [Diagnostic] = []
    /// Hosts that were only asked what they still run, and gave no answer.
    package private(set) var silent: [String] = []
    private let mask: FleetMask

    package init(_ deployment: Deployment) {
        self.deployment = deployment
        mask = FleetMask(deployment.fleet)
    }

    package var isEmpty: Bool { chosen.allSatisfy { $0.verdict == .same } && removals.isEmpty }

    /// Whether some host could not be compared.
    package var isIncomplete: Bool { chosen.contains { $0.verdict == .failed || $0.verdict == .unreachable } }

    /// As of a run: 4 for hosts out of reach, 2 for hosts that failed, their sum for both.
    package var exitCode: Int32 {
        (chosen.contains { $0.verdict == .failed } ? 2 : 0) | (chosen.contains { $0.verdict == .unreachable } ? 4 : 0)
    }

    /// What this deployment is about, in the order of its roles and hosts.
    package var chosen: [Entry] { deployment.roles.flatMap(entries(of:)) }

    /// What the deployment takes away.
    package var removals: [Former] { deployment.prunes ? former : [] }

    /// Consumers that are told something else about what is deployed, and are left out.
    package var leftOut: [Entry] {
        deployment.consumers.flatMap(entries(of:)).filter { entry in
            entry.lines.contains { $0.what.hasPrefix("environment ") || $0.what.hasPrefix("config ") }
        }
    }

    package func entries(of role: ServiceRole) -> [Entry] {
        role.hosts.compactMap { host in entries.first { $0.service == role.name && $0.host == host } }
    }

    /// Hosts of a role in the batches in which they are switched.
    package func batches(of role: ServiceRole) -> [[String]] {
        let hosts = entries(of: role).map(\.host)
        return (try? HostBatches.cut(hosts, by: role.rollout.batches)) ?? [hosts]
    }

    // MARK: - From events

    /// Takes an event of the comparing run.
    package mutating func take(_ event: RunEvent) {
        if case .warning(let warning) = event { note(warning) }
        guard case .result(let report) = event else { return }
        if let mistake = report.mistake { note(mistake) }
        let words = report.task.name.split(separator: " ").map(String.init)
        switch words.first {
        case "Switch": entries.append(entry(report, service: words.last ?? ""))
        case "Ask": takeDigest(report, service: words.last ?? "")
        case "Look": takeContainers(report)
        default: break
        }
    }

    private mutating func note(_ diagnostic: Diagnostic) {
        let isKnown = diagnostics.contains {
            $0.message == diagnostic.message && $0.range?.offset == diagnostic.range?.offset
        }
        if !isKnown { diagnostics.append(diagnostic) }
    }

    private func entry(_ report: TaskReport, service name: String) -> Entry {
        let verdict: Verdict =
            switch report.status {
            case .ok, .skipped: .same
            case .changed: .changes
            case .failed: .failed
            case .unreachable: .unreachable
            }
        let isLost = verdict == .failed || verdict == .unreachable
        let reason = isLost ? report.result["msg"]?.string ?? report.help : nil
        let service = report.result["service"]?.dict ?? [:]
        return Entry(
            service: name, host: report.host, verdict: verdict, action: service["action"]?.string ?? "none",
            lines: (service["differences"]?.list ?? []).map(line),
            // The first one holds the lines again.
            files: report.differences.dropFirst().map(mask.callAsFunction), image: service["image"]?.string ?? "",
            digest: service["digest"]?.string ?? "", found: service["found"]?.dict ?? [:],
            reason: reason.map { mask($0) })
    }

    private func line(_ value: Value) -> Line {
        Line(
            what: value["what"]?.string ?? "", before: value["before"]?.string.map { mask($0) },
            after: value["after"]?.string.map { mask($0) })
    }

    private mutating func takeDigest(_ report: TaskReport, service: String) {
        guard let image = deployment.fleet[service]?.services.first(where: { $0.host == report.host })?.image,
            let digest = report.result["digest"]?.string
        else { return }
        digests[image] = digest
    }

    private mutating func takeContainers(_ report: TaskReport) {
        guard report.status == .ok else {
            if !deployment.hosts.contains(report.host) { silent.append(report.host) }
            return
        }
        for container in report.result["containers"]?.list ?? [] {
            let labels = (container["Labels"]?.string ?? "").split(separator: ",")
            let service = labels.first { $0.hasPrefix("drover.service=") }.map { String($0.dropFirst(15)) }
            guard let service, let role = deployment.roles.first(where: { $0.name == service }),
                !role.hosts.contains(report.host)
            else { continue }
            former.append(
                Former(
                    service: service, host: report.host, container: container["Names"]?.string ?? "",
                    image: container["Image"]?.string ?? "", isRunning: container["State"]?.string == "running"))
        }
    }
}
