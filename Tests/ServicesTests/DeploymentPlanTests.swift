//! What a plan makes of the answers of servers.

import Diagnostics
import Modules
import Testing
import Values

@testable import Engine
@testable import Services

@Suite struct DeploymentPlanTests {
    private func container(_ name: String, service: String, state: String = "running") -> Value {
        [
            "Names": .string(name), "Image": "registry/store:1", "State": .string(state),
            "Labels": .string("drover.release=r1,drover.service=\(service)"),
        ]
    }

    @Test func containersOfAFormerHostAreFound() {
        var fleet = PlannedFleet()
        fleet.containers = [
            "app1": [container("store", service: "store")],
            "old1": [
                container("store", service: "store"), container("store.r0", service: "store", state: "exited"),
                container("other", service: "other"),
            ],
        ]
        #expect(
            fleet.plan.former.map { "\($0.container) \($0.host) \($0.isRunning)" } == [
                "store old1 true", "store.r0 old1 false",
            ])
        #expect(fleet.plan.removals.isEmpty)
        fleet.prunes = true
        #expect(fleet.plan.removals.count == 2)
    }

    @Test func removingAloneIsAChange() {
        var fleet = PlannedFleet()
        fleet.hosts = []
        #expect(fleet.deployment.roles[0].hosts.isEmpty)
        fleet.prunes = true
        fleet.containers = ["old1": [container("store", service: "store")]]
        var plan = DeploymentPlan(fleet.deployment)
        #expect(plan.isEmpty)
        plan.take(
            fleet.report(
                "Look for what is not described any more", "old1", .ok,
                ["containers": .list(fleet.containers["old1"] ?? [])]))
        #expect(!plan.isEmpty)
    }

    @Test func consumersThatWouldChangeAreLeftOutAloud() {
        let fleet = PlannedFleet()
        var plan = fleet.plan
        #expect(plan.leftOut.isEmpty)
        let lines: Value = [["what": "environment STORE_MAIN_HOST", "before": "app1", "after": "app2"]]
        plan.take(fleet.report("Switch front", "web1", .changed, ["service": ["differences": lines]]))
        #expect(plan.leftOut.map(\.service) == ["front"])
        #expect(plan.chosen.map(\.service) == ["store", "store"])
    }

    @Test func whoGivesNoAnswerMakesItIncomplete() {
        let fleet = PlannedFleet()
        var plan = DeploymentPlan(fleet.deployment)
        plan.take(fleet.report("Switch store", "app1", .unreachable, ["msg": "open-sesame does not open app1"]))
        plan.take(fleet.report("Switch store", "app2", .failed, ["msg": "no engine"]))
        #expect(plan.isIncomplete && plan.exitCode == 6)
        // Secrets of the fleet are in nothing that is shown.
        #expect(plan.chosen[0].reason == "******** does not open app1")
    }

    @Test func aFormerSecretInAFileIsHiddenAsWell() {
        let mask = FleetMask(PlannedFleet().deployment.fleet)
        let masked = mask(
            Difference(
                beforeHeader: "f", afterHeader: "f", before: "host a\npassword old-one\nport 1\n",
                after: "host b\npassword open-sesame\nport 1\n"))
        #expect(masked.before == "host a\npassword ********\nport 1\n")
        #expect(masked.after == "host b\npassword ********\nport 1\n")
    }

    @Test func batchesHoldTheHostsThatAreAsked() {
        var fleet = PlannedFleet()
        fleet.hosts = ["a", "b", "c", "d", "e"]
        fleet.batches = [1, "50%"]
        #expect(fleet.plan.batches(of: fleet.deployment.roles[0]) == [["a"], ["b", "c"], ["d", "e"]])
    }
}
