//! `raw`: sends text to the host's shell as it is.

import Connections
import Diagnostics
import Values

package struct RawModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.raw"], "Sends a command line to the host's shell as it is",
        arguments: [
            ArgumentSpec("cmd", .string, "The command line", required: true, aliases: ["_raw_params"]),
            ArgumentSpec("executable", .path, "The shell to run it with, an absolute path"),
        ],
        freeForm: .argument("cmd"))

    private let command: UserCommand

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let line = arguments.string("cmd") ?? ""
        let shell = RemotePath(arguments.string("executable") ?? "/bin/sh").shellWord
        var command = UserCommand(text: "exec \(shell) -c \(line.shellQuoted)", isTimed: false)
        command.stripsEmptyEnds = false
        self.command = command
    }

    package func start() throws(Diagnostic) -> Step { command.start() }
}
