//! The programs that a case puts in front of those of the machine.

import Connections
import TestPrograms
import Values

struct CasePrograms {
    /// Programs that are not to be there at all.
    let hidden: [String]
    private let folder: String
    private let names: [String]

    init(_ programs: Value?, in folder: TemporaryFolder) throws {
        let entries = (programs?.dict ?? [:]).compactMap { key, value in key.string.map { ($0, value) } }
        hidden = entries.filter(\.1.isNone).map(\.0)
        names = entries.filter { !$0.1.isNone }.map(\.0)
        self.folder = folder.absolute("programs")
        if !names.isEmpty { try folder.lay(["programs/": [:]]) }
        for (name, value) in entries {
            if let text = value.string { try TestProgram.write("#!/bin/sh\n\(text)", to: "\(self.folder)/\(name)") }
        }
    }

    /// busybox's shell takes its own applets for programs of the same name, unless there is a function.
    func found(by shell: LocalShell) -> LocalShell {
        guard !names.isEmpty else { return shell }
        var shell = shell
        shell.path = "\(folder):\(shell.path)"
        if shell.name == "busybox" {
            let own = names.filter { !$0.contains("-") }
            shell.functions = own.map { "\($0)() { \(folder.shellQuoted)/\($0) \"$@\"; }" }.joined(separator: "\n")
        }
        return shell
    }
}
