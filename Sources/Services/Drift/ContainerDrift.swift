//! What a container is, against what the host's own record says of it.

import Values

/// Differences that need nothing but the facts of one service on one host.
struct ContainerDrift {
    let host: String
    let service: String
    /// As `drover.core.service_facts` tells them.
    let facts: Value

    var findings: [DriftFinding] {
        guard let container = facts["container"], !container.isNone else { return absence + beside }
        return [stop(container), maker(container), written].compactMap { $0 } + beside
    }

    private func finding(
        _ kind: DriftFinding.Kind, _ what: String, is actual: String?, should expected: String?
    ) -> DriftFinding {
        DriftFinding(host: host, service: service, kind: kind, what: what, actual: actual, expected: expected)
    }

    private var current: String? { facts["record"]?["current"]?.string }

    private func keptName(_ container: Value) -> String { "\(service).\(container["release"]?.string ?? "unmanaged")" }

    /// Containers of the service that are not under its name.
    private var others: [Value] {
        (facts["containers"]?.list ?? []).filter { $0["name"]?.string != service }
    }

    private func isMisnamed(_ container: Value) -> Bool {
        let name = container["name"]?.string ?? ""
        return name != keptName(container) && name != "\(service).drover-new"
    }

    /// No container has the service's name.
    private var absence: [DriftFinding] {
        // What is current, or runs, is the one that was renamed; another one would be told by its own name.
        if others.contains(where: isMisnamed) { return [] }
        guard let current else { return [finding(.missing, "container", is: "never deployed", should: "running")] }
        return [finding(.missing, "container", is: "gone", should: "running, release \(current)")]
    }

    /// Kept containers belong under names of their own, and stopped.
    private var beside: [DriftFinding] {
        let hasLive = facts["container"]?.isNone == false
        return others.compactMap { container in
            let name = container["name"]?.string ?? ""
            let state = container["state"]?.string ?? ""
            if isMisnamed(container) {
                let isCurrent = !hasLive && (container["release"]?.string == current || container["running"] == true)
                return finding(
                    .renamed, name, is: "\(name), \(state)",
                    should: isCurrent ? service : keptName(container))
            }
            guard container["running"] == true else { return nil }
            return finding(.second, name, is: "running", should: hasLive ? "stopped" : "under the name \(service)")
        }
    }

    private func stop(_ container: Value) -> DriftFinding? {
        let state = container["state"]?.string ?? ""
        guard container["running"] != true || state != "running" else { return nil }
        var text = state
        if state == "exited", let code = container["exit_code"]?.int {
            let time = container["finished"]?.string ?? ""
            text = "exited with code \(code)" + (time.isEmpty ? "" : " at \(time.prefix(19))Z")
        }
        return finding(.stopped, "container", is: text, should: "running")
    }

    /// Who made the container, and whether it is the one that the record says is live.
    private func maker(_ container: Value) -> DriftFinding? {
        let labels = container["labels"]?.dict ?? [:]
        guard labels["drover.service"]?.string == service, let release = labels["drover.release"]?.string else {
            return finding(.unmanaged, "container", is: "not made by drover", should: current.map { "release \($0)" })
        }
        guard let current else {
            return finding(.release, "record", is: "none on the host", should: "release \(release)")
        }
        guard release == current else {
            return finding(.release, "release", is: release, should: current)
        }
        let recorded = (facts["record"]?["releases"]?.list ?? []).first { $0["id"]?.string == current }
        guard let id = recorded?["container_id"]?.string, !id.isEmpty, let actual = container["id"]?.string,
            actual != id
        else { return nil }
        return finding(
            .release, "container id", is: String(actual.prefix(12)), should: String(id.prefix(12)))
    }

    private var written: DriftFinding? {
        let paths = (facts["written"]?["paths"]?.list ?? []).compactMap(\.string)
        guard let count = facts["written"]?["count"]?.int, count > 0 else { return nil }
        let more = paths.count > 5 ? ", …" : ""
        return finding(
            .written, paths.prefix(5).joined(separator: ", ") + more,
            is: "\(count) \(count == 1 ? "path" : "paths") written inside", should: "data in a volume")
    }
}
