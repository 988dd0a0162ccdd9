//! `docker_host_info`: the engine itself, and lists of what it has.

import Connections
import Diagnostics
import Values

package struct DockerHostInfoModule: Module {
    private static let lists = [
        ("containers", "container ls --all"), ("images", "image ls"), ("networks", "network ls"),
        ("volumes", "volume ls"),
    ]

    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_host_info"), "Reports about the engine and what it has",
        arguments: [
            ArgumentSpec("containers", .bool, "List containers", default: false),
            ArgumentSpec("images", .bool, "List images", default: false),
            ArgumentSpec("networks", .bool, "List networks", default: false),
            ArgumentSpec("volumes", .bool, "List volumes", default: false),
            ArgumentSpec("disk_usage", .bool, "Report the space that is used", default: false),
        ] + DockerEndpoint.arguments)

    private let wanted: [(name: String, command: String)]
    private let reportsDisk: Bool
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        wanted = Self.lists.filter { arguments.bool($0.0) == true }.map { ($0.0, $0.1) }
        reportsDisk = arguments.bool("disk_usage") ?? false
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        var script = "dk info --format 'info {{json .}}' </dev/null\n"
        for (name, command) in wanted { script += "dk \(command) --format '\(name) {{json .}}' </dev/null\n" }
        if reportsDisk { script += "dk system df --format 'disk {{json .}}' </dev/null\n" }
        return .observe(endpoint.probe(script + ":")) { observation in
            let reply = DockerReply(observation)
            let failed = reply.complaint ?? reply.object("info")?["ServerErrors"]?.list?.first?.string
            if let failed {
                return .done(
                    DockerFailure.result(
                        DockerFailure.Facts(failed), doing: "cannot ask the Docker engine",
                        fields: ["can_talk_to_docker": false]))
            }
            var fields: OrderedMap = ["can_talk_to_docker": true, "host_info": reply.value("info") ?? [:]]
            let parsed = { (label: String) in Value.list(reply.texts(label).compactMap { try? JSON.parse($0) }) }
            for (name, _) in wanted { fields[name] = parsed(name) }
            if reportsDisk { fields["disk_usage"] = parsed("disk") }
            return .done(ModuleResult(fields: fields))
        }
    }
}
