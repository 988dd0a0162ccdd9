//! What `drover.core.service` decides, and what it does to a host, in which order.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct ServiceTests {
    private static let arguments: OrderedMap = [
        "name": "app", "image": "shop.test/app:1", "ports": ["http": 8080], "environment": ["LOG": "info"],
        "secrets": ["TOKEN": "open-sesame"], "release": "r2",
    ]

    private func module(_ more: OrderedMap = [:]) throws -> DroverServiceModule {
        let arguments = try ArgumentValidator(DroverServiceModule.spec).validate(Self.arguments.merging(more))
        return try DroverServiceModule(
            arguments, context: ModuleContext(controller: EmptyController(), host: "h", showsDifferences: true))
    }

    private func run(
        _ host: RecordedHost, _ more: OrderedMap = [:], check: Bool = false
    ) async throws -> ModuleResult {
        try await StepDriver(host, checkMode: check, showsDifferences: true).run(try module(more))
    }

    /// A container that is just as the arguments ask.
    private func matching(_ release: String = "r1", environment: [String]? = nil) throws -> Value {
        let arguments = try ArgumentValidator(DroverServiceModule.spec).validate(Self.arguments)
        let request = try ServiceRequest(
            arguments, context: ModuleContext(controller: EmptyController(), host: "h", showsDifferences: true))
        return ServiceAnswer.container(
            "app", id: "old", release: release,
            labels: [
                "drover.specification": .string(try request.specification),
                "drover.configuration": .string(request.configuration),
            ], environment: environment ?? ["LOG=info", "TOKEN=open-sesame"])
    }

    private func report(_ release: String, id: String = "new", running: Bool = true) throws -> Observation {
        let container = ServiceAnswer.container("app", id: id, release: release, running: running)
        return ServiceAnswer.answer("container \(try container.json())\n")
    }

    @Test func deploysWhereNothingIs() async throws {
        let up = try report("r2")
        let host = RecordedHost([try ServiceAnswer.look(), up, up, up, up])
        let result = try await run(host)
        #expect(result.changed && !result.failed, "\(result.message)")
        #expect(result.fields["service"]?["action"] == "create")
        #expect(result.fields["service"]?["digest"] == "sha256:aaaa")
        let acts = await host.acts
        #expect(acts.count == 2)
        #expect(acts[0].text.contains(#""status": "switching""#))
        #expect(!acts[0].text.contains("stage stop"))
        #expect(acts[0].text.contains("--publish 8080:8080/tcp"))
        #expect(acts[1].text.contains(#""status": "healthy""#))
        for act in acts { #expect(!act.text.contains("open-sesame")) }
        #expect(String(decoding: acts[0].input, as: UTF8.self) == "LOG=info\nTOKEN=open-sesame\n")
    }

    @Test func leavesAHealthyReleaseAlone() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let host = RecordedHost([try ServiceAnswer.look([try matching()], record: record)])
        let result = try await run(host)
        #expect(!result.changed && !result.failed)
        #expect(result.fields["service"]?["release"] == "r1")
        #expect(await host.acts.isEmpty)
    }

    @Test func refusesAHostThatHasMovedSinceThePlan() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let look = try ServiceAnswer.look([try matching()], record: record)
        let found = try await run(RecordedHost([look])).fields["service"]?["found"]
        #expect(found?["release"] == "r1" && found?["container_id"] == "old")
        let same = try await run(RecordedHost([look]), ["planned": found ?? .none])
        #expect(!same.failed, "\(same.message)")

        let host = RecordedHost([look])
        let moved = try await run(host, ["planned": ["release": "r0"], "image": "shop.test/app:2"])
        #expect(moved.message.contains("has moved since the plan was made: r0 was live then, r1 is now; plan again"))
        let other = try await run(RecordedHost([look]), ["planned": ["release": "r1", "record": "of another time"]])
        #expect(other.message.contains("its container or its record has changed"))
        #expect(await host.acts.isEmpty)
    }

    @Test func asksAgainWhetherAnUnprovenReleaseIsHealthy() async throws {
        let record = ServiceAnswer.record(("r1", .switching), current: nil)
        let up = try report("r1", id: "old")
        let host = RecordedHost([try ServiceAnswer.look([try matching()], record: record), up, up, up, up])
        let result = try await run(host)
        #expect(result.changed && !result.failed, "\(result.message)")
        #expect(result.fields["service"]?["release"] == "r1")
        #expect(await host.acts.last?.text.contains(#""status": "healthy""#) == true)
    }

    @Test func tellsOfASecretOnlyThatItChanged() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let old = try matching(environment: ["LOG=info", "TOKEN=old-sesame"])
        let host = RecordedHost([try ServiceAnswer.look([old], record: record)])
        let result = try await run(host, check: true)
        #expect(result.changed)
        let shown = result.differences.map { $0.before + $0.after }.joined()
        #expect(shown.contains("secret TOKEN: ******** (changed)"))
        #expect(!shown.contains("sesame"))
        #expect(try !Value.dict(result.fields).json().contains("sesame"))
    }

    @Test func announcesAnImageThatHasToBePulled() async throws {
        let host = RecordedHost([try ServiceAnswer.look(image: nil)])
        let result = try await run(host, check: true)
        #expect(result.changed)
        #expect(result.differences.first?.after.contains("image: shop.test/app:1 (to be pulled)") == true)
        #expect(await host.acts.isEmpty)
    }

    @Test func bringsTheOldReleaseBackWhereTheNewOneEnds() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let old = try matching(environment: ["LOG=debug", "TOKEN=open-sesame"])
        let up = try report("r1", id: "old")
        let host = RecordedHost([
            try ServiceAnswer.look([old], record: record), try report("r2"), try report("r2", running: false),
            ServiceAnswer.answer("log boot\nlog token open-sesame\nrestored yes\n"), up, up,
        ])
        let result = try await run(host)
        #expect(result.failed)
        #expect(result.message.contains("release r2 is not healthy: the program ended with status 0"))
        #expect(result.message.contains("release r1 runs again"))
        #expect(result.fields["logs"] == "boot\ntoken ********")
        let acts = await host.acts
        #expect(acts[0].text.contains("dk rename old app.r1"))
        #expect(acts[1].text.contains(#""status": "failed""#))
        #expect(acts[1].text.contains("dk update --restart=always old"))
        #expect(await host.isDone)
    }

    @Test func waitsForAnEngineThatIsAwayToBringTheOldReleaseBack() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let old = try matching(environment: ["LOG=debug", "TOKEN=open-sesame"])
        let away = ServiceAnswer.answer("stage stop\n", status: 1, errors: "Cannot connect to the Docker daemon at x")
        let up = try report("r1", id: "old")
        let host = RecordedHost([
            try ServiceAnswer.look([old], record: record), away, away, away,
            ServiceAnswer.answer("restored yes\n"), up, up,
        ])
        let result = try await run(host)
        #expect(result.message.contains("release r1 runs again"), "\(result.message)")
        #expect(await host.acts.count == 4)
    }

    @Test func goesOnWhereTheNameHadBeenGivenUp() async throws {
        // Killed after the old container had its kept name and before the new one had its own.
        let record = ServiceAnswer.record(("r2", .switching), ("r1", .healthy), current: "r1")
        let kept = ServiceAnswer.container("app.r1", id: "old", release: "r1", running: false)
        let half = ServiceAnswer.container("app.drover-new", id: "half", release: "r2", running: false)
        let host = RecordedHost([
            try ServiceAnswer.look([half, kept], record: record), ServiceAnswer.answer("stage start\n", status: 1),
            ServiceAnswer.answer("restored yes\n"), try report("r1", id: "old"), try report("r1", id: "old"),
        ])
        let result = try await run(host)
        #expect(result.message.contains("release r1 runs again"), "\(result.message)")
        let acts = await host.acts
        #expect(!acts[0].text.contains("stage stop"))
        #expect(acts[1].text.contains("dk rename old app "))
        // A release that had begun under this name is another one.
        #expect(result.fields["service"]?["release"] == "r2-2")
    }

    @Test func refusesALowerFence() async throws {
        let host = RecordedHost([try ServiceAnswer.look(more: "fence 9\n")])
        let result = try await run(host, ["fence": 8])
        #expect(result.failed && result.message.contains("another deploy has taken over"))
        #expect(await host.acts.isEmpty)
    }

    @Test func looksAgainWhereTheHostHasMovedOn() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let host = RecordedHost([
            try ServiceAnswer.look(), ServiceAnswer.answer("", status: 75),
            try ServiceAnswer.look([try matching()], record: record),
        ])
        let result = try await run(host)
        #expect(!result.failed && !result.changed)
    }

    @Test func doesNotGuessADamagedRecord() async throws {
        let host = RecordedHost([try ServiceAnswer.look(more: "record {\"format\": 99}\n")])
        let result = try await run(host)
        #expect(result.failed && result.message.contains("/var/lib/drover/services/app.json cannot be read"))
    }

    @Test func goesBackToWhatRanBefore() async throws {
        let record = ServiceAnswer.record(("r3", .healthy), ("r2", .failed), ("r1", .healthy), current: "r3")
        let live = ServiceAnswer.container("app", id: "live", release: "r3")
        let kept = ServiceAnswer.container("app.r1", id: "old", release: "r1", running: false)
        let up = try report("r1", id: "old")
        let host = RecordedHost([try ServiceAnswer.look([live, kept], record: record), up, up, up, up])
        let result = try await run(host, ["state": "previous"])
        #expect(result.changed && !result.failed, "\(result.message)")
        let acts = await host.acts
        #expect(acts[0].text.contains("dk rename live app.r3"))
        #expect(acts[0].text.contains("dk update --restart=always old"))
        #expect(acts[1].text.contains(#""current": "r1""#))
        #expect(!acts[1].text.contains("dk rm --force"))
    }

    /// Another server could not go back, so that this one runs again what it ran before the rollback.
    @Test(arguments: ["settled", "between names", "stopped only"])
    func runsAgainWhatARollbackTookAway(_ how: String) async throws {
        let record = ServiceAnswer.record(("r2", .healthy), ("r1", .healthy), current: "r2")
        let live = ServiceAnswer.container("app", id: "live", release: "r2")
        let kept = ServiceAnswer.container("app.r1", id: "old", release: "r1", running: false)
        let (old, new) = (try report("r1", id: "old"), try report("r2", id: "live"))
        let back = RecordedHost([try ServiceAnswer.look([live, kept], record: record), old, old, old, old])
        let gone = try await run(back, ["state": "previous", "run": "x"])
        #expect(gone.changed && !gone.failed, "\(gone.message)")

        let aside = ServiceAnswer.container("app.r2", id: "live", release: "r2", running: false)
        let containers: [Value] =
            switch how {
            case "settled": [ServiceAnswer.container("app", id: "old", release: "r1"), aside]
            case "between names": [kept, aside]
            default: [ServiceAnswer.container("app", id: "live", release: "r2", running: false), kept]
            }
        let written = try await back.record(how == "settled" ? 1 : 0)
        let host = RecordedHost([try ServiceAnswer.look(containers, record: written), new, new, new, new])
        let again = try await run(host, ["state": "previous", "of_run": "x", "run": "x"])
        #expect(again.changed && !again.failed, "\(again.message)")
        #expect(await host.acts[0].text.contains(how == "stopped only" ? "dk start app " : "dk start live "))
        let last = try await host.record(1)
        #expect(last.current == "r2" && last.releases.map(\.status) == [.healthy, .healthy])
        let text = try last.text
        #expect(!text.contains("reversal"))

        let other = RecordedHost([try ServiceAnswer.look(containers, record: written)])
        _ = try await run(other, ["state": "previous", "of_run": "another"])
        #expect(await other.acts.isEmpty)
    }

    /// A rollout that failed elsewhere is no release to go back to, and must not take the place of one.
    @Test func whatIsUndoneWithItsRolloutIsNotKept() async throws {
        var record = ServiceAnswer.record(("r2", .healthy), ("r1", .healthy), ("r0", .healthy), current: "r2")
        var release = try #require(record["r2"])
        release.run = "mine"
        record.note(release)
        let containers = [
            ServiceAnswer.container("app", id: "live", release: "r2"),
            ServiceAnswer.container("app.r1", id: "old", release: "r1", running: false),
            ServiceAnswer.container("app.r0", id: "older", release: "r0", running: false),
        ]
        let up = try report("r1", id: "old")
        let host = RecordedHost([try ServiceAnswer.look(containers, record: record), up, up, up, up])
        let result = try await run(host, ["state": "previous", "of_run": "mine", "keep": 1])
        #expect(result.changed && !result.failed, "\(result.message)")
        let acts = await host.acts
        #expect(acts[1].text.contains("dk rm --force live ") && !acts[1].text.contains("dk rm --force older "))
        #expect(!acts[1].text.contains("dk image rm"))
        #expect(try await host.record(1).releases.map(\.status) == [.failed, .healthy, .healthy])
    }

    @Test func goesBackOnlyFromTheRunThatIsMeant() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let host = RecordedHost([try ServiceAnswer.look([try matching()], record: record)])
        let result = try await run(host, ["state": "previous", "of_run": "another"])
        #expect(!result.changed && !result.failed)
    }

    /// The connection was cut after the old container had stopped and before the new one had the name.
    @Test func undoesASwitchOfItsRunThatWasCutOff() async throws {
        var record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        var release = Release(id: "r2", status: .switching)
        release.run = "mine"
        record.note(release)
        let kept = ServiceAnswer.container("app.r1", id: "old", release: "r1", running: false)
        let up = try report("r1", id: "old")
        let host = RecordedHost([try ServiceAnswer.look([kept], record: record), up, up, up, up])
        let result = try await run(host, ["state": "previous", "of_run": "mine"])
        #expect(result.changed && !result.failed, "\(result.message)")
        let acts = await host.acts
        #expect(acts[0].text.contains("dk rename old app "))
        #expect(acts[0].text.contains(#""id": "r2""#) && acts[0].text.contains(#""status": "failed""#))

        let other = RecordedHost([try ServiceAnswer.look([kept], record: record)])
        _ = try await run(other, ["state": "previous", "of_run": "another"])
        #expect(await other.acts.isEmpty)
    }

    @Test func saysThatNothingIsKept() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), current: "r1")
        let host = RecordedHost([try ServiceAnswer.look([try matching()], record: record)])
        let result = try await run(host, ["state": "previous"])
        #expect(result.failed && result.message.contains("an earlier release of service 'app' is not kept"))
    }

    @Test func prunesBeyondWhatIsKept() async throws {
        let record = ServiceAnswer.record(("r1", .healthy), ("r0", .healthy), current: "r1")
        let old = try matching(environment: ["LOG=debug", "TOKEN=open-sesame"])
        let older = ServiceAnswer.container("app.r0", id: "older", release: "r0", running: false, image: "sha256:0")
        let up = try report("r2")
        let host = RecordedHost([try ServiceAnswer.look([old, older], record: record), up, up, up, up])
        let result = try await run(host, ["keep": 1])
        #expect(result.changed && !result.failed, "\(result.message)")
        let last = try #require(await host.acts.last?.text)
        #expect(last.contains("dk rm --force older"))
        #expect(!last.contains("dk rm --force old "))
        #expect(last.contains("rm -rf /var/lib/drover/services/app/config/r0"))
    }

    private static let mistakes: [(arguments: OrderedMap, message: String, help: String?)] = [
        (["options": ["memroy": "1g"]], "'memroy' is no option", "did you mean 'memory'?"),
        (["options": ["env": ["A": "b"]]], "'env' is no option", "use the argument 'environment'"),
        (["ports": ["http": .none]], "port 'http' has no number", nil),
        (["volumes": ["data:/data"]], "is not a directory of the host", nil),
        (["health": ["tcp": "htpp"]], "'htpp' in 'health' is no TCP port", "did you mean 'http'?"),
        (["health": ["tcp": "http", "image": true]], "'health' says tcp and image", nil),
        (["secrets": ["LOG": "x"]], "'LOG' is in 'environment' and in 'secrets'", nil),
        (["digest": "sha256:12"], "is not a digest", nil),
        (["release": "a b"], "cannot be part of a container's name", nil),
    ]

    @Test(arguments: mistakes)
    func mistakesAreTold(_ more: OrderedMap, _ message: String, _ help: String?) throws {
        let mistake = #expect(throws: Diagnostic.self) { _ = try module(more) }
        #expect(mistake?.message.contains(message) == true, "\(mistake?.message ?? "")")
        if let help { #expect(mistake?.help?.contains(help) == true, "\(mistake?.help ?? "")") }
    }

    @Test func theShortNameIsAnsibles() throws {
        let registry = ModuleRegistry.standard
        #expect(registry["service"]?.spec.names.first == "ansible.builtin.service")
        #expect(registry["drover.core.service"]?.spec.names.first == "drover.core.service")
    }
}

