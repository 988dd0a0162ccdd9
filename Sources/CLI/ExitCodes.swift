//! Ansible's exit codes for mistakes that stop a command before or while it runs.

import ArgumentParser
import Diagnostics

/// A mistake with an exit code of its own.
struct ExitingDiagnostic: Error {
    let diagnostic: Diagnostic
    let code: Int32
}

extension Diagnostic {
    /// The same mistake, ending the program with this code.
    func exiting(_ code: Int32) -> ExitingDiagnostic { ExitingDiagnostic(diagnostic: self, code: code) }

    /// 4 for what a playbook says wrong, 5 for what the configuration says wrong, 1 for what is missing around it.
    var exitCode: Int32 {
        switch code {
        case .yamlSyntax, .playbookSyntax, .unknownKeyword, .unknownModule, .unknownArgument, .missingArgument,
            .invalidArgument, .templateSyntax, .templateRuntime, .templatePlugin, .undefinedVariable, .notBoolean,
            .templateRecursion, .unsupported, .pinSyntax, .pinConflict, .notPinned:
            4
        case .configuration: 5
        // A signal that ended a question, or a person in the debugger.
        case .interrupted: Signals.stop?.exitCode ?? 99
        default: 1
        }
    }
}
