//! `docker_network`: a network and the containers in it.

import Connections
import Diagnostics
import Values

package struct DockerNetworkModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_network"), "Manages a network",
        arguments: [
            ArgumentSpec("name", .string, "Name of the network", required: true, aliases: ["network_name"]),
            ArgumentSpec(
                "state", .string, "Whether it shall be there", default: "present", choices: ["present", "absent"]),
            ArgumentSpec("driver", .string, "Driver", default: "bridge"),
            ArgumentSpec("driver_options", .dict, "Options of the driver", default: [:]),
            ArgumentSpec("ipam_driver", .string, "Driver of addresses"),
            ArgumentSpec("ipam_config", .list(of: .dict), "Address ranges: subnet, iprange, gateway, aux_addresses"),
            ArgumentSpec("internal", .bool, "Without a way out"),
            ArgumentSpec("attachable", .bool, "Containers may join a swarm network"),
            ArgumentSpec("enable_ipv6", .bool, "With IPv6"),
            ArgumentSpec("labels", .dict, "Labels", default: [:]),
            ArgumentSpec("connected", .list(of: .string), "Containers in it", aliases: ["containers"]),
            ArgumentSpec(
                "appends", .bool, "Leave other containers connected", default: false, aliases: ["incremental"]),
            ArgumentSpec("force", .bool, "Recreate it even if nothing differs", default: false),
        ] + DockerEndpoint.arguments)

    private let wanted: NetworkDescription
    private let isWanted: Bool
    private let connected: [String]?
    private let appends: Bool
    private let force: Bool
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        wanted = try NetworkDescription(arguments)
        isWanted = arguments.string("state") != "absent"
        connected = arguments.strings("connected")
        appends = arguments.bool("appends") ?? false
        force = arguments.bool("force") ?? false
        endpoint = try DockerEndpoint(arguments)
    }

    private var name: String { wanted.name.shellQuoted }
    private var inspect: String { "dk network inspect --format 'network {{json .}}' \(name) </dev/null\n" }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe(inspect + ":")) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failure("cannot ask the Docker engine", complaint) }
            let present = reply.object("network").flatMap { $0["Name"] == .string(wanted.name) ? $0 : nil }
            return isWanted ? provide(present) : present.map(remove) ?? .done(ModuleResult(fields: ["actions": []]))
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(DockerFailure.Facts(text), doing: act))
    }

    private func members(_ network: OrderedMap) -> [String] {
        (network["Containers"]?.dict ?? [:]).compactMap { $0.value["Name"]?.string }
    }

    private func disconnect(_ containers: [String]) -> String {
        containers.map { "dk network disconnect --force \(name) \($0.shellQuoted) </dev/null || exit 1\n" }.joined()
    }

    private func connect(_ containers: [String]) -> String {
        containers.map { "dk network connect \(name) \($0.shellQuoted) </dev/null || exit 1\n" }.joined()
    }

    private func remove(_ present: OrderedMap) -> Step {
        let script = endpoint.script(disconnect(members(present)) + "dk network rm \(name) >/dev/null </dev/null")
        return .apply(Change(), script) { output in
            guard output.status == 0 else { return failure("cannot remove network '\(wanted.name)'", output.errorText) }
            return .done(ModuleResult(changed: true, fields: ["actions": [.string("Removed network \(wanted.name)")]]))
        }
    }

    private func provide(_ present: OrderedMap?) -> Step {
        let differing = present.map(wanted.differences) ?? []
        var members = present.map(members) ?? []
        var body = ""
        var actions: [String] = []
        if let present, force || !differing.isEmpty {
            body += disconnect(self.members(present)) + "dk network rm \(name) >/dev/null </dev/null || exit 1\n"
            actions.append("Removed network \(wanted.name)")
        }
        if present == nil || !body.isEmpty {
            body += "dk network create \(shellWords(wanted.flags)) \(name) >/dev/null </dev/null || exit 1\n"
            body += connect(members)
            actions.append("Created network \(wanted.name)")
        }
        for container in connected ?? [] where !members.contains(container) {
            body += connect([container])
            actions.append("Connected container \(container)")
        }
        if let connected, !appends {
            members.removeAll { connected.contains($0) }
            body += disconnect(members)
            actions += members.map { "Disconnected container \($0)" }
        }
        guard !body.isEmpty else {
            return .done(ModuleResult(fields: ["network": .dict(present ?? [:]), "actions": []]))
        }
        return apply(body, actions, differing)
    }

    private func apply(_ body: String, _ actions: [String], _ differing: [String]) -> Step {
        let difference = Difference(
            beforeHeader: wanted.name, afterHeader: wanted.name, before: differing.map { "\($0): differs\n" }.joined(),
            after: actions.map { "\($0)\n" }.joined())
        let fields: OrderedMap = ["actions": .list(actions.map(Value.string))]
        return .apply(Change(differences: [difference], fields: fields), endpoint.script(body + inspect)) { output in
            guard output.status == 0 else {
                return failure("cannot provide network '\(wanted.name)'", output.errorText)
            }
            var fields = fields
            fields["network"] = .dict(DockerReply(output).object("network") ?? [:])
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }
}
