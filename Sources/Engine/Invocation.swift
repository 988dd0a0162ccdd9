//! `invocation`: with which arguments a module was called.

import Modules
import Values

enum Invocation {
    static let hiddenValue: Value = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

    /// All arguments that a module knows, those that were not given as none, secrets hidden; nil where no host was asked.
    static func value(of arguments: ModuleArguments, _ spec: ModuleSpec) -> Value? {
        guard spec.needsHost else { return nil }
        var all: OrderedMap = [:]
        for argument in spec.arguments {
            // What is to be in a file is no news, and may be secret.
            let isContent = argument.name == "content" && spec.names.contains("ansible.builtin.copy")
            let value = isContent ? .none : arguments[argument.name] ?? .none
            let name = argument.aliases.contains("_raw_params") ? "_raw_params" : argument.name
            all[.string(name)] = argument.secret && !value.isNone ? hiddenValue : value
            if name != argument.name { all[.string(argument.name)] = Value.none }
        }
        for (key, value) in arguments.values where all[key] == nil { all[key] = value }
        return ["module_args": .dict(all)]
    }
}

extension ActionOutcome {
    /// What stands for the trace of a failure; there is none to be had.
    static let exception: Value = "(traceback unavailable)"

    /// The result as `register` stores it: with `failed` and `exception`, unless nothing was done or it is that of a
    /// loop or an include.
    var registered: OrderedMap {
        guard status != .skipped, result["results"] == nil, includes.isEmpty else { return result }
        var result = result
        if status != .unreachable, result["failed"] == nil { result["failed"] = .bool(status == .failed) }
        if isFailure, result["exception"] == nil { result["exception"] = Self.exception }
        return result
    }

    /// The same with `invocation`, as items of a loop and `ansible_failed_result` have it.
    var registeredWithInvocation: OrderedMap {
        var result = registered
        if status != .skipped, let invocation, result["invocation"] == nil { result["invocation"] = invocation }
        return result
    }
}
