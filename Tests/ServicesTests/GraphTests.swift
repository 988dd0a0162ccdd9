//! Drawings of fleets: nothing overlaps, few lines cross, and cut lines are told.

import Diagnostics
import Testing
import Values

@testable import Services

@Suite struct GraphTests {
    private let range = SourceRange(file: SourceFile(path: "services.yml", text: ""), offset: 0, length: 0)

    /// Each service with what it needs, on one host for each letter of `on`.
    private func fleet(_ description: [(name: String, needs: [String])], hosts: Int = 1) -> Fleet {
        Fleet(
            roles: description.map { name, needs in
                let services = (1...hosts).map { number in
                    Service(
                        name: name, host: "\(name)\(number)", address: "10.0.0.\(number)", image: "\(name):1",
                        ports: [
                            ServicePort(
                                name: "main", number: 80, container: 80, address: nil, transport: .tcp, range: range)
                        ], volumes: [], environment: [:], secrets: [:],
                        needs: needs.map { ServiceNeed(provider: $0, port: "main", range: range) }, configuration: [],
                        health: nil, options: [:], isColocated: false,
                        place: ServicePlace(name: range, image: range, hosts: range))
                }
                return ServiceRole(
                    name: name, hosts: services.map(\.host), services: services, rollout: ServiceRollout(),
                    place: range)
            })
    }

    private let fifteen: [(name: String, needs: [String])] = [
        ("proxy", ["api", "web", "auth"]), ("web", ["api", "auth", "cache"]),
        ("api", ["db", "cache", "queue", "search", "auth"]), ("auth", ["db", "ldap"]),
        ("worker", ["queue", "db", "mail", "storage"]), ("cron", ["api", "queue"]), ("search", ["db"]), ("db", []),
        ("cache", []), ("queue", []), ("ldap", []), ("mail", []), ("storage", []),
        ("monitor", ["api", "db", "cache", "queue"]), ("backup", ["db", "storage"]),
    ]

    @Test func nothingOverlapsAndLinesGoDown() {
        let layout = GraphLayout(FleetGraph(fleet(fifteen)))
        #expect(layout.nodes.count { $0.box != nil } == 15)
        for row in layout.rows {
            for (left, right) in zip(row, row.dropFirst()) {
                let (left, right) = (layout.nodes[left], layout.nodes[right])
                #expect(right.x - right.width / 2 - (left.x + left.width / 2) >= GraphLayout.gap - 0.01)
            }
        }
        for chain in layout.chains {
            let rows = chain.map { layout.nodes[$0].row }
            #expect(zip(rows, rows.dropFirst()).allSatisfy { $1 == $0 + 1 })
            #expect(chain.dropFirst().dropLast().allSatisfy { layout.nodes[$0].box == nil })
        }
        #expect((layout.nodes.map { $0.x - $0.width / 2 }.min() ?? -1) >= 0)
    }

    @Test func orderLeavesFewCrossings() {
        // Written such that the order of the file would cross three times.
        let layout = GraphLayout(
            FleetGraph(fleet([("a", ["z"]), ("b", ["y"]), ("c", ["x"]), ("x", []), ("y", []), ("z", [])])))
        let lower = layout.rows[1].compactMap { layout.nodes[$0].box?.name }
        let upper = layout.rows[0].compactMap { layout.nodes[$0].box?.name }
        let partner = ["a": "z", "b": "y", "c": "x"]
        #expect(upper.map { partner[$0] } == lower.map { $0 })
    }

    @Test func aServiceThatNeedsItsLike() {
        let graph = FleetGraph(fleet([("db", ["db"])], hosts: 2))
        #expect(GraphLayout(graph).chains == [[]])
        #expect(SVGGraph(graph).text.contains("<path class=\"line\" d=\"M280 "))
    }

    @Test func cutLinesAreToldInEveryDrawing() {
        let fleet = fleet([("app", ["db", "cache"]), ("db", []), ("cache", [])], hosts: 2)
        var tests = LineTests(fleet)
        #expect(tests.all.count == 8)
        let open: Value = ["open": true, "from": "container"]
        tests.take(["lines": [open, ["open": false, "reason": "refused"], open, open]], from: "app1")
        tests.take(["lines": [open, open, open, open]], from: "app2")
        #expect(tests.isCut)
        let graph = FleetGraph(fleet, tests: tests)
        #expect(graph.lines.map(\.state) == [.cut("refused, 1 of 4"), .open])
        #expect(graph.mermaid.contains("app -.->|\"main 80 (refused, 1 of 4)\"| db"))
        #expect(graph.mermaid.contains("linkStyle 0 stroke:#c0392b"))
        #expect(graph.dot.contains("\"app\" -> \"db\" [label=\"main 80 (refused, 1 of 4)\", color=\"#c0392b\""))
        let svg = SVGGraph(graph).text
        #expect(svg.contains("class=\"line cut\""))
        #expect(svg.contains("class=\"line open\""))
        #expect(svg.contains("✗ main 80: refused, 1 of 4"))
    }

    @Test func whatWasNotAskedIsNeitherOpenNorCut() {
        let fleet = fleet([("app", ["db"]), ("db", [])])
        var tests = LineTests(fleet)
        tests.fail("app1", "no route to host\nmore")
        #expect(!tests.isCut)
        #expect(tests.all.map(\.verdict) == [.untested("no route to host")])
        #expect(FleetGraph(fleet, tests: tests).lines.map(\.state) == [.untested])
    }
}
