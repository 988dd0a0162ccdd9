//! The fleet as boxes and lines, for every way of drawing it.

/// A picture of a fleet: one box for each service, one line for each need.
package struct FleetGraph: Sendable {
    package struct Box: Sendable {
        package let name: String
        package let image: String
        /// `http 8080`, one for each port.
        package let ports: [String]
        package let hosts: [String]
        /// 0 for services that need nothing, then one more than what they need.
        package let level: Int
    }

    package struct Line: Sendable {
        package enum State: Sendable, Equatable {
            /// Nobody asked, or nobody can tell.
            case untested
            case open
            /// Why, and between which hosts where it is not all of them.
            case cut(String)
        }

        package let consumer: String
        package let provider: String
        /// `postgres 5432`.
        package let label: String
        package let state: State

        package var isCut: Bool { if case .cut = state { true } else { false } }
    }

    package let boxes: [Box]
    package let lines: [Line]

    package init(_ fleet: Fleet, tests: LineTests? = nil) {
        let levels = Self.levels(fleet)
        boxes = fleet.roles.map { role in
            Box(
                name: role.name, image: role.services.first?.image ?? "",
                ports: role.services.first?.ports.map { "\($0.name) \($0.text)" } ?? [], hosts: role.hosts,
                level: levels[role.name] ?? 0)
        }
        lines = fleet.lines.map { line in
            let port = fleet[line.provider]?.services.first?.ports.first { $0.name == line.port }
            let own = tests?.of(consumer: line.consumer, provider: line.provider, port: line.port) ?? []
            return Line(
                consumer: line.consumer, provider: line.provider, label: "\(line.port) \(port?.number ?? 0)",
                state: Self.state(own))
        }
    }

    private static func state(_ tests: [LineTest]) -> Line.State {
        var cut: [(test: LineTest, reason: String)] = []
        for test in tests { if case .cut(let reason) = test.verdict { cut.append((test, reason)) } }
        guard let first = cut.first else {
            return !tests.isEmpty && tests.allSatisfy { $0.verdict == .open } ? .open : .untested
        }
        if tests.count == 1 { return .cut(first.reason) }
        return .cut("\(first.reason), \(cut.count) of \(tests.count)")
    }

    private static func levels(_ fleet: Fleet) -> [String: Int] {
        var levels: [String: Int] = [:]
        for role in fleet.inOrderOfLines ?? fleet.roles {
            levels[role.name] = (role.needs.compactMap { levels[$0.provider] }.max() ?? -1) + 1
        }
        return levels
    }

    /// Rows of a drawing: those who need most on top.
    package var rows: [[Box]] {
        let top = boxes.map(\.level).max() ?? 0
        return (0...top).reversed().map { level in boxes.filter { $0.level == level } }.filter { !$0.isEmpty }
    }
}
