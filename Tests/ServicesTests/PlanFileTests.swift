//! Plans as files: what is in them, and why one is refused.

import Diagnostics
import Testing
import Values

@testable import Engine
@testable import Services

@Suite struct PlanFileTests {
    private func written(_ fleet: PlannedFleet = PlannedFleet()) throws -> PlanFile {
        try PlanFile(fleet.plan, when: "2026-01-01T00:00:00Z")
    }

    /// What the plan of `PlannedFleet()` says about a fleet that has become another.
    private func moved(_ change: (inout PlannedFleet) -> Void) throws -> [String] {
        var fleet = PlannedFleet()
        let file = try PlanFile(text: try written().text, path: "x.plan")
        change(&fleet)
        return try file.differences(from: fleet.plan)
    }

    @Test func comesBackAsItWasWritten() throws {
        let file = try written()
        #expect(try PlanFile(text: try file.text, path: "x.plan") == file)
        #expect(file.digests == ["registry/store:1": "sha256:aaaa"])
        #expect(file.planned["app2"]?["store"]?["release"] == "r1")
        #expect(try file.differences(from: PlannedFleet().plan) == [])
    }

    @Test func holdsNoSecretAndNoSumOfAFile() throws {
        let text = try written().text
        for hidden in ["open-sesame", "0123456789ab", "ba9876543210"] { #expect(!text.contains(hidden)) }
        // Two plans of the same have nothing of their seals in common.
        let seals = try [written(), written()].map { try JSON.parse($0.text)["seal"]?["digest"]?.string ?? "" }
        #expect(seals[0].count == 64 && seals[0] != seals[1])
    }

    @Test func saysWhatHasMoved() throws {
        #expect(try moved { $0.release = "r2" }.first == "store on app1: release r1 was live and r2 is now")
        #expect(
            try moved { $0.digest = "sha256:bbbb" }.first
                == "store on app1: registry/store:1 was sha256:aaaa and is sha256:bbbb now")
        #expect(
            try moved { $0.image = "registry/store:2" }.first
                == "store on app1: the image was registry/store:1 and is registry/store:2 now")
        #expect(
            try moved { $0.environment["LOG"] = "debug" }.first
                == "store on app1: services.yml, or a variable that it uses, says something else")
        #expect(
            try moved { $0.differences.append(["what": "ports", "before": "1", "after": "2"]) }.first
                == "store on app1: something else differs now: ports")
        #expect(try moved { $0.batches = 2 } == ["batches, or tasks around the switch, are others now"])
        #expect(
            try moved { $0.hosts = ["app1"] }.first == "store on app2: is not described any more, or outside of --limit"
        )
        #expect(try moved { $0.hosts.append("app3") } == ["store on app3: is not in the plan"])
    }

    @Test func tasksAroundTheSwitchAreHeldByTheirContent() throws {
        #expect(
            try moved {
                $0.tasks = TaskSums(tasks: ["drain.yml": "ab", "more.yml": "dd"], others: ["files/key": "cc"])
            }
                == [
                    "../roles/x/tasks/main.yml is gone, which tasks around the switch came from",
                    "drain.yml has changed, which tasks around the switch come from",
                    "more.yml is not in the plan, and tasks around the switch come from it",
                ])
        let sealed = try moved { $0.tasks = TaskSums(tasks: $0.tasks.tasks, others: ["files/key": "cd"]) }
        #expect(sealed.count == 1 && sealed[0].hasSuffix("; or variables and files of the tasks around the switch"))
        #expect(try !written().text.contains("files/key"))
    }

    @Test func aSecretThatChangesTwiceIsNoticed() throws {
        let why = [
            "secrets or contents of configuration files are others now, of: store on app1, store on app2"
                + "; or variables and files of the tasks around the switch"
        ]
        #expect(try moved { $0.secret = "another" } == why)
        #expect(
            try moved { fleet in
                fleet.differences[1] = [
                    "what": "config /etc/store.conf", "before": "0123456789ab", "after": "cccccccccccc",
                ]
            } == why)
    }

    @Test func whatIsNoPlanIsRefused() throws {
        func message(_ text: String) -> String? {
            do throws(Diagnostic) {
                _ = try PlanFile(text: text, path: "x.plan")
                return nil
            } catch { return error.message }
        }
        #expect(message("services: {}") == "'x.plan' is no plan")
        #expect(message(#"{"drover_plan": 2}"#) == "the plan 'x.plan' has format 2, and this drover knows 1")
        #expect(message(#"{"drover_plan": 1, "id": "x"}"#) == "the plan 'x.plan' is damaged")
        let text = try written().text
        #expect(message(text.replacing(#""host": "app1","#, with: "")) == "the plan 'x.plan' is damaged")
    }
}
