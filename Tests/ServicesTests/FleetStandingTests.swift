//! What is said of servers where a rollout did not come to its end.

import Testing
import Values

@testable import Engine
@testable import Services

@Suite struct FleetStandingTests {
    private func survey(
        _ fleet: PlannedFleet, _ host: String, _ release: String, run: String, running: Bool = true,
        reversal: Value? = nil
    ) -> RunEvent {
        var record: OrderedMap = ["releases": [["id": .string(release), "run": .string(run)]]]
        record["reversal"] = reversal
        let container: Value = [
            "image": "registry/store:1", "running": .bool(running), "labels": ["drover.release": .string(release)],
        ]
        let service: Value = ["container": container, "record": .dict(record)]
        return fleet.report("Look at containers and records", host, .ok, ["services": ["store": service]])
    }

    private func text(_ events: [RunEvent], isRollback: Bool = false) -> String {
        var standing = FleetStanding(PlannedFleet().deployment, isRollback: isRollback)
        for event in events { standing.take(event) }
        return standing.text
    }

    @Test func tellsWhoRunsWhatAndWhatToDo() {
        let fleet = PlannedFleet()
        let text = text([
            survey(fleet, "app2", "r1", run: "run-0"), survey(fleet, "app1", "run-1", run: "run-1", running: false),
        ])
        #expect(
            text == """
                What runs now:
                  store on app1: release run-1 (registry/store:1, NOT RUNNING), by this run
                  store on app2: release r1 (registry/store:1), as before
                To go on: drover deploy store
                To go back: drover rollback store --to r1
                """)
    }

    @Test func aRollbackHasTwoWaysAsWell() {
        let fleet = PlannedFleet()
        let went: Value = ["run": "run-1", "container_id": "1f", "reloads": []]
        let text = text(
            [survey(fleet, "app1", "r1", run: "run-0", reversal: went), survey(fleet, "app2", "r2", run: "run-00")],
            isRollback: true)
        #expect(text.hasSuffix("drover rollback store --to r1\nTo go back: drover rollback store --to r2"), "\(text)")
    }

    @Test func nothingIsToBeDoneWhereAllRunTheSame() {
        let fleet = PlannedFleet()
        let text = text(["app1", "app2"].map { survey(fleet, $0, "r1", run: "run-0") })
        #expect(!text.contains("To go"), "\(text)")
    }

    @Test func whoCannotBeAskedIsNamed() {
        let fleet = PlannedFleet()
        let text = text([
            survey(fleet, "app1", "run-1", run: "run-1"),
            fleet.report("Look at containers and records", "app2", .unreachable, ["msg": "no answer"]),
        ])
        #expect(text.contains("  store on app2: cannot be reached\nTo go on: drover deploy store"), "\(text)")
        #expect(!text.contains("To go back"), "\(text)")
    }
}
