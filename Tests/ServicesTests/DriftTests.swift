//! What answers of hosts mean: each kind of drift by its name, and nothing on a clean host.

import Diagnostics
import Modules
import Testing
import Values

@testable import Engine
@testable import Services

@Suite struct DriftTests {
    private static let id = String(repeating: "a", count: 64)

    private func container(_ more: OrderedMap = [:]) -> Value {
        var plain: OrderedMap = [
            "id": .string(Self.id), "name": "app", "state": "running", "running": true,
            "labels": ["drover.service": "app", "drover.release": "r2"],
        ]
        plain.merge(more)
        return .dict(plain)
    }

    private func kept(_ name: String, _ release: String, running: Bool = false) -> Value {
        [
            "name": .string(name), "release": .string(release), "running": .bool(running),
            "state": running ? "running" : "exited",
        ]
    }

    private func facts(
        _ container: Value, _ others: [Value] = [], written: [String] = [], current: Value = "r2"
    ) -> Value {
        [
            "record": [
                "current": current, "releases": [["id": "r2", "container_id": .string(Self.id)], ["id": "r1"]],
            ],
            "container": container, "containers": .list(others),
            "written": ["count": .int(written.count), "paths": .list(written.map { .string($0) })],
        ]
    }

    private func found(_ facts: Value) -> [String] {
        ContainerDrift(host: "h", service: "app", facts: facts).findings.map { finding in
            "\(finding.kind) \(finding.what): \(finding.actual ?? "-") → \(finding.expected ?? "-")"
        }
    }

    @Test func whatIsAsRecordedIsNoDrift() {
        #expect(found(facts(container(), [kept("app", "r2", running: true), kept("app.r1", "r1")])) == [])
    }

