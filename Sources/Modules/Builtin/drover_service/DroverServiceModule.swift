//! `drover.core.service`: exactly one container of a role, replaced as a transaction.

import Diagnostics
import Values

package struct DroverServiceModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.service"], "One container of a role on explicit ports, replaced as a transaction",
        arguments: [
            ArgumentSpec("name", .string, "Name of the service and of its container", required: true),
            ArgumentSpec(
                "state", .string, "What shall be; previous goes back to a kept release", default: "started",
                choices: ["started", "absent", "previous"]),
            ArgumentSpec("image", .string, "Image: name with tag, or an id"),
            ArgumentSpec("digest", .string, "sha256:… that the image has to have"),
            ArgumentSpec("build", .string, "Checksum that the label drover.build of the image has to have"),
            ArgumentSpec("ports", .dict, "Name → number, or {host, container, address, protocol}"),
            ArgumentSpec(
                "volumes", .list(of: .raw),
                "/host:/container[:ro], or {source, target, read_only, owner, group, mode}; made if missing"),
            ArgumentSpec("environment", .dict, "Environment of the program"),
            ArgumentSpec("secrets", .dict, "Environment that is never shown", secret: true),
            ArgumentSpec(
                "options", .dict, "Options of docker_container; restart_policy is unless-stopped if not given"),
            ArgumentSpec(
                "config", .list(of: .dict), "Files {template, to, check, reload}, mounted read-only"),
            ArgumentSpec(
                "health", .dict, "When it is up: one of tcp, http (port, status), command, image; within, interval"),
            ArgumentSpec("keep", .int, "Releases to keep for a way back", default: 3),
            ArgumentSpec("to", .string, "Release for 'state: previous'"),
            ArgumentSpec(
                "of_run", .string, "For 'state: previous': goes back only where this run made what is live"),
            ArgumentSpec("release", .string, "Id of this deployment; made from the time if not given"),
            ArgumentSpec("run", .string, "Run that deploys, for the record"),
            ArgumentSpec("who", .string, "Person who deploys, for the record"),
            ArgumentSpec("message", .string, "Why, for the record"),
            ArgumentSpec("fence", .int, "Number of the deploy lock; a lower one than the host has seen is refused"),
            ArgumentSpec(
                "planned", .dict, "What a plan found ('found' of the result); a host that has moved on is refused"),
            StateDirectory.argument,
        ] + DockerEndpoint.arguments,
        pinnable: [.image("image")])

    private let run: ServiceRun

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        run = ServiceRun(
            request: try ServiceRequest(arguments, context: context), endpoint: try DockerEndpoint(arguments),
            showsDifferences: context.showsDifferences)
    }

    package func start() throws(Diagnostic) -> Step { run.start() }
}
