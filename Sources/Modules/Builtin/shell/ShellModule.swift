//! `shell`: runs text in a shell.

import Connections
import Diagnostics
import Values

package struct ShellModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.shell"], "Runs a command line in a shell",
        arguments: [
            ArgumentSpec("cmd", .string, "The command line", required: true, aliases: ["_raw_params"]),
            ArgumentSpec("executable", .path, "The shell, an absolute path", default: "/bin/sh"),
        ] + UserCommand.conditions + UserCommand.streams,
        freeForm: .argument("cmd"))

    private let command: UserCommand

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let line = arguments.string("cmd") ?? ""
        guard !line.isEmpty else { throw arguments.invalid("cmd", "no command given") }
        let executable = arguments.string("executable")
        let shell = RemotePath(executable ?? "/bin/sh").shellWord
        var command = UserCommand(text: "exec \(shell) -c \(line.shellQuoted)", shown: .string(line))
        command.program = executable.map { UserCommand.Program(word: shell, words: [$0, "-c", line]) }
        command.take(arguments)
        self.command = command
    }

    package func start() throws(Diagnostic) -> Step { command.start() }
}
