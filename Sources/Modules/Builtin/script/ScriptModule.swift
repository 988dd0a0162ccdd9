//! `script`: runs a script of the control node on the host.

import Connections
import Diagnostics
import Values

package struct ScriptModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.script"], "Transfers a script and runs it",
        arguments: [
            ArgumentSpec(
                "cmd", .string, "Path of the script on the control node, followed by its arguments", required: true,
                aliases: ["_raw_params"]),
            ArgumentSpec("executable", .path, "The interpreter, instead of the script's own"),
            ArgumentSpec("decrypt", .bool, "Decrypts a vaulted script", default: true),
        ] + UserCommand.conditions,
        freeForm: .argument("cmd"))

    private let command: UserCommand

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let line = arguments.string("cmd") ?? ""
        guard let words = ShellWords.split(line), let name = words.first else {
            throw arguments.invalid("cmd", "no script given, or a quote is left open")
        }
        let path: String
        let content: [UInt8]
        do {
            path = try context.controller.path(of: name, in: .files)
            content = try context.controller.read(path, decrypt: arguments.bool("decrypt") ?? true)
        } catch {
            throw error.located(at: arguments.ranges["cmd"] ?? arguments.range)
        }
        let interpreter =
            arguments.string("executable").map { RemotePath($0).shellWord } ?? ProgramFile.interpreter(of: content)
        let start = interpreter ?? "chmod u+x \"$DROVER_SCRIPT\" || exit 126\n"
        let words1 = words.dropFirst().map(\.shellQuoted)
        let call = (["\"$DROVER_SCRIPT\""] + words1).joined(separator: " ")
        var command = UserCommand(
            text: interpreter == nil ? "\(start)exec \(call)" : "exec \(start) \(call)", isTimed: false)
        command.take(arguments)
        command.stripsEmptyEnds = false
        command.uploads = [Script.Upload(variable: "DROVER_SCRIPT", bytes: content)]
        self.command = command
    }

    package func start() throws(Diagnostic) -> Step { command.start() }
}
