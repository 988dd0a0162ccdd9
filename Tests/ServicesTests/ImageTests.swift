//! Services whose images are built or sent: their plays, and what the plan says of them.

import Diagnostics
import Glibc
import Playbooks
import Testing
import Values
import YAML

@testable import Engine
@testable import Modules
@testable import Services

@Suite struct ImageTests {
    private func deployment(
        isSent: Bool, host: String? = "build1", folder: String = "/src/store", pulls: Bool = false
    ) -> Deployment {
        var supply = ServiceSupply()
        supply.isSent = isSent
        if let host {
            supply.build = ServiceSupply.Build(
                source: BuildSource(folder: folder, arguments: ["VERSION": "1"], target: "run"), host: host,
                range: PlannedFleet.range, arguments: [:], pulls: pulls)
        }
        let planned = PlannedFleet().deployment
        let role = planned.roles[0]
        let own = ServiceRole(
            name: role.name, hosts: role.hosts, services: role.services, rollout: role.rollout, place: role.place,
            supply: supply)
        return Deployment(fleet: Fleet(roles: [own]), roles: [own], id: "run-1", who: "ana@desk", message: nil)
    }

    private func tasks(_ text: String, of play: String) throws -> [OrderedMap] {
        let nodes = try YAMLReader.documents(of: SourceFile(path: "rollout.yml", text: text)).nodes
        let plays = try nodes[0].value().list?.compactMap(\.dict) ?? []
        let found = try #require(plays.first { $0["name"]?.string == play })
        return (found["tasks"]?.list ?? []).compactMap(\.dict)
    }

    private func names(_ tasks: [OrderedMap]) -> [String] { tasks.compactMap { $0["name"]?.string } }

