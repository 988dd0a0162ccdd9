//! A deployment as plays for the one engine.

import Diagnostics
import Values
import YAML

/// Writes the playbook that rolls a deployment out: lock, check, fetch everywhere, then switch in batches.
package struct RolloutPlays {
    let deployment: Deployment
    /// Images fetched at once from one registry.
    private let pulls: Int
    let hasRegistries: Bool
    /// Seconds until a lock ends that nobody renews.
    private let lease: Int

    package init(_ deployment: Deployment, hasRegistries: Bool, lease: Int = 60, pulls: Int = 10) {
        self.deployment = deployment
        self.hasRegistries = hasRegistries
        self.lease = lease
        self.pulls = pulls
    }

    /// The whole rollout. Nothing runs before every image is everywhere.
    package func rollout() throws(Diagnostic) -> String {
        var plays = [checkPlay] + deployment.roles.compactMap(preflightPlay)
        plays += deployment.roles.map(fetchPlay)
        plays += deployment.roles.map(switchPlay)
        return try Self.text(plays)
    }

    /// The switches alone, for check mode: what would differ, from what registries say now; and what still runs where
    /// it is not described any more.
    package func comparison() throws(Diagnostic) -> String {
        let roles = deployment.roles + deployment.consumers
        let plays = roles.enumerated().map { index, role in
            let variable = "asked_\(index)"
            if role.supply.isOwn { return ownComparison(role, into: variable) }
            let images = Set(role.services.map(\.image))
            var tasks = [switchTask(role, digest: "(\(variable) | default({})).digest | default(none)")]
            if images.contains(where: deployment.asksForDigest(of:)) {
                tasks.insert(digestTask(role, into: variable, once: images.count == 1), at: 0)
            }
            return Self.play("\(role.name): compare", role.hosts, tasks)
        }
        return try Self.text(plays + [lookPlay])
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
                    "name": .string(name), "state": "absent", "fence": .string("{{ drover_lock.fences['\(name)'] }}"),
                ]
                let task: Value = ["name": .string("Remove \(name)"), "drover.core.service": .dict(removal)]
                return Self.play(
                    "\(name): remove what is not described any more", hosts,
                    [
                        lockTask("Lock", state: "acquired", services: .list([.string(name)])), task,
                        lockTask("Unlock", state: "released", services: .list([.string(name)])),
                    ])
            })
    }

    /// The module that tells what hosts run and remember.
    package static let surveyModule = "drover.core.service_facts"

    static let surveyName = "Look at containers and records"

    private var surveyTask: OrderedMap {
        [
            "name": .string(Self.surveyName),
            Self.surveyModule: ["services": "{{ deployment[inventory_hostname].keys() | list }}"],
        ]
    }

    /// What hosts run and remember, then what would differ: for check mode. A service that cannot be compared keeps no
    /// other one from it.
    package func survey() throws(Diagnostic) -> String {
        let comparisons = deployment.roles.map { role in
            Self.play("\(role.name): compare", role.hosts, [switchTask(role)], ["ignore_errors": true])
        }
        return try Self.text([Self.play("Survey", hosts, [.dict(surveyTask)])] + comparisons)
    }

    /// What hosts run and remember, as far as they can be asked.
    package func standing() throws(Diagnostic) -> String {
        try Self.text([
            Self.play(
                "What runs now", hosts, [.dict(surveyTask)], ["ignore_errors": true, "ignore_unreachable": true])
        ])
    }

    /// Puts hosts that this deployment has touched back to what they ran before: consumers first, in the batches of the
    /// rollout, and a host that cannot be helped keeps no other from it. nil where there is nothing to be done.
    package func restoration(of touched: [String: [String]]) throws(Diagnostic) -> String? {
        let roles = deployment.roles.filter { $0.rollout.onFailure == .rollback && touched[$0.name] != nil }
        guard !roles.isEmpty else { return nil }
        return try Self.text(
            roles.reversed().map { role in
                let note: Value = [
                    "name": "What it ran before could not be brought back",
                    "ansible.builtin.debug": ["msg": "{{ ansible_failed_result.msg | default('') }}"],
                ]
                let block: Value = [
                    "name": .string(role.name), "block": .list(around(role, [stillLocked, restoreTask(role)])),
                    "rescue": [note],
                ]
                return Self.play(
                    "\(role.name): back to the release before", touched[role.name] ?? [], [block],
                    ["serial": role.rollout.batches, "ignore_unreachable": true])
            })
    }

    /// Starts an earlier release again, consumers first, in the batches of the rollout; needs no registry.
    package func rollback(to release: String?) throws(Diagnostic) -> String {
        try Self.text(
            deployment.roles.reversed().map { role in
                let tasks = around(role, [stillLocked, returnTask(role, to: release)])
                return Self.play(
                    "\(role.name): roll back", role.hosts, rescued(role, tasks, by: []), Self.batches(role))
            })
    }

    /// For check mode: whether every server can go back.
    package func rollbackComparison(to release: String?) throws(Diagnostic) -> String {
        try Self.text(
            deployment.roles.reversed().map { role in
                Self.play("\(role.name): can it go back?", role.hosts, [returnTask(role, to: release)])
            })
    }

    private func returnTask(_ role: ServiceRole, to release: String?) -> Value {
        var arguments: OrderedMap = [
            "name": .string(role.name), "state": "previous", "run": .string(deployment.id),
            "who": .string(deployment.who), "fence": fence(role),
        ]
        if let release { arguments["to"] = .string(release) }
        if let message = deployment.message { arguments["message"] = .string(message) }
        return [
            "name": .string(Self.switchName + "\(role.name) to \(release ?? "the release before")"),
            "drover.core.service": .dict(arguments),
        ]
    }

    /// One server first, the same for everybody: of two deployments that begin at once it lets one pass.
    package func locking() throws(Diagnostic) -> String {
        let ordered = hosts.sorted()
        let stages = [Array(ordered.prefix(1)), Array(ordered.dropFirst())]
        return try Self.text(
            stages.filter { !$0.isEmpty }.map {
                Self.play("Lock", $0, [lockTask("Lock", state: "acquired")], ["any_errors_fatal": true])
            })
    }

    package func release() throws(Diagnostic) -> String {
        try Self.text([Self.play("Unlock", hosts, [lockTask("Unlock", state: "released")])])
    }

    package func renewal() throws(Diagnostic) -> String {
        try Self.text([Self.play("Renew the lock", hosts, [lockTask("Renew", state: "renewed")])])
    }

    // MARK: - Plays

    private var hosts: [String] { deployment.hosts }

    /// All containers of hosts that may still run one of the services. Who does not answer is only noted.
    private var lookPlay: Value {
        let task: Value = [
            "name": "Look for what is not described any more",
            "community.docker.docker_host_info": ["containers": true], "ignore_errors": true,
            "ignore_unreachable": true,
        ]
        return Self.play("Look around", deployment.soughtHosts, [task])
    }

    private var checkPlay: Value {
        let task: OrderedMap = [
            "name": "Look at engine, ports, disk and directories", "drover.core.service_preflight": .none,
            "args": ["services": "{{ deployment[inventory_hostname].values() | list }}"],
        ]
        return Self.play("Check the servers", hosts, [.dict(task)], ["any_errors_fatal": true])
    }

    /// What the author wants to be sure of: that there is a backup, that the clock is right.
    private func preflightPlay(_ role: ServiceRole) -> Value? {
        guard !role.rollout.preflight.isEmpty else { return nil }
        let tasks = role.rollout.preflight.map { Self.include("Preflight", $0) }
        return Self.play("\(role.name): preflight", role.hosts, tasks, ["any_errors_fatal": true])
    }

    private func fetchPlay(_ role: ServiceRole) -> Value {
        var tasks = buildTasks(role)
        if role.supply.isSent {
            tasks.append(sendTask(role, into: "fetched"))
        } else {
            if hasRegistries { tasks.append(.dict(Self.loginTask)) }
            tasks.append([
                "name": .string("Fetch the image of \(role.name)"),
                "community.docker.docker_image_pull": ["name": .string("{{ \(argument(role, "image")) }}")],
                "register": "fetched", "throttle": .int(pulls),
            ])
        }
        tasks.append(sameImageTask(role))
        return Self.play("\(role.name): fetch", role.hosts, tasks, ["any_errors_fatal": true])
    }

    private func switchPlay(_ role: ServiceRole) -> Value {
        let verify = role.rollout.verify.map { Self.include("Verify", $0) }
        let tasks = around(role, [stillLocked, switchTask(role)] + verify)
        var restore = restoreTask(role).dict ?? [:]
        // Whoever took the lock away decides what runs.
        restore["when"] = "ansible_failed_result.lost is not defined"
        let nodes = verify.isEmpty && role.rollout.after == nil ? tasks : rescued(role, tasks, by: [.dict(restore)])
        return Self.play("\(role.name): switch", role.hosts, nodes, Self.batches(role))
    }

    /// A server that was taken out of service comes back whatever becomes of the tasks.
    private func rescued(_ role: ServiceRole, _ tasks: [Value], by remedy: [Value]) -> [Value] {
        var rescue = remedy
        if let after = role.rollout.after { rescue.append(Self.include("After", after)) }
        rescue.append([
            "name": "The rollout ends here",
            "ansible.builtin.fail": [
                "msg": "{{ ansible_failed_result.msg if ansible_failed_result.refused is defined else 'see above' }}"
            ],
        ])
        return [["name": .string(role.name), "block": .list(tasks), "rescue": .list(rescue)]]
    }

    private static func batches(_ role: ServiceRole) -> OrderedMap {
        ["serial": role.rollout.batches, "any_errors_fatal": true]
    }

    // MARK: - Tasks

    func argument(_ role: ServiceRole, _ name: String) -> String {
        "deployment[inventory_hostname]['\(role.name)'].\(name)"
    }

    private static let switchName = "Switch "

    /// The service that a task of this name switches.
    package static func switchedService(_ task: String) -> String? {
        guard task.hasPrefix(switchName) else { return nil }
        return task.dropFirst(switchName.count).split(separator: " ").first.map(String.init)
    }

    private static let restoreName = " back to the release before"

    /// The service that a task of this name puts back.
    package static func restoredService(_ task: String) -> String? {
        task.hasSuffix(restoreName) ? String(task.dropLast(restoreName.count)) : nil
    }

    /// `digest` is an expression for what the registry says; none where it was not asked.
    func switchTask(_ role: ServiceRole, digest: String? = nil) -> Value {
        let pinned = digest.map { " | combine({'digest': \($0)} if \($0) else {})" } ?? ""
        return [
            "name": .string(Self.switchName + role.name), "drover.core.service": .none,
            "args": .string(
                "{{ deployment[inventory_hostname]['\(role.name)'] | combine({'fence': "
                    + "drover_fences[inventory_hostname]['\(role.name)']} if inventory_hostname in drover_fences "
                    + "else {})\(pinned) }}"),
            "register": "switched",
        ]
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

    /// Only where this very deployment is what runs.
    private func restoreTask(_ role: ServiceRole) -> Value {
        [
            "name": .string(role.name + Self.restoreName),
            "drover.core.service": [
                "name": .string(role.name), "state": "previous", "of_run": .string(deployment.id),
                "run": .string(deployment.id), "who": .string(deployment.who), "fence": fence(role),
            ],
        ]
    }

    /// The number that a host asks for; check mode takes no locks and has none.
    private func fence(_ role: ServiceRole) -> Value {
        .string("{{ (drover_fences[inventory_hostname] | default({}))['\(role.name)'] | default(omit) }}")
    }

    /// Right before each switch.
    private var stillLocked: Value {
        var task = lockTask("The lock is still ours", state: "renewed").dict ?? [:]
        task["when"] = "not ansible_check_mode"
        return .dict(task)
    }

    private func lockTask(
        _ name: String, state: String, services: Value = "{{ deployment[inventory_hostname].keys() | list }}"
    ) -> Value {
        var arguments: OrderedMap = [
            "services": services, "state": .string(state),
            "run": .string(deployment.id), "owner": .string(deployment.who), "lease": .int(lease),
        ]
        if let message = deployment.message { arguments["message"] = .string(message) }
        return ["name": .string(name), "drover.core.service_lock": .dict(arguments), "register": "drover_lock"]
    }

    private func around(_ role: ServiceRole, _ tasks: [Value]) -> [Value] {
        let before = role.rollout.before.map { [Self.include("Before", $0)] } ?? []
        let after = role.rollout.after.map { [Self.include("After", $0)] } ?? []
        return before + tasks + after
    }

    private static func include(_ name: String, _ file: String) -> Value {
        ["name": .string(name), "ansible.builtin.include_tasks": .string(file)]
    }

    static func play(
        _ name: String, _ hosts: [String], _ tasks: [Value], _ more: OrderedMap = [:]
    ) -> Value {
        var play: OrderedMap = [
            "name": .string(name), "hosts": .list(hosts.map { .string($0) }), "gather_facts": false, "become": true,
        ]
        play.merge(more)
        play["tasks"] = .list(tasks)
        return .dict(play)
    }

    static func text(_ plays: [Value]) throws(Diagnostic) -> String {
        var style = YAMLStyle()
        style.width = 4096
        style.sortKeys = false
        style.defaultFlowStyle = false
        return try Value.list(plays).yaml(style)
    }
}
