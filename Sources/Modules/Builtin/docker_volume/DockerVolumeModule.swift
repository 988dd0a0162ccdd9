//! `docker_volume`: a named volume.

import Connections
import Diagnostics
import Values

package struct DockerVolumeModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_volume"), "Manages a volume",
        arguments: [
            ArgumentSpec("volume_name", .string, "Name of the volume", required: true, aliases: ["name"]),
            ArgumentSpec(
                "state", .string, "Whether it shall be there", default: "present", choices: ["present", "absent"]),
            ArgumentSpec("driver", .string, "Driver", default: "local"),
            ArgumentSpec("driver_options", .dict, "Options of the driver", default: [:]),
            ArgumentSpec("labels", .dict, "Labels"),
            ArgumentSpec(
                "recreate", .string, "When to remove it with its data and create it again", default: "never",
                choices: ["always", "never", "options-changed"]),
        ] + DockerEndpoint.arguments)

    private let name: String
    private let isWanted: Bool
    private let driver: String
    private let options: OrderedMap
    private let labels: OrderedMap
    private let recreate: String
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("volume_name") ?? ""
        isWanted = arguments.string("state") != "absent"
        driver = arguments.string("driver") ?? "local"
        options =
            try ContainerOption.texts(arguments["driver_options"] ?? [:], of: "driver_options", arguments).dict ?? [:]
        labels = try ContainerOption.texts(arguments["labels"] ?? [:], of: "labels", arguments).dict ?? [:]
        recreate = arguments.string("recreate") ?? "never"
        endpoint = try DockerEndpoint(arguments)
    }

    private var inspect: String { "dk volume inspect --format 'volume {{json .}}' \(name.shellQuoted) </dev/null\n" }
    private var removal: String { "dk volume rm \(name.shellQuoted) >/dev/null </dev/null || exit 1\n" }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe(inspect + ":")) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failure("cannot ask the Docker engine", complaint) }
            let present = reply.object("volume")
            guard isWanted else {
                return present == nil ? .done(ModuleResult(fields: ["actions": []])) : apply(removal, "Removed")
            }
            let recreates = recreate == "always" || recreate == "options-changed" && present.map(differs) ?? false
            if let present, !recreates {
                return .done(ModuleResult(fields: ["volume": .dict(present), "actions": []]))
            }
            return apply((present == nil ? "" : removal) + creation, "Created")
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(DockerFailure.Facts(text), doing: act))
    }

    private func differs(_ volume: OrderedMap) -> Bool {
        volume["Driver"] != .string(driver)
            || options.contains { volume["Options"]?.dict?[$0.key] != $0.value }
            || labels.contains { volume["Labels"]?.dict?[$0.key] != $0.value }
    }

    private var creation: String {
        var words = ["--driver", driver]
        for (key, value) in options { words += ["--opt", "\(key.string ?? "")=\(value.string ?? "")"] }
        for (key, value) in labels { words += ["--label", "\(key.string ?? "")=\(value.string ?? "")"] }
        return "dk volume create \(shellWords(words)) \(name.shellQuoted) >/dev/null </dev/null || exit 1\n" + inspect
    }

    private func apply(_ body: String, _ verb: String) -> Step {
        let fields: OrderedMap = ["actions": [.string("\(verb) volume \(name)")]]
        return .apply(Change(fields: fields), endpoint.script(body)) { output in
            guard output.status == 0 else { return failure("cannot change volume '\(name)'", output.errorText) }
            var fields = fields
            if let volume = DockerReply(output).object("volume") { fields["volume"] = .dict(volume) }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }
}