@Suite struct ReleaseRecordTests {
    @Test func readsWhatItWrites() throws {
        var record = ServiceAnswer.record(("b", .healthy), ("a", .failed), current: "b")
        var release = Release(id: "c", status: .switching)
        release.reloads = [["to": "/etc/x", "signal": "HUP"]]
        release.message = "it's \"new\"\n"
        record.note(release)
        record.reversal = .init(run: "x", container: "1f", reloads: release.reloads)
        #expect(ReleaseRecord(try record.text, service: "app") == record)
        #expect(try !record.text.contains("\n"))
        #expect(ReleaseRecord(try record.text, service: "other") == nil)
    }

    @Test func whatNeverEndedHasFailed() {
        var record = ServiceAnswer.record(("b", .switching), ("a", .healthy), current: "a")
        record.note(Release(id: "c", status: .switching))
        #expect(record.releases.map(\.status) == [.switching, .failed, .healthy])
    }

    @Test func forgetsTheOldestWithoutAContainer() {
        var record = ServiceAnswer.record(
            ("e", .healthy), ("d", .failed), ("c", .failed), ("b", .healthy), ("a", .failed), current: "e")
        record.trim(to: 2, keeping: ["b"])
        #expect(record.releases.map(\.id) == ["e", "d", "b"])
    }

    @Test(arguments: [
        HealthCheck.Kind.running, .image, .command(["a", "b c"]), .tcp(.init(address: "::1", port: 1, container: 2)),
        .http(path: "/x", .init(address: "127.0.0.1", port: 80, container: 8080), status: 204),
    ])
    func aLabelHoldsAHealthCheck(_ kind: HealthCheck.Kind) throws {
        let check = HealthCheck(kind: kind, within: 2.5, interval: 0.5)
        #expect(HealthCheck(label: try check.label) == check)
    }
}
