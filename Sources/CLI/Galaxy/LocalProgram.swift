//! Programs of the control node that do part of a command's work: git, tar, rm.

import Diagnostics
import Playbooks
import Vaults

enum LocalProgram {
    /// Runs a program of PATH to its end; whatever it says against it is the mistake.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], purpose: String) throws(Diagnostic) -> String {
        let result = try Program.run("/usr/bin/env", [name] + arguments, timeout: .seconds(600))
        guard result.status == 0 else {
            let said = String(decoding: result.errorOutput.prefix(2_000), as: UTF8.self).trimmed
            throw Diagnostic(
                .usage, "could not \(purpose): \(name) ended with status \(result.status)",
                help: result.status == 127 ? "install \(name)" : nil, notes: said.isEmpty ? [] : [said])
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}