    @Test func oneContainer() {
        let stopped = container([
            "state": "exited", "running": false, "exit_code": 137, "finished": "2026-11-21T10:00:00.123Z",
        ])
        #expect(
            found(facts(stopped)) == ["stopped container: exited with code 137 at 2026-11-21T10:00:00Z → running"])
        #expect(found(facts(container(["state": "paused"]))) == ["stopped container: paused → running"])
        #expect(found(facts(container(["labels": .none]))) == ["unmanaged container: not made by drover → release r2"])
        let older = container(["labels": ["drover.service": "app", "drover.release": "r1"]])
        #expect(found(facts(older)) == ["release release: r1 → r2"])
        #expect(
            found(facts(container(["id": "bbbbbbbbbbbbbbbb"]))) == [
                "release container id: bbbbbbbbbbbb → aaaaaaaaaaaa"
            ])
        #expect(
            found(facts(container(), written: ["A /opt/x (3 paths)", "C /etc/passwd"])) == [
                "written A /opt/x (3 paths), C /etc/passwd: 2 paths written inside → data in a volume"
            ])
    }

    @Test func noContainer() {
        #expect(found(facts(.none)) == ["missing container: gone → running, release r2"])
        #expect(found(facts(.none, [kept("app.r1", "r1")])) == ["missing container: gone → running, release r2"])
        #expect(found(facts(.none, current: .none)) == ["missing container: never deployed → running"])
        #expect(
            found(facts(.none, [kept("old-app", "r2", running: true), kept("app.r1", "r1")])) == [
                "renamed old-app: old-app, running → app"
            ])
    }

    @Test func containersBesideTheLiveOne() {
        #expect(
            found(facts(container(), [kept("app.r1", "r1", running: true)])) == ["second app.r1: running → stopped"])
        #expect(found(facts(container(), [kept("mine", "r1")])) == ["renamed mine: mine, exited → app.r1"])
    }

    @Test func codesOfAReport() {
        var report = DriftReport()
        #expect(report.exitCode == 0)
        report.findings.append(DriftFinding(host: "h", kind: .stranger, what: "toy"))
        #expect(report.exitCode == 3)
        report.gaps.append(.init(host: "i", service: nil, reason: "full", isUnreachable: false))
        #expect(report.exitCode == 2)
        report.gaps.append(.init(host: "j", service: nil, reason: "away", isUnreachable: true))
        #expect(report.exitCode == 4)
    }

    // MARK: - Whole surveys

    private let range = SourceRange(file: SourceFile(path: "services.yml", text: ""), offset: 0, length: 0)

    private func drift() -> ServiceDrift {
        let service = Service(
            name: "app", host: "h", address: "10.0.0.1", image: "app:1", ports: [], volumes: [], environment: [:],
            secrets: [:], needs: [], configuration: [], health: nil, options: [:], isColocated: false,
            place: ServicePlace(name: range, image: range, hosts: range))
        let role = ServiceRole(
            name: "app", hosts: ["h"], services: [service], rollout: ServiceRollout(), place: range)
        return ServiceDrift(fleet: Fleet(roles: [role]), roles: [role]) { $0 == "runner" }
    }

    private func report(
        _ action: String, _ status: TaskStatus, _ result: OrderedMap, item: String? = nil, hidden: Bool = false,
        differences: [Difference] = []
    ) -> TaskReport {
        let header = TaskHeader(
            name: action == "drover.core.service" ? "Switch app" : "A task", isHandler: false, path: "site.yml:3",
            action: action, isFree: false)
        return TaskReport(
            host: "h", task: header, status: status, result: result, differences: differences, delegate: nil,
            isIgnored: false, item: item, mistake: nil, help: nil, isHidden: hidden)
    }

    private func survey(_ facts: OrderedMap, _ comparison: TaskReport?) -> DriftReport {
        var drift = drift()
        drift.take(.result(report("drover.core.service_facts", .ok, facts)))
        if let comparison { drift.take(.result(comparison)) }
        return drift.report
    }

    @Test func differencesOfTheComparisonKeepTheirKind() {
        let lines: Value = [
            ["what": "image", "before": "app:0", "after": "app:1"],
            ["what": "secret TOKEN", "before": "********", "after": "******** (changed)"],
            ["what": "memory", "before": "1g", "after": "2g"], ["what": "config /etc/a", "before": "1", "after": "2"],
            ["what": "running", "before": "false", "after": "true"],
            ["what": "restart", "before": .none, "after": "a new container"],
        ]
        let file = Difference(beforeHeader: "/etc/a", afterHeader: "/etc/a", before: "x\n", after: "y\n")
        let all = Difference(beforeHeader: "app", afterHeader: "app", before: "", after: "")
        let report = survey(
            ["services": ["app": facts(container())]],
            report("drover.core.service", .changed, ["service": ["differences": lines]], differences: [all, file]))
        #expect(report.findings.map(\.kind) == [.image, .secret, .option, .config])
        #expect(report.findings.map(\.what) == ["image", "TOKEN", "memory", "/etc/a"])
        #expect(report.findings.map(\.differences.count) == [0, 0, 0, 1])
        #expect(report.exitCode == 3)
    }

    @Test func strangersAndKnownOnes() {
        let report = survey(
            [
                "services": ["app": facts(container())],
                "strangers": [
                    ["name": "toy", "image": "busybox", "state": "running"], ["name": "runner", "state": "running"],
                    ["name": "app.unmanaged", "state": "exited"],
                ],
                "others": ["old": [["name": "old", "state": "exited"]]],
            ], report("drover.core.service", .ok, [:]))
        #expect(report.findings.map(\.what) == ["toy", "old"])
        #expect(report.findings.allSatisfy { $0.kind == .stranger })
    }

    @Test func anEngineThatIsDownIsOneFinding() {
        let report = survey(
            ["services": [:], "engine": ["running": false, "message": "the Docker engine is not running"]],
            report("drover.core.service", .failed, ["msg": "cannot ask the Docker engine"]))
        #expect(report.findings.map(\.kind) == [.engine])
        #expect(report.gaps.isEmpty)
        #expect(report.notes == ["h: the Docker engine is not running"])
    }

    @Test func whatCouldNotBeComparedIsNoCleanHost() {
        let failed = survey(
            ["services": ["app": facts(container())]],
            report("drover.core.service", .failed, ["msg": "the record cannot be read"]))
        #expect(failed.gaps.map(\.reason) == ["the record cannot be read"])
        #expect(failed.exitCode == 2)
        #expect(survey(["services": ["app": facts(container())]], nil).exitCode == 2)
        var away = drift()
        away.take(.result(report("drover.core.service_facts", .unreachable, ["msg": "no route"])))
        #expect(away.report.exitCode == 4)
    }

    @Test func hostsOutsideOfTheLimitAreNoGaps() {
        var drift = drift()
        drift.take(.playStarted(PlayHeader(name: "Survey", hosts: ["other"])))
        #expect(drift.report.hosts == [])
        #expect(drift.report.exitCode == 0)
    }

    @Test func tasksThatWouldChangeSomething() {
        var drift = TaskDrift()
        var counts = HostStatistics()
        drift.take(.taskStarted(TaskHeader(name: "A task", isHandler: false, path: nil, action: "copy", isFree: false)))
        drift.take(.itemResult(report("copy", .changed, [:], item: "one")))
        drift.take(.result(report("copy", .changed, [:])))
        drift.take(.result(report("add_host", .changed, [:])))
        drift.take(.result(report("apt", .ok, [:])))
        let text: Value = "Command would have run if not in check mode"
        drift.take(.result(report("command", .skipped, ["msg": text])))
        var statistics = RunStatistics()
        statistics.hosts["h"] = counts
        drift.take(.finished(statistics))
        #expect(drift.found.findings.map(\.actual) == ["would change: one"])
        #expect(drift.found.findings.map(\.what) == ["A task (site.yml:3)"])
        #expect(drift.found.notes.count == 1)
        #expect(drift.found.exitCode == 3)

        drift.take(.result(report("apt", .failed, ["msg": "sesame"], hidden: true)))
        counts.failed = 1
        statistics.hosts["h"] = counts
        drift.take(.finished(statistics))
        #expect(drift.found.gaps.map(\.reason) == ["task 'A task': no_log hides why"])
        #expect(drift.found.exitCode == 2)
    }
}
