//! The passwords that the person at the terminal is asked for, before anything else is asked or read.

import Diagnostics

/// Answers to `--ask-pass` and `--ask-become-pass`; nil where nothing was asked.
struct AskedPasswords {
    let connection: String?
    let become: String?

    init(_ flags: LoginFlags, _ configuration: Configuration) throws(Diagnostic) {
        let isConnectionAsked =
            flags.askPass
            || flags.connectionPasswordFile == nil && configuration.path(.connectionPasswordFile) == nil
                && configuration.flag(.askPass)
        connection = isConnectionAsked ? try Prompt.secret("SSH password: ") : nil
        let isBecomeAsked =
            flags.askBecomePass || flags.becomePasswordFile == nil && configuration.flag(.becomeAskPass)
        let hint = connection == nil ? "" : "[defaults to SSH password]"
        let answer = isBecomeAsked ? try Prompt.secret("BECOME password\(hint): ") : nil
        become = answer?.isEmpty ?? false ? connection ?? answer : answer
    }
}
