//! The one list of kinds of mistakes; stable names for scripts and tests.

/// What kind of mistake a diagnostic reports. The raw value is shown in brackets and in JSON.
package enum DiagnosticCode: String, Sendable, CaseIterable {
    case usage
    case fileNotFound = "file-not-found"
    case fileUnreadable = "file-unreadable"
    case yamlSyntax = "yaml-syntax"
    case jsonSyntax = "json-syntax"
    case yamlDuplicateKey = "yaml-duplicate-key"
    case inventorySyntax = "inventory-syntax"
    case inventoryPlugin = "inventory-plugin"
    case configuration
    case hostPattern = "host-pattern"
    case playbookSyntax = "playbook-syntax"
    /// Read well, but asks for what is not there: a handler, an action of `meta`, a strategy.
    case playbookMeaning = "playbook-meaning"
    case notATaskList = "not-a-task-list"
    case unknownKeyword = "unknown-keyword"
    case unknownModule = "unknown-module"
    case unknownArgument = "unknown-argument"
    case missingArgument = "missing-argument"
    case invalidArgument = "invalid-argument"
    case roleNotFound = "role-not-found"
    case templateSyntax = "template-syntax"
    /// An undefined name or attribute was used.
    case undefinedVariable = "undefined-variable"
    /// A filter, test or lookup failed, or does not exist.
    case templatePlugin = "template-plugin"
    /// Anything else that rendering ran into: wrong types, division by zero, bad operand.
    case templateRuntime = "template-runtime"
    /// A variable refers to itself, directly or through others, or a template exceeded its limits.
    case templateRecursion = "template-recursion"
    /// A condition whose result is not a boolean.
    case notBoolean = "not-boolean"
    /// `services.yml`: its form, then what contradicts itself or the fleet.
    case serviceSyntax = "service-syntax"
    case serviceHosts = "service-hosts"
    case servicePort = "service-port"
    case serviceServer = "service-server"
    case serviceNeed = "service-need"
    case serviceVolume = "service-volume"
    case serviceSecret = "service-secret"
    case serviceImage = "service-image"
    case servicePin = "service-pin"
    /// Another deployment has the lock, or somebody took it away.
    case serviceLock = "service-lock"
    /// `pins.yml`: its form, a playbook that says otherwise, and what it lacks.
    case pinSyntax = "pin-syntax"
    case pinConflict = "pin-conflict"
    case notPinned = "not-pinned"
    case vault
    case ssh
    /// The person has ended the run.
    case interrupted
    case `internal`
    case unsupported
}
