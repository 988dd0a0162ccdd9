//! The plays around a rollout that look for what differs, and that take away what is not described any more.

import Diagnostics
import Values

extension RolloutPlays {
    /// The switches alone, for check mode: what would differ, from what registries say now; and what still runs where
    /// it is not described any more.
    package func comparison() throws(Diagnostic) -> String {
        let roles = deployment.roles + deployment.consumers
        let plays = roles.enumerated().map { index, role in
            let variable = "asked_\(index)"
            let images = Set(role.services.map(\.image))
            var tasks = [switchTask(role, digest: "(\(variable) | default({})).digest | default(none)")]
            if images.contains(where: deployment.asksForDigest(of:)) {
                tasks.insert(digestTask(role, into: variable, once: images.count == 1), at: 0)
            }
            return Self.play("\(role.name): compare", role.hosts, tasks)
        }
        return try Self.text(plays + [lookPlay])
    }

    /// All containers of hosts that may still run one of the services. Who does not answer is only noted.
    private var lookPlay: Value {
        let task: Value = [
            "name": "Look for what is not described any more",
            "community.docker.docker_host_info": ["containers": true], "ignore_errors": true,
            "ignore_unreachable": true,
        ]
        return Self.play("Look around", deployment.soughtHosts, [task])
    }

    /// One server asks for all where all run the same image.
    private func digestTask(_ role: ServiceRole, into variable: String, once: Bool) -> Value {
        var task: OrderedMap = [
            "name": .string("Ask the registry for \(role.name)"),
            "drover.core.image_digest": [
                "name": .string("{{ \(argument(role, "image")) }}"), "registries": "{{ registries | default([]) }}",
            ],
            "when": .string("\(argument(role, "digest")) is not defined and '@' not in \(argument(role, "image"))"),
            "register": .string(variable), "ignore_errors": true, "ignore_unreachable": true,
        ]
        if once { task["run_once"] = true } else { task["throttle"] = .int(pulls) }
        return .dict(task)
    }

    /// Removes containers where their service is not described any more. Data stays.
    package func removal(of former: [DeploymentPlan.Former]) throws(Diagnostic) -> String {
        var names: [String] = []
        for service in former.map(\.service) where !names.contains(service) { names.append(service) }
        return try Self.text(
            names.map { name in
                var hosts: [String] = []
                for host in former.filter({ $0.service == name }).map(\.host) where !hosts.contains(host) {
                    hosts.append(host)
                }
                let removal: OrderedMap = [
                    "name": .string(name), "state": "absent", "fence": .string("{{ former_lock.fences['\(name)'] }}"),
                ]
                let task: Value = ["name": .string("Remove \(name)"), "drover.core.service": .dict(removal)]
                return Self.play(
                    "\(name): remove what is not described any more", hosts,
                    [
                        formerLock("Lock", of: name, state: "acquired"), task,
                        formerLock("Unlock", of: name, state: "released"),
                    ])
            })
    }

    /// These servers are not part of the rollout: its locks are elsewhere.
    private func formerLock(_ name: String, of service: String, state: String) -> Value {
        let arguments: OrderedMap = [
            "services": [.string(service)], "state": .string(state), "run": .string(deployment.id),
            "owner": .string(deployment.who),
        ]
        return ["name": .string(name), "drover.core.service_lock": .dict(arguments), "register": "former_lock"]
    }
}
