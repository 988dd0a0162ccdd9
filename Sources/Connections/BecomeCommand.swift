//! The command line that starts a shell as another user. It never contains a secret.

import SSH

/// How one shell is started.
struct BecomeCommand {
    /// The command line for the login shell.
    let line: String
    /// What the program prints when it wants the password; nil where none is known.
    let prompt: Prompt?
    /// Printed by the new shell once the password is behind us.
    let hello: String

    enum Prompt: Sendable {
        case exact(String)
        /// Any text that ends in a colon: `su` asks in the host's language.
        case colon
    }

    init(_ identity: Identity, shell: String) throws(ConnectionFailure) {
        hello = ShellScript.nonce()
        guard case .become(let become) = identity else {
            line = "exec \(shell.shellQuoted) -c \(ShellScript.bootstrap.shellQuoted)"
            prompt = nil
            return
        }
        let greeting = become.password == nil ? "" : "echo \(hello); "
        let program = become.executable ?? become.method.rawValue
        let inner = "\(shell.shellQuoted) -c \((greeting + ShellScript.bootstrap).shellQuoted)"
        switch become.method {
        case .sudo:
            var flags = become.flags ?? "-H -S -n"
            if become.password != nil {
                let question = ShellScript.nonce()
                flags = Self.withoutNonInteractive(flags) + " -S -p \(question)"
                prompt = .exact(question)
            } else {
                prompt = nil
            }
            line = "exec \(program) \(flags) -u \(become.user.shellQuoted) \(inner)"
        case .doas:
            if become.password != nil { throw Self.doasPassword(become) }
            prompt = nil
            line = "exec \(program) \(become.flags ?? "-n") -u \(become.user.shellQuoted) \(inner)"
        case .su:
            prompt = become.password == nil ? nil : .colon
            let flags = become.flags.map { "\($0) " } ?? ""
            line = "exec \(program) \(flags)\(become.user.shellQuoted) -c \("exec \(inner)".shellQuoted)"
        }
    }

    private static func doasPassword(_ become: Become) -> ConnectionFailure {
        ConnectionFailure(
            .become, "doas reads passwords from a terminal only, and there is none (become user '\(become.user)')",
            help: "add 'permit nopass' for this user to doas.conf and give no become password, or use sudo")
    }

    /// sudo must be allowed to ask when there is something to answer.
    private static func withoutNonInteractive(_ flags: String) -> String {
        flags.split(separator: " ").filter { $0 != "-n" && $0 != "--non-interactive" }.joined(separator: " ")
    }
}