    @Test func builtOnceAndPushedThenPulled() throws {
        let plays = RolloutPlays(deployment(isSent: false), hasRegistries: true)
        let tasks = try tasks(plays.rollout(), of: "store: fetch")
        #expect(
            names(tasks) == [
                "Log in to the registry", "Build the image of store", "Push the image of store",
                "Log in to the registry", "Fetch the image", "The same image is everywhere",
            ])
        for task in tasks.prefix(3) {
            #expect(task["delegate_to"] == "build1")
            #expect(task["run_once"] == true)
            #expect(task["become"] == nil)
        }
        #expect(tasks[1]["drover.core.image_build"]?["target"] == "run")
    }

    @Test func theControlNodeNeedsNobodyElse() throws {
        let plays = RolloutPlays(deployment(isSent: true, host: "localhost"), hasRegistries: false)
        let tasks = try tasks(plays.rollout(), of: "store: fetch")
        #expect(
            names(tasks) == ["Build the image of store", "Send the image of store", "The same image is everywhere"])
        #expect(tasks[0]["become"] == false)
        #expect(tasks[1]["drover.core.image_send"]?["from"] == "localhost")
        #expect(tasks[1]["register"] == "fetched")
    }

    @Test func noRegistryIsAskedForWhatIsOwn() throws {
        for (isSent, first) in [(true, "Send the image of store"), (false, "Switch store")] {
            let plays = RolloutPlays(deployment(isSent: isSent), hasRegistries: true)
            #expect(names(try tasks(plays.comparison(), of: "store: compare")).first == first)
        }
        let sent = RolloutPlays(deployment(isSent: true, host: nil), hasRegistries: false)
        let send = try tasks(sent.comparison(), of: "store: compare")[0]
        #expect(send["drover.core.image_send"]?["build"] == nil)
    }

    @Test func pinsAreForImagesOfRegistries() {
        func offences(_ fleet: Fleet) -> Int {
            var problems = Problems()
            FleetCheck.check(fleet, .init(locked: true), problems: &problems)
            return problems.diagnostics.count { $0.code == .servicePin }
        }
        var pins = Pins()
        let image = PlannedFleet().deployment.fleet.services[0].image
        pins.images[image] = Located("sha256:" + String(repeating: "a", count: 64), at: nil)
        let pinning = Pinning(pins: pins, isLocked: true)
        var problems = Problems()
        let fetched = PlannedFleet().deployment.fleet.held(to: pinning, problems: &problems)
        #expect(fetched.services[0].image.hasSuffix("@sha256:" + String(repeating: "a", count: 64)))
        #expect(offences(deployment(isSent: false).fleet) == 0)
        #expect(deployment(isSent: false).fleet.held(to: pinning, problems: &problems).services[0].image == image)
        // What the engine of the control node happens to have is nothing to rely on.
        #expect(offences(deployment(isSent: true, host: nil).fleet) == 1)
    }

    /// A folder whose Dockerfile has only this line.
    private func withFolder(_ dockerfile: String, _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/drover-images-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            unlink("\(folder)/Dockerfile")
            rmdir(folder)
        }
        try PlainFile.write(Array(dockerfile.utf8), to: "\(folder)/Dockerfile", mode: 0o644)
        try body(folder)
    }

    @Test func whatIsBuiltOnIsHeldToo() throws {
        try withFolder("FROM debian\n") { folder in
            func deployment() -> Deployment { self.deployment(isSent: false, folder: folder, pulls: true) }
            func offences(_ fleet: Fleet) -> [String] {
                var problems = Problems()
                FleetCheck.check(fleet, .init(locked: true), problems: &problems)
                return problems.diagnostics.filter { $0.code == .servicePin }.map(\.message)
            }
            let open = deployment()
            #expect(
                offences(open.fleet) == ["'store' is built on 'debian:latest', which is not pinned by a digest"])
            let questions = try #require(try RolloutPlays(open, hasRegistries: false).baseQuestions())
            let asked = try tasks(questions, of: "store: base images")
            #expect(asked[0]["loop"] == ["debian:latest"] && asked[0]["delegate_to"] == "build1")

            var pins = Pins()
            let digest = "sha256:" + String(repeating: "b", count: 64)
            pins.images["debian:latest"] = Located(digest, at: nil)
            var problems = Problems()
            let held = open.fleet.held(to: Pinning(pins: pins, isLocked: true), problems: &problems)
            #expect(offences(held) == [] && problems.isEmpty)
            let pinned = Deployment(fleet: held, roles: held.roles, id: "run-1", who: "ana@desk", message: nil)
            #expect(try RolloutPlays(pinned, hasRegistries: false).baseQuestions() == nil)

            var told = deployment()
            told.build(on: ["debian:latest": digest])
            var untold = deployment()
            for index in [0, 1] {
                let plays = RolloutPlays(index == 0 ? told : untold, hasRegistries: false)
                let build = try tasks(plays.rollout(), of: "store: fetch")[0]["drover.core.image_build"]
                #expect(build?["bases"] == (index == 0 ? ["debian:latest": .string(digest)] : nil))
            }
            // Another base is another image.
            try told.readBuilds()
            try untold.readBuilds()
            let sums = [told, untold].map { $0.arguments(of: $0.fleet.services[0])["build"] }
            #expect(sums[0] != nil && sums[1] != nil && sums[0] != sums[1])
        }
    }

    @Test func thePlanSaysWhatIsToBeSent() {
        var plan = DeploymentPlan(deployment(isSent: true))
        let fleet = PlannedFleet()
        let send = "Send the image of store"
        plan.take(fleet.report(send, "app1", .changed, ["actions": ["2 of 7 layers to be sent from build1"]]))
        plan.take(
            fleet.report(
                "Switch store", "app1", .changed,
                ["service": ["action": "replace", "differences": [["what": "image", "before": "a", "after": "b"]]]]))
        plan.take(fleet.report(send, "app2", .failed, ["msg": "cannot ask the engine of build1"]))
        #expect(
            plan.entries.first?.lines.last
                == .init(what: "image", before: nil, after: "2 of 7 layers to be sent from build1"))
        #expect(plan.isIncomplete)
        #expect(plan.entries.last?.reason == "cannot ask the engine of build1")
    }

    @Test func aFolderThatIsNotThereIsAMistakeOfTheFile() {
        var deployment = deployment(isSent: false)
        #expect { try deployment.readBuilds() } throws: {
            ($0 as? Diagnostic)?.message == "there is no folder '/src/store' to build from"
        }
    }
}
