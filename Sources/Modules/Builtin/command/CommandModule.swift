//! `command`: runs a program with its arguments, no shell in between.

import Connections
import Diagnostics
import Values

package struct CommandModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.command"], "Runs a program without a shell",
        arguments: [
            ArgumentSpec(
                "cmd", .string, "The command line, split into words as a shell does", aliases: ["_raw_params"]),
            ArgumentSpec("argv", .list(of: .string), "The command as a list of words"),
            ArgumentSpec("expand_argument_vars", .bool, "Expands ~ and $variables in the words", default: true),
        ] + UserCommand.conditions + UserCommand.streams,
        freeForm: .argument("cmd"))

    private let command: UserCommand

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let words = try Self.words(arguments)
        let expands = arguments.bool("expand_argument_vars") ?? true
        let quoted = words.map { expands ? RemotePath($0).shellWord : $0.shellQuoted }
        var command = UserCommand(
            text: "exec \(quoted.joined(separator: " "))", program: UserCommand.Program(word: quoted[0], words: words),
            shown: .list(words.map { .string($0) }))
        command.take(arguments)
        self.command = command
    }

    private static func words(_ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        let line = arguments.string("cmd") ?? ""
        let list = arguments.strings("argv") ?? []
        guard line.isEmpty || list.isEmpty else {
            throw arguments.invalid("argv", "only command or argv can be given, not both")
        }
        guard !line.isEmpty || !list.isEmpty else {
            throw Diagnostic(
                .missingArgument, "one of the following is required: _raw_params, cmd, argv", at: arguments.range)
        }
        guard list.isEmpty else { return list }
        guard let words = ShellWords.split(line), !words.isEmpty else {
            throw arguments.invalid("cmd", "No closing quotation in the command", help: "close every quote")
        }
        return words
    }

    package func start() throws(Diagnostic) -> Step { command.start() }
}
