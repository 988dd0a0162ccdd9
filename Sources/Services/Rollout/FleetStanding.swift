//! What runs after a deployment that did not come to its end as planned, and what can be done next.

import Engine
import Values

/// Made from what hosts say when they are asked what they run.
package struct FleetStanding: Sendable {
    /// One service on one host.
    private struct Place {
        let service: String
        let host: String
        /// What runs, in words.
        let text: String
        /// nil where nothing of drover's runs, or nobody can tell.
        let release: String?
        /// Whether the release is there because of this run.
        let isMoved: Bool
        /// Whether it has a container of its own that others may go back to.
        let isWhole: Bool
    }

    private let deployment: Deployment
    private let isRollback: Bool
    private var places: [Place] = []

    package init(_ deployment: Deployment, isRollback: Bool) {
        self.deployment = deployment
        self.isRollback = isRollback
    }

    package mutating func take(_ event: RunEvent) {
        guard case .result(let report) = event, report.task.name == RolloutPlays.surveyName else { return }
        for role in deployment.roles where role.hosts.contains(report.host) {
            switch report.status {
            case .unreachable: places.append(silent(role.name, report.host, "cannot be reached"))
            case .failed:
                places.append(silent(role.name, report.host, report.result["msg"]?.string ?? "cannot be told"))
            default:
                let survey = report.result["services"]?[role.name] ?? .none
                places.append(place(role.name, report.host, survey))
            }
        }
    }

    private func silent(_ service: String, _ host: String, _ why: String) -> Place {
        Place(service: service, host: host, text: why, release: nil, isMoved: false, isWhole: false)
    }

    private func place(_ service: String, _ host: String, _ survey: Value) -> Place {
        guard let container = survey["container"]?.dict else { return silent(service, host, "nothing") }
        let image = container["image"]?.string ?? ""
        guard let release = container["labels"]?["drover.release"]?.string else {
            return silent(service, host, "\(image), not deployed by drover")
        }
        let known = survey["record"]?["releases"]?.list?.first { $0["id"]?.string == release }
        let runs = [known?["run"]?.string, survey["record"]?["reversal"]?["run"]?.string]
        let isMoved = runs.contains(deployment.id)
        let state = container["running"] == true ? "" : ", NOT RUNNING"
        let text = "release \(release) (\(image)\(state)), \(isMoved ? "by this run" : "as before")"
        return Place(
            service: service, host: host, text: text, release: release, isMoved: isMoved,
            isWhole: known?["reloads"] == nil)
    }

    // MARK: - Words

    /// The list, and what to do where services have moved on some hosts and not on others.
    package var text: String { ([list] + advice).joined(separator: "\n") }

    /// A line for each service and host.
    package var list: String {
        var lines = ["What runs now:"]
        for role in deployment.roles {
            for host in role.hosts {
                let place = places.first { $0.service == role.name && $0.host == host }
                if let place { lines.append("  \(role.name) on \(host): \(place.text)") }
            }
        }
        return lines.joined(separator: "\n")
    }

    private var advice: [String] {
        let torn = deployment.roles.map(\.name).filter { name in
            let own = places.filter { $0.service == name }
            return own.contains(where: \.isMoved) && own.contains { !$0.isMoved }
        }
        let hasStopped = places.contains(where: \.isMoved) && places.contains { !$0.isMoved }
        guard hasStopped else { return [] }
        let names = deployment.roles.map(\.name).joined(separator: " ")
        var lines: [String] = []
        if isRollback {
            if let release = common(of: torn, isMoved: true) {
                lines.append("To go on: drover rollback \(names) --to \(release)")
            }
        } else {
            lines.append("To go on: drover deploy \(names)")
        }
        for name in torn {
            guard let release = common(of: [name], isMoved: false) else { continue }
            lines.append("To go back: drover rollback \(name) --to \(release)")
        }
        return lines
    }

    /// The one release that all of these run.
    private func common(of services: [String], isMoved: Bool) -> String? {
        let own = places.filter { services.contains($0.service) && $0.isMoved == isMoved }
        guard let first = own.first?.release, own.allSatisfy({ $0.release == first }) else { return nil }
        // Files that changed in the same container are not gone back to by its name.
        guard places.allSatisfy({ !services.contains($0.service) || !$0.isMoved || $0.isWhole }) else { return nil }
        return first
    }
}
