//! What comes back from one task on one host.

import Diagnostics
import Modules
import Playbooks
import Templates
import Values

/// One run of an action: of a task without a loop, or of one item.
struct ActionOutcome: Sendable {
    var status: TaskStatus
    /// The result as `register` stores it.
    var result: OrderedMap
    var differences: [Difference] = []
    var effects: [ModuleResult.Effect] = []
    var includes: [IncludeRequest] = []
    /// From `include_vars`.
    var includedVariables: [String: TemplatedValue] = [:]
    var mistake: Diagnostic?
    var help: String?
    var delegate: String?
    /// With which arguments a module was called on a host.
    var invocation: Value?
    /// Left out by check mode.
    var foretold: [Resource] = []
    /// Shown whole without `-v` too.
    var isTalkative = false
    /// Not done to its end, because somebody has asked the run to stop.
    var isStopped = false

    var isFailure: Bool { status == .failed || status == .unreachable }

    static func skipped(_ reason: String, condition: Value?) -> ActionOutcome {
        var result: OrderedMap = ["changed": false, "skipped": true, "skip_reason": .string(reason)]
        if let condition { result["false_condition"] = condition }
        return ActionOutcome(status: .skipped, result: result)
    }

    /// The author's mistake, met while the task ran. What a module has against its arguments is told as by Ansible's
    /// modules, all else as by Ansible itself.
    static func mistaken(_ mistake: Diagnostic) -> ActionOutcome {
        let isOfModule = [.missingArgument, .invalidArgument, .unknownArgument].contains(mistake.code)
        let message = isOfModule ? mistake.message : "Task failed: \(mistake.message)"
        return ActionOutcome(
            status: .failed, result: ["changed": false, "failed": true, "msg": .string(message)], mistake: mistake)
    }
}

/// Everything the play has to know after one task on one host.
struct TaskOutcome: Sendable {
    var host: String
    var action: ActionOutcome
    /// Handlers to notify, by name or topic.
    var notifications: [String] = []
    var isIgnored = false
    var register: String?
    /// Facts and variables go to this host (`delegate_facts`).
    var factsHost: String
    /// The outcome of a `run_once` task, given to a host that did not run it.
    var isCopy = false
}

/// A file or role that a host wants included.
struct IncludeRequest: Sendable {
    enum Target: Sendable, Hashable {
        case tasks(path: String)
        case role(name: String, tasksFrom: String?, varsFrom: String?, defaultsFrom: String?, handlersFrom: String?)

        /// The path of a file, the name of a role.
        var shownName: String {
            switch self {
            case .tasks(let path): Path.absolute(path)
            case .role(let name, _, _, _, _): name
            }
        }
    }

    let target: Target
    var isPublic = false
    var allowsDuplicates = true
    var validatesArguments = true
    /// Why there is nothing to be included.
    var mistake: Diagnostic?
    /// Loop variables of the include.
    let locals: OrderedMap
    /// The loop's item as it is shown.
    var label: String?

    /// Requests with an equal key are run together.
    var key: Key { Key(target: target, locals: locals.map { [$0.key, $0.value] }) }

    struct Key: Hashable {
        let target: Target
        let locals: [[Value]]
    }
}
