//! A plan for people: services in the order of the rollout, batches, hosts, and what differs on each.

import Diagnostics
import Modules
import Reports
import Services

struct PlanText {
    let plan: DeploymentPlan
    let isColoured: Bool

    var text: String {
        // Without those that --limit leaves no host of.
        let roles = plan.deployment.roles.filter { !plan.entries(of: $0).isEmpty }
        var lines: [String] = []
        for (index, role) in roles.enumerated() {
            lines += service(role, number: roles.count > 1 ? "\(index + 1). " : "")
        }
        lines += leftOut + former + silent
        lines.append(summary)
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - A service

    private func service(_ role: ServiceRole, number: String) -> [String] {
        let entries = plan.entries(of: role)
        let same = entries.allSatisfy { $0.verdict == .same }
        let hosts = entries.map(\.host).joined(separator: ", ")
        guard !same else { return ["\(number)\(role.name): no change (\(hosts))"] }
        let changing = entries.filter { $0.verdict == .changes }.count
        let batches = plan.batches(of: role)
        var lines = ["\(number)\(role.name): \(Self.counted(changing, of: entries.count, in: batches.count))"]
        var shown: [DeploymentPlan.Entry] = []
        for (index, batch) in batches.enumerated() {
            if batches.count > 1 { lines.append("  batch \(index + 1)") }
            let indent = batches.count > 1 ? "    " : "  "
            let members = batch.compactMap { host in entries.first { $0.host == host } }
            lines += Self.grouped(members).flatMap { group in host(group, &shown).map { indent + $0 } }
        }
        return lines
    }

    private static func counted(_ changing: Int, of all: Int, in batches: Int) -> String {
        let hosts = all == 1 ? "1 host" : "\(all) hosts"
        let change =
            changing == 0 ? "cannot be compared" : "changes on \(changing == all ? "" : "\(changing) of ")\(hosts)"
        return change + (batches > 1 ? ", in \(batches) batches" : "")
    }

    /// Neighbours with the same fate are told once.
    private static func grouped(_ entries: [DeploymentPlan.Entry]) -> [[DeploymentPlan.Entry]] {
        var groups: [[DeploymentPlan.Entry]] = []
        for entry in entries {
            if let last = groups.last?.last, isSame(last, entry) {
                groups[groups.count - 1].append(entry)
            } else {
                groups.append([entry])
            }
        }
        return groups
    }

    private static func isSame(_ one: DeploymentPlan.Entry, _ other: DeploymentPlan.Entry) -> Bool {
        one.verdict == other.verdict && one.action == other.action && one.lines == other.lines
            && one.reason == other.reason
            && one.files.map { $0.before + "\u{0}" + $0.after } == other.files.map { $0.before + "\u{0}" + $0.after }
    }

    private func host(_ group: [DeploymentPlan.Entry], _ shown: inout [DeploymentPlan.Entry]) -> [String] {
        let entry = group[0]
        let hosts = group.map(\.host).joined(separator: ", ")
        switch entry.verdict {
        case .same: return ["\(hosts): no change"]
        case .failed, .unreachable: return ["\(hosts): \(entry.verdict.rawValue): \(entry.reason ?? "")"]
        case .changes: break
        }
        let act = Self.act(entry)
        if let twin = shown.first(where: { Self.isSame($0, entry) }) { return ["\(hosts): \(act), as on \(twin.host)"] }
        shown.append(entry)
        return ["\(hosts): \(act)"] + (entry.lines.flatMap(Self.line) + entry.files.flatMap(file)).map { "  " + $0 }
    }

    /// What becomes of the container.
    private static func act(_ entry: DeploymentPlan.Entry) -> String {
        switch entry.action {
        case "create": return "a container, the first"
        case "replace": return "a new container"
        case "reload":
            let how = entry.lines.first { $0.what == "reload" }?.after
            return "the same container reads its configuration again\(how.map { " (\($0))" } ?? "")"
        case "start": return "the container starts again"
        case "update": return "other limits for the container; no restart"
        case "prove": return "the container is asked whether it is healthy; no restart"
        default: return entry.action
        }
    }

    private static func line(_ line: DeploymentPlan.Line) -> [String] {
        // Said by the act.
        if ["container", "restart", "reload"].contains(line.what) { return [] }
        if line.what.hasPrefix("secret ") { return ["~ \(line.what): \(line.before == nil ? "added" : "changed")"] }
        if line.what.hasPrefix("config ") {
            return [line.before == nil ? "+ \(line.what)" : "~ \(line.what)"]
        }
        let before = line.before.map { "- \(line.what): \(shortened($0))" }
        let after = line.after.map { "+ \(line.what): \(shortened($0))" }
        return [before, after].compactMap(\.self)
    }

    private func file(_ difference: Difference) -> [String] {
        guard difference.before != difference.after else { return ["  only in what is secret"] }
        return DifferenceText.render(difference, isColoured: isColoured).split(separator: "\n").map { "  \($0)" }
    }

    /// Twelve digits of a digest are enough to tell it from others.
    private static func shortened(_ text: String) -> String {
        guard let start = text.firstRange(of: "sha256:")?.upperBound else { return text }
        let digits = text[start...].prefix { $0.isHexDigit }
        guard digits.count == 64 else { return text }
        return text[..<start] + digits.prefix(12) + "…" + text[digits.endIndex...]
    }

    // MARK: - Around them

    private var leftOut: [String] {
        let names = Self.unique(plan.leftOut.map(\.service))
        return names.map { name in
            let hosts = plan.leftOut.filter { $0.service == name }.map(\.host).joined(separator: ", ")
            return "Not part of this: '\(name)' on \(hosts) would change as well: deploy it, too"
        }
    }

    private var former: [String] {
        guard !plan.former.isEmpty else { return [] }
        let verb = plan.deployment.prunes ? "Removed at the end (data stays)" : "No longer described here"
        let list = plan.former.map { former in
            "  \(former.container) on \(former.host): \(former.image), \(former.isRunning ? "running" : "stopped")"
        }
        let hint = plan.deployment.prunes ? [] : ["  to remove: drover deploy --prune; data stays"]
        return ["\(verb):"] + list + hint
    }

    private var silent: [String] {
        plan.silent.isEmpty
            ? [] : ["Could not be asked what they still run: \(Self.unique(plan.silent).joined(separator: ", "))"]
    }

    private var summary: String {
        let changing = plan.chosen.filter { $0.verdict == .changes }
        let lost = plan.chosen.filter { $0.verdict == .failed || $0.verdict == .unreachable }
        if !lost.isEmpty { return "Incomplete: \(Self.unique(lost.map(\.host)).joined(separator: ", "))" }
        if plan.isEmpty { return "Nothing differs." }
        let removed = plan.removals.isEmpty ? "" : ", \(plan.removals.count) to remove"
        return "\(changing.count) of \(plan.chosen.count) containers change\(removed)."
    }

    private static func unique(_ words: [String]) -> [String] {
        var seen: [String] = []
        for word in words where !seen.contains(word) { seen.append(word) }
        return seen
    }
}
