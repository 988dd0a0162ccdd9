//! The tasks of a deployment that build images, push them, or send them without a registry.

import Diagnostics
import Modules
import Values

extension RolloutPlays {
    /// Images sent at once: all are read from one engine.
    private static let sends = 4

    static let loginTask: OrderedMap = [
        "name": "Log in to the registry",
        "community.docker.docker_login": [
            "registry_url": "{{ item.registry }}", "username": "{{ item.username }}",
            "password": "{{ item.password }}",
        ],
        "loop": "{{ registries }}", "loop_control": ["label": "{{ item.registry }}"], "no_log": true,
    ]

    /// Builds the image once, and pushes it where hosts are to pull it.
    func buildTasks(_ role: ServiceRole) -> [Value] {
        guard let build = role.supply.build else { return [] }
        let host = build.host
        var arguments: OrderedMap = [
            "name": .string("{{ \(argument(role, "image")) }}"), "context": .string(build.source.folder),
            "dockerfile": .string(build.source.dockerfile), "args": .dict(build.source.arguments),
            "build": .string("{{ \(argument(role, "build")) }}"),
        ]
        if let target = build.source.target { arguments["target"] = .string(target) }
        if let platform = build.source.platform { arguments["platform"] = .string(platform) }
        if let network = build.source.network { arguments["network"] = .string(network) }
        if !build.source.bases.isEmpty {
            arguments["bases"] = .dict(
                OrderedMap(pairs: build.source.bases.sorted { $0.key < $1.key }.map { (.string($0), .string($1)) }))
        }
        var tasks: [OrderedMap] = hasRegistries ? [Self.loginTask] : []
        tasks.append(["name": .string("Build the image of \(role.name)"), "drover.core.image_build": .dict(arguments)])
        if !role.supply.isSent {
            tasks.append([
                "name": .string("Push the image of \(role.name)"),
                "community.docker.docker_image_push": ["name": .string("{{ \(argument(role, "image")) }}")],
                "register": .string(Self.pushed),
            ])
        }
        return tasks.map { .dict(Self.delegated($0, to: host)) }
    }

    /// What the tags mean now that images are built on: each builder's engine asks. nil where nobody wants to know.
    package func baseQuestions() throws(Diagnostic) -> String? {
        let plays = (deployment.roles + deployment.consumers).compactMap { role -> Value? in
            let bases = role.supply.build?.openBases ?? []
            guard let build = role.supply.build, !bases.isEmpty else { return nil }
            let task: OrderedMap = [
                "name": .string("Ask what \(role.name) is built on"),
                "drover.core.image_digest": ["name": "{{ item }}", "registries": "{{ registries | default([]) }}"],
                "loop": .list(bases.map { .string($0) }),
            ]
            return Self.play("\(role.name): base images", role.hosts, [.dict(Self.delegated(task, to: build.host))])
        }
        return plays.isEmpty ? nil : try Self.text(plays)
    }

    private static let pushed = "pushed"

    /// What servers have fetched is one image, and the one that was pushed for them.
    func sameImageTask(_ role: ServiceRole) -> Value {
        let fetched = "ansible_play_hosts | map('extract', hostvars, ['fetched', 'image', 'Id'])"
        var differs = "\(fetched) | unique | length > 1"
        if role.supply.build != nil, !role.supply.isSent {
            // An engine may know an image by several registries.
            differs += " or \(Self.pushed).image.RepoDigests | intersect(fetched.image.RepoDigests) | length == 0"
        }
        return [
            "name": "The same image is everywhere",
            "ansible.builtin.fail": [
                "msg": "the tag means different images: it moved in the registry meanwhile; deploy again"
            ],
            "when": .string(differs),
            "run_once": true,
        ]
    }

    /// On the control node nobody else is needed: its user talks to the engine.
    private static func delegated(_ task: OrderedMap, to host: String) -> OrderedMap {
        var task = task
        task["delegate_to"] = .string(host)
        task["run_once"] = true
        if host == ServiceSupply.controlNode { task["become"] = false }
        return task
    }

    func sendTask(_ role: ServiceRole, into variable: String) -> Value {
        var arguments: OrderedMap = [
            "name": .string("{{ \(argument(role, "image")) }}"), "from": .string(role.supply.origin),
        ]
        if role.supply.build != nil { arguments["build"] = .string("{{ \(argument(role, "build")) }}") }
        return [
            "name": .string("Send the image of \(role.name)"), "drover.core.image_send": .dict(arguments),
            "register": .string(variable), "throttle": .int(Self.sends),
        ]
    }

    /// No registry is asked: what is built is known by its checksum, what is sent by its id.
    func ownComparison(_ role: ServiceRole, into variable: String) -> Value {
        let isDeployed = deployment.roles.contains { $0.name == role.name }
        guard role.supply.isSent, isDeployed else {
            return Self.play("\(role.name): compare", role.hosts, [switchTask(role)])
        }
        let id = "((\(variable) | default({})).image | default({})).Id | default(none)"
        return Self.play(
            "\(role.name): compare", role.hosts, [sendTask(role, into: variable), switchTask(role, digest: id)])
    }
}
