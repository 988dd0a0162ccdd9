//! A play, and a playbook as a list of them.

import Diagnostics
import Templates
import Values

/// One play. Its keywords are in `frame`.
package final class Play: Sendable {
    package let frame: Frame
    package let hosts: Setting
    package let preTasks: [PlayNode]
    package let roles: [RoleNode]
    package let tasks: [PlayNode]
    package let postTasks: [PlayNode]
    /// In the order in which they run: those of roles, then the play's own, then those of imported roles.
    package let handlers: [PlayTask]
    /// Each entry is a name, or a list of names of which the first that exists is read.
    package let variableFiles: [Setting]
    package let prompts: [VariablePrompt]
    /// The folder of the playbook.
    package let folder: String
    /// A number that no other task or play of this process has.
    package let identity = Identity.next()

    package init(
        frame: Frame, hosts: Setting, preTasks: [PlayNode], roles: [RoleNode], tasks: [PlayNode],
        postTasks: [PlayNode], handlers: [PlayTask], variableFiles: [Setting], prompts: [VariablePrompt],
        folder: String
    ) {
        self.frame = frame
        self.hosts = hosts
        self.preTasks = preTasks
        self.roles = roles
        self.tasks = tasks
        self.postTasks = postTasks
        self.handlers = handlers
        self.variableFiles = variableFiles
        self.prompts = prompts
        self.folder = folder
    }

    /// `name:` as written.
    package var name: TemplatedValue? { frame.settings[.name]?.value }
}

/// An entry of `vars_prompt`.
package struct VariablePrompt: Sendable {
    package let name: String
    package let prompt: String
    package let fallback: Value?
    package let isPrivate: Bool
    package let confirm: Bool
    package let encrypt: String?
    package let salt: String?
    package let saltSize: Int?
    /// Keep `{{ }}` in the answer as text.
    package let isUnsafe: Bool
    /// Shown as it is, without the fallback behind it.
    package let isQuestion: Bool

    init(
        name: String, prompt: String, fallback: Value?, isPrivate: Bool, confirm: Bool, encrypt: String?,
        salt: String?, saltSize: Int?, isUnsafe: Bool
    ) {
        self.name = name
        self.prompt = prompt
        self.fallback = fallback
        self.isPrivate = isPrivate
        self.confirm = confirm
        self.encrypt = encrypt
        self.salt = salt
        self.saltSize = saltSize
        self.isUnsafe = isUnsafe
        self.isQuestion = false
    }

    /// What a `pause` says; answered by silence where nobody is.
    package init(pause: String, echoes: Bool) {
        self.init(
            name: "pause", prompt: "[pause]\n\(pause)", fallback: "", isPrivate: !echoes, confirm: false, encrypt: nil,
            salt: nil, saltSize: nil, isUnsafe: true)
    }

    /// What a debugger says before it waits for a command.
    package init(command: String) {
        name = ""
        prompt = command
        fallback = nil
        isPrivate = false
        confirm = false
        encrypt = nil
        salt = nil
        saltSize = nil
        isUnsafe = true
        isQuestion = true
    }

    /// A question of the run itself.
    package init(question: String, fallback: Value) {
        name = ""
        prompt = question
        self.fallback = fallback
        isPrivate = false
        confirm = false
        encrypt = nil
        salt = nil
        saltSize = nil
        isUnsafe = false
        isQuestion = true
    }
}

/// The plays of one file, with those of imported playbooks in their places.
package struct Playbook: Sendable {
    package let path: String
    package let plays: [Play]
    package let warnings: [Diagnostic]

    package init(path: String, plays: [Play], warnings: [Diagnostic]) {
        self.path = path
        self.plays = plays
        self.warnings = warnings
    }
}
