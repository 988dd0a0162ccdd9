//! A small fleet and what its servers answered when it was compared.

import Diagnostics
import Values

@testable import Engine
@testable import Services

/// `store` on app1 and app2, `front` needs it.
struct PlannedFleet {
    static let range = SourceRange(file: SourceFile(path: "services.yml", text: ""), offset: 0, length: 0)

    var image = "registry/store:1"
    var digest = "sha256:aaaa"
    var release = "r1"
    var secret = "open-sesame"
    var environment: OrderedMap = ["LOG": "info"]
    var differences: [Value] = [
        ["what": "secret TOKEN", "before": "********", "after": "******** (changed)"],
        ["what": "config /etc/store.conf", "before": "0123456789ab", "after": "ba9876543210"],
        ["what": "restart", "before": .none, "after": "a new container"],
    ]
    var hosts = ["app1", "app2"]
    var batches: Value = 1
    var prunes = false
    var tasks = TaskSums(tasks: ["drain.yml": "aa", "../roles/x/tasks/main.yml": "bb"], others: ["files/key": "cc"])
    /// What `docker ps` shows, by host.
    var containers: [String: [Value]] = [:]

    private func service(_ name: String, _ host: String, needs: [ServiceNeed] = []) -> Service {
        Service(
            name: name, host: host, address: host, image: image, ports: [], volumes: [], environment: environment,
            secrets: ["TOKEN": .string(secret)], needs: needs, configuration: [], health: nil, options: [:],
            isColocated: false, place: ServicePlace(name: Self.range, image: Self.range, hosts: Self.range))
    }

    var deployment: Deployment {
        var rollout = ServiceRollout()
        rollout.batches = batches
        let need = ServiceNeed(provider: "store", port: "main", range: Self.range)
        let store = ServiceRole(
            name: "store", hosts: hosts, services: hosts.map { service("store", $0) }, rollout: rollout,
            place: Self.range)
        let front = ServiceRole(
            name: "front", hosts: ["web1"], services: [service("front", "web1", needs: [need])],
            rollout: ServiceRollout(), place: Self.range)
        var deployment = Deployment(
            fleet: Fleet(roles: [store, front]), roles: [store], id: "run-1", who: "ana@desk", message: nil)
        deployment.prunes = prunes
        deployment.taskSums = tasks
        return deployment
    }

    func report(
        _ task: String, _ host: String, _ status: TaskStatus = .changed, _ result: OrderedMap
    ) -> RunEvent {
        .result(
            TaskReport(
                host: host, task: TaskHeader(name: task, isHandler: false, path: nil, action: "x", isFree: false),
                status: status,
                result: result, differences: [], delegate: nil, isIgnored: false, item: nil, mistake: nil, help: nil,
                isHidden: false))
    }

    var plan: DeploymentPlan {
        var plan = DeploymentPlan(deployment)
        plan.take(report("Ask the registry for store", hosts[0], .ok, ["digest": .string(digest)]))
        for host in hosts {
            let service: Value = [
                "name": "store", "action": "replace", "image": .string(image), "digest": .string(digest),
                "differences": .list(differences),
                "found": ["release": .string(release), "container_id": .string("id of \(release)")],
            ]
            plan.take(report("Switch store", host, .changed, ["service": service]))
        }
        for (host, containers) in containers.sorted(by: { $0.key < $1.key }) {
            plan.take(report("Look for what is not described any more", host, .ok, ["containers": .list(containers)]))
        }
        return plan
    }
}
