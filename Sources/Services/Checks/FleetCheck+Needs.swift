//! Lines that lead nowhere, or in a circle.

import Diagnostics

extension FleetCheck {
    static func checkNeeds(_ fleet: Fleet, _ problems: inout Problems) {
        for role in fleet.roles {
            for need in role.needs {
                guard let provider = fleet[need.provider] else {
                    problems.add(
                        Diagnostic(
                            .serviceNeed, "'\(role.name)' needs '\(need.provider)', which is not a service",
                            at: need.range,
                            help: Suggestion.help(for: need.provider, among: fleet.roles.map(\.name))
                                ?? "services are: \(fleet.roles.map(\.name).joined(separator: ", "))"))
                    continue
                }
                guard !provider.portNames.contains(need.port) else { continue }
                problems.add(
                    Diagnostic(
                        .serviceNeed,
                        "'\(role.name)' needs port '\(need.port)' of '\(need.provider)', which has none "
                            + "of that name", at: need.range,
                        help: Suggestion.help(for: need.port, among: provider.portNames)
                            ?? "its ports are: \(provider.portNames.joined(separator: ", "))"))
            }
        }
        if let circle = circle(fleet) { problems.add(circle) }
    }

    /// The first circle of lines, told from its beginning to its end.
    private static func circle(_ fleet: Fleet) -> Diagnostic? {
        guard fleet.inOrderOfLines == nil else { return nil }
        for role in fleet.roles {
            guard let path = way(from: role.name, to: role.name, in: fleet, seen: []) else { continue }
            return Diagnostic(
                .serviceNeed, "these services need each other: \(([role.name] + path).joined(separator: " → "))",
                at: role.needs.first?.range ?? role.place,
                help: "no order would start each after what it needs; take one of the lines away")
        }
        return nil
    }

    private static func way(from name: String, to goal: String, in fleet: Fleet, seen: Set<String>) -> [String]? {
        for need in fleet[name]?.needs ?? [] where need.provider != name {
            if need.provider == goal { return [goal] }
            guard !seen.contains(need.provider) else { continue }
            if let rest = way(from: need.provider, to: goal, in: fleet, seen: seen.union([need.provider])) {
                return [need.provider] + rest
            }
        }
        return nil
    }
}
