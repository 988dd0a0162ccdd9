//! The declaration of a module: names, arguments, documentation.

import Values

/// Everything about a module but its behaviour.
package struct ModuleSpec: Sendable {
    /// Fully qualified, the canonical one first (`ansible.builtin.systemd_service`, `ansible.builtin.systemd`).
    /// The short name of each is accepted as well.
    package let names: [String]
    /// One sentence.
    package let summary: String
    package let arguments: [ArgumentSpec]
    /// What a free-form string (`shell: uptime`) means.
    package let freeForm: FreeForm
    /// Sets of arguments of which at most one may be given.
    package let mutuallyExclusive: [[String]]
    /// Sets of arguments of which at least one has to be given.
    package let requiredOneOf: [[String]]
    /// Arguments that have to be given together.
    package let requiredTogether: [[String]]
    /// `(argument, value, [required arguments])`.
    package let requiredIf: [RequiredIf]
    /// Runs on the control node only and needs no connection (`debug`, `assert`, `set_fact`).
    package let needsHost: Bool
    /// Check mode runs it as far as its first change; otherwise it is skipped as a whole.
    package let supportsCheckMode: Bool
    /// Takes any arguments (`set_fact`, `add_host`): unknown ones are data.
    package let acceptsAnyArgument: Bool
    /// What of its arguments `pins.yml` holds to a version.
    package let pinnable: [Pinnable]
    /// Its first questions may be asked before its turn: they look at nothing but the host's own files, packages,
    /// accounts, services and the like, change nothing, ask no other machine and cost little.
    package let readsAhead: Bool

    package enum FreeForm: Sendable {
        /// Only `key=value` pairs.
        case none
        /// The text that is not a known `key=value` pair becomes this argument (`_raw_params`).
        case argument(String)
    }

    package struct RequiredIf: Sendable {
        package let argument: String
        package let value: Value
        package let required: [String]

        package init(_ argument: String, is value: Value, _ required: [String]) {
            self.argument = argument
            self.value = value
            self.required = required
        }
    }

    package init(
        _ names: [String], _ summary: String, arguments: [ArgumentSpec] = [], freeForm: FreeForm = .none,
        mutuallyExclusive: [[String]] = [], requiredOneOf: [[String]] = [], requiredTogether: [[String]] = [],
        requiredIf: [RequiredIf] = [], needsHost: Bool = true, supportsCheckMode: Bool = true,
        acceptsAnyArgument: Bool = false, pinnable: [Pinnable] = [], readsAhead: Bool = false
    ) {
        self.names = names
        self.summary = summary
        self.arguments = arguments
        self.freeForm = freeForm
        self.mutuallyExclusive = mutuallyExclusive
        self.requiredOneOf = requiredOneOf
        self.requiredTogether = requiredTogether
        self.requiredIf = requiredIf
        self.needsHost = needsHost
        self.supportsCheckMode = supportsCheckMode
        self.acceptsAnyArgument = acceptsAnyArgument
        self.pinnable = pinnable
        self.readsAhead = readsAhead
    }
}

/// One argument of a module.
package struct ArgumentSpec: Sendable {
    package indirect enum Kind: Sendable {
        case string
        /// A path: `~` and `$HOME` are expanded on the host.
        case path
        case bool
        case int
        case float
        /// A list of `element`; a comma separated string is split, any other lone value becomes a list of one.
        case list(of: Kind)
        case dict
        /// A file mode: octal number, octal string, or symbolic.
        case mode
        /// Whatever was given.
        case raw
    }

    package let name: String
    package let kind: Kind
    package let summary: String
    package let required: Bool
    package let fallback: Value?
    package let choices: [String]
    package let aliases: [String]
    /// Never shown in results, logs or diffs.
    package let secret: Bool
    /// Null is a value like any other; elsewhere it means "not given".
    package let takesNull: Bool

    package init(
        _ name: String, _ kind: Kind = .string, _ summary: String, required: Bool = false,
        default fallback: Value? = nil,
        choices: [String] = [], aliases: [String] = [], secret: Bool = false, takesNull: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.required = required
        self.fallback = fallback
        self.choices = choices
        self.aliases = aliases
        self.secret = secret
        self.takesNull = takesNull
    }

    /// The arguments of every module that leaves a file behind, as Ansible spells them.
    package static let fileAttributes: [ArgumentSpec] = [
        ArgumentSpec(
            "mode", .mode, "Permissions: octal (quoted), symbolic, or 'preserve' (the source's)"),
        ArgumentSpec("owner", .string, "User name or id that owns the file"),
        ArgumentSpec("group", .string, "Group name or id that owns the file"),
        ArgumentSpec("seuser", .string, "SELinux user"),
        ArgumentSpec("serole", .string, "SELinux role"),
        ArgumentSpec("setype", .string, "SELinux type"),
        ArgumentSpec("selevel", .string, "SELinux level"),
        ArgumentSpec("attributes", .string, "Attributes as chattr takes them", aliases: ["attr"]),
        ArgumentSpec("unsafe_writes", .bool, "Write in place where renaming is impossible", default: false),
    ]
}
