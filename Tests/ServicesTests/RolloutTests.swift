//! A deployment as plays, and what it hands to each host.

import Diagnostics
import Testing
import Values
import YAML

@testable import Services

@Suite struct RolloutTests {
    private let range = SourceRange(file: SourceFile(path: "services.yml", text: ""), offset: 0, length: 0)

    private func service(_ name: String, _ host: String, port: Int, needs: [ServiceNeed] = []) -> Service {
        Service(
            name: name, host: host, address: "10.0.0.\(port % 10)", image: "registry/\(name):1",
            ports: [
                ServicePort(
                    name: "main", number: port, container: port, address: nil, transport: .tcp, range: range)
            ], volumes: [], environment: ["OWN": "1"], secrets: ["TOKEN": "sesame"], needs: needs, configuration: [],
            health: ServiceHealth(check: .tcp(port: "main"), within: 30, interval: 1), options: [:],
            isColocated: false, place: ServicePlace(name: range, image: range, hosts: range))
    }

    private func deployment(_ rollout: ServiceRollout = ServiceRollout()) -> Deployment {
        let need = ServiceNeed(provider: "db", port: "main", range: range)
        let app = ServiceRole(
            name: "app", hosts: ["app1", "app2"],
            services: [
                service("app", "app1", port: 8081, needs: [need]), service("app", "app2", port: 8081, needs: [need]),
            ],
            rollout: rollout, place: range)
        let db = ServiceRole(
            name: "db", hosts: ["db1"], services: [service("db", "db1", port: 5432)], rollout: ServiceRollout(),
            place: range)
        let fleet = Fleet(roles: [app, db])
        return Deployment(
            fleet: fleet, roles: fleet.inOrderOfLines ?? [], id: "20260101T000000Z-1", who: "ana@desk", message: nil)
    }

    private func plays(_ text: String) throws -> [OrderedMap] {
        let nodes = try YAMLReader.documents(of: SourceFile(path: "rollout.yml", text: text)).nodes
        return try nodes[0].value().list?.compactMap(\.dict) ?? []
    }

    @Test func providersComeFirstAndFetchingBeforeAnySwitch() throws {
        let plays = try plays(RolloutPlays(deployment(), hasRegistries: false).rollout())
        #expect(
            plays.map { $0["name"]?.string } == [
                "Check the servers", "db: fetch", "app: fetch", "db: switch", "app: switch",
            ])
        #expect(plays.allSatisfy { $0["any_errors_fatal"] == true && $0["become"] == true })
    }

    /// Of all services before the first image is fetched.
    @Test func preflightComesBeforeAnythingElse() throws {
        var rollout = ServiceRollout()
        rollout.preflight = ["backup.yml", "clock.yml"]
        let plays = try plays(RolloutPlays(deployment(rollout), hasRegistries: false).rollout())
        #expect(plays.prefix(3).map { $0["name"]?.string } == ["Check the servers", "app: preflight", "db: fetch"])
        #expect(plays[1]["hosts"] == ["app1", "app2"])
        #expect(plays[1]["any_errors_fatal"] == true)
        #expect(
            plays[1]["tasks"]?.list?.map { $0["ansible.builtin.include_tasks"] } == ["backup.yml", "clock.yml"])
    }

    @Test func batchesAndTasksAroundTheSwitch() throws {
        var rollout = ServiceRollout()
        rollout.batches = .list([.int(1), .string("25%")])
        rollout.before = "drain.yml"
        rollout.after = "undrain.yml"
        rollout.verify = ["verify.yml"]
        let play = try #require(try plays(RolloutPlays(deployment(rollout), hasRegistries: true).rollout()).last)
        #expect(play["serial"] == [1, "25%"])
        let block = try #require(play["tasks"]?.list?.last?.dict)
        func names(_ section: String) -> [String?] { (block[section]?.list ?? []).map { $0["name"]?.string } }
        #expect(names("block") == ["Before", "The lock is still ours", "Switch app", "Verify", "After"])
        #expect(names("rescue") == ["app back to the release before", "After", "The rollout ends here"])
    }

    @Test func linesReachTheEnvironmentOfTheConsumer() throws {
        let arguments = deployment().variable["app2"]?["app"]
        #expect(
            arguments?["environment"] == ["DB_MAIN_HOST": "10.0.0.2", "DB_MAIN_PORT": "5432", "OWN": "1"])
        #expect(arguments?["health"] == ["within": 30, "interval": 1, "tcp": 8081])
    }

    @Test func whatFailedGoesBackConsumersFirst() throws {
        let touched = ["db": ["db1"], "app": ["app2"]]
        let text = try RolloutPlays(deployment(), hasRegistries: false).restoration(of: touched)
        let plays = try plays(#require(text))
        #expect(
            plays.map { $0["name"]?.string } == ["app: back to the release before", "db: back to the release before"])
        #expect(plays[0]["hosts"] == ["app2"])
        // Both at once would leave nobody to answer.
        #expect(plays[0]["serial"] == 1)
        let task = plays[0]["tasks"]?.list?.first?["block"]?.list?.last?["drover.core.service"]
        #expect(task?["of_run"] == "20260101T000000Z-1")
        #expect(task?["fence"]?.string?.contains("drover_fences") == true)
    }

    @Test func theTasksThatSwitchAreKnownByTheirNames() throws {
        let plays = RolloutPlays(deployment(), hasRegistries: false)
        let back = try self.plays(plays.rollback(to: "r1"))
        let tasks = back[0]["tasks"]?.list?.first?["block"]?.list ?? []
        let names = tasks.compactMap { $0["name"]?.string }
        #expect(names.compactMap(RolloutPlays.switchedService) == ["app"], "\(names)")
        #expect(RolloutPlays.switchedService("Switch app") == "app")
        #expect(RolloutPlays.switchedService("app back to the release before") == nil)
        #expect(RolloutPlays.restoredService("app back to the release before") == "app")
        #expect(RolloutPlays.restoredService("Switch app to the release before") == nil)
    }

    @Test func nothingGoesBackWhereNothingWasTouchedOrNobodyWantsIt() throws {
        var rollout = ServiceRollout()
        rollout.onFailure = .halt
        #expect(try RolloutPlays(deployment(rollout), hasRegistries: false).restoration(of: ["app": ["app1"]]) == nil)
        #expect(try RolloutPlays(deployment(), hasRegistries: false).restoration(of: [:]) == nil)
    }

    @Test func secretsAreNotInThePlays() throws {
        let plays = RolloutPlays(deployment(), hasRegistries: true)
        let restoration = try #require(try plays.restoration(of: ["app": ["app1"], "db": ["db1"]]))
        let texts = try [
            plays.rollout(), plays.comparison(), restoration, plays.locking(), plays.release(), plays.renewal(),
        ]
        #expect(texts.allSatisfy { !$0.contains("sesame") })
    }
}
