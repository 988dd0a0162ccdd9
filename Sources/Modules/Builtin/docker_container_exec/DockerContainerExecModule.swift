//! `docker_container_exec`: a command inside a running container.

import Connections
import Diagnostics
import Values

package struct DockerContainerExecModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_container_exec"), "Runs a command in a container",
        arguments: [
            ArgumentSpec("container", .string, "Name or id of the container", required: true),
            ArgumentSpec("command", .string, "Command, split as a shell would"),
            ArgumentSpec("argv", .list(of: .string), "Command as a list"),
            ArgumentSpec("chdir", .string, "Working directory"),
            ArgumentSpec("user", .string, "User"),
            ArgumentSpec("env", .dict, "Environment; values are never on a command line"),
            ArgumentSpec("tty", .bool, "Allocate a terminal", default: false),
            ArgumentSpec("detach", .bool, "Do not wait for the end", default: false),
            ArgumentSpec("stdin", .string, "Standard input"),
            ArgumentSpec("stdin_add_newline", .bool, "End standard input with a line break", default: true),
            ArgumentSpec("strip_empty_ends", .bool, "Drop line breaks at the end of output", default: true),
        ] + DockerEndpoint.arguments,
        mutuallyExclusive: [["command", "argv"]], requiredOneOf: [["command", "argv"]])

    private let container: String
    private let flags: [String]
    private let command: [String]
    private let environment: ContainerEnvironment
    private let input: [UInt8]
    private let detaches: Bool
    private let strips: Bool
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        container = arguments.string("container") ?? ""
        guard let command = arguments.strings("argv") ?? ShellWords.split(arguments.string("command") ?? ""),
            !command.isEmpty
        else { throw arguments.invalid("command", "the command is empty, or has a quote that is not closed") }
        environment = ContainerEnvironment(
            try ContainerOption.texts(arguments["env"] ?? [:], of: "env", arguments).dict ?? [:])
        if let name = environment.impossibleNames.first {
            throw arguments.invalid("env", "the value of '\(name)' has line breaks, and no shell can export that name")
        }
        detaches = arguments.bool("detach") ?? false
        strips = arguments.bool("strip_empty_ends") ?? true
        endpoint = try DockerEndpoint(arguments)
        var words: [String] = []
        if let folder = arguments.string("chdir") { words += ["--workdir", folder] }
        if let user = arguments.string("user") { words += ["--user", user] }
        if arguments.bool("tty") == true { words.append("--tty") }
        if detaches { words.append("--detach") }
        if let text = arguments.string("stdin") {
            guard !detaches else { throw arguments.invalid("stdin", "'stdin' and 'detach' exclude each other") }
            words.append("--interactive")
            input = Array((arguments.bool("stdin_add_newline") ?? true ? text + "\n" : text).utf8)
        } else {
            input = []
        }
        flags = words
        self.command = [container] + command
    }

    package func start() throws(Diagnostic) -> Step {
        let words = shellWords(flags + environment.exported.flatMap { ["--env", $0.name] })
        var script = endpoint.script(
            "dk exec --env-file \"$DROVER_ENV\" \(words) \(shellWords(command))", input: input,
            environment: environment.exported)
        script.uploads = [Script.Upload(variable: "DROVER_ENV", bytes: environment.file)]
        return .apply(Change(.unknown), script) { output in
            let text = output.errorText
            if text.hasPrefix("Error") || text.hasPrefix("Cannot connect")
                || output.status == 127 && output.output.isEmpty && text.hasPrefix("docker:")
            {
                let facts = DockerFailure.Facts(text, container: container)
                return .done(DockerFailure.result(facts, doing: "cannot run a command in '\(container)'"))
            }
            if detaches {
                return .done(ModuleResult(changed: true, fields: ["exec_id": .string(output.text.trimmed)]))
            }
            return .done(
                ModuleResult(
                    changed: true, failed: output.status != 0,
                    fields: [
                        "rc": .int(Int(output.status)), "stdout": .string(shown(output.text)),
                        "stderr": .string(shown(text)),
                        "msg": .string(output.status == 0 ? "" : "non-zero return code"),
                    ]))
        }
    }

    private func shown(_ text: String) -> String {
        guard strips else { return text }
        return String(text.reversed().drop { $0.isNewline }.reversed())
    }
}
