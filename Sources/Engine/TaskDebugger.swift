//! `debugger:`: a task that went wrong can be looked at, changed and run again.

import Diagnostics
import Modules
import Playbooks
import Templates
import Values

/// When a task stops to be looked at.
enum DebuggerOccasion {
    /// Whether a keyword's word means an outcome with this status.
    static func holds(_ word: String, _ status: TaskStatus) -> Bool {
        switch word {
        case "always": true
        case "on_failed": status == .failed
        case "on_unreachable": status == .unreachable
        case "on_skipped": status == .skipped
        default: false
        }
    }
}

/// The conversation about one task on one host.
@EngineActor
struct TaskDebugger {
    let run: RunContext
    private(set) var hostTask: HostTask
    private(set) var outcome: TaskOutcome
    /// Stops at failures, where the task says nothing.
    private let debugsFailures: Bool

    init(run: RunContext, hostTask: HostTask, outcome: TaskOutcome, debugsFailures: Bool) {
        self.run = run
        self.hostTask = hostTask
        self.outcome = outcome
        self.debugsFailures = debugsFailures
    }

    /// Asks what to do until the person goes on; the outcome that counts in the end.
    mutating func settle() async throws(Diagnostic) -> TaskOutcome {
        while try isWanted() {
            guard try await converse() else { return outcome }
            outcome = await hostTask.run()
        }
        return outcome
    }

    private func isWanted() throws(Diagnostic) -> Bool {
        let frame = hostTask.task.frame
        guard let setting = frame.inherited(.debugger) else {
            return debugsFailures && outcome.action.isFailure
        }
        let word = try setting.value.evaluate(in: hostTask.scope.renderScope).text()
        return DebuggerOccasion.holds(word, outcome.action.status)
    }

    /// True to run the task again, false to go on.
    private mutating func converse() async throws(Diagnostic) -> Bool {
        let prompt = "[\(hostTask.host)] TASK: \(hostTask.header.name) (debug)> "
        while true {
            let line: String
            do { line = try await run.answer(to: VariablePrompt(command: prompt)).text().trimmed } catch {
                throw Diagnostic(.interrupted, "User interrupted execution")
            }
            let (word, rest) = Self.split(line)
            switch word {
            case "": continue
            case "c", "continue": return false
            case "r", "redo": return true
            case "q", "quit", "EOF": throw Diagnostic(.interrupted, "User interrupted execution")
            // What was changed is rendered when the task runs again.
            case "u", "update_task": continue
            case "p", "pprint": say(answer(to: rest))
            case "h", "help", "?":
                say("p EXPRESSION, task.args['KEY'] = VALUE, task_vars['KEY'] = VALUE, u, r(edo), c(ontinue), q(uit)")
            default: if let mistake = assign(line) { say(mistake) }
            }
        }
    }

    private func say(_ text: String) { run.emit(.message(text)) }

    private static func split(_ line: String) -> (word: String, rest: String) {
        guard let blank = line.firstIndex(of: " ") else { return (line, "") }
        return (String(line[..<blank]), String(line[blank...]).trimmed)
    }

    // MARK: - Looking

    private func answer(to expression: String) -> String {
        do {
            switch expression {
            case "task": return "TASK: \(hostTask.header.name)"
            case "host": return hostTask.host
            default: return try value(of: expression).representation()
            }
        } catch {
            return "***\(error.message)"
        }
    }

    private func value(of expression: String) throws(Diagnostic) -> Value {
        var locals: [String: Value] = [
            "task": ["name": .string(hostTask.header.name), "args": .dict(arguments())],
            "host": .string(hostTask.host), "result": ["_result": .dict(outcome.action.registered)],
        ]
        locals["task_vars"] = .object(VariablesOfHost(scope: hostTask.scope))
        let template = Template(expression, at: nil, form: .expression)
        return try template.evaluate(in: hostTask.scope.with(locals).renderScope).materialized()
    }

    /// The arguments as they would be rendered now; those that cannot be are left out.
    private func arguments() -> OrderedMap {
        guard case .module(let call) = hostTask.task.action else { return [:] }
        var all: OrderedMap = [:]
        for argument in call.arguments.named {
            all[argument.name] = try? argument.value.evaluate(in: hostTask.scope.renderScope).materialized()
        }
        return all
    }

    // MARK: - Changing

    /// `task.args['KEY'] = VALUE` and `task_vars['KEY'] = VALUE`; what is wrong with the line otherwise.
    private mutating func assign(_ line: String) -> String? {
        for (owner, isArgument) in [("task.args", true), ("task_vars", false)] where line.hasPrefix(owner + "[") {
            guard let close = line.firstIndex(of: "]"),
                let sign = line[close...].firstIndex(of: "="),
                line[line.index(after: close)..<sign].allSatisfy({ $0 == " " })
            else { break }
            let quoted = line[line.index(line.startIndex, offsetBy: owner.count + 1)..<close]
            let key = String(quoted.filter { $0 != "'" && $0 != "\"" })
            do {
                let value = try value(of: String(line[line.index(after: sign)...]).trimmed)
                hostTask = isArgument ? hostTask.with(argument: key, value) : hostTask.with(variable: key, value)
                return nil
            } catch {
                return "***\(error.message)"
            }
        }
        return "***unknown command: \(line)"
    }
}

extension HostTask {
    fileprivate func with(variable name: String, _ value: Value) -> HostTask {
        var copy = self
        copy.locals[name] = value
        return copy
    }

    /// The same task with another value for an argument of its module.
    fileprivate func with(argument name: String, _ value: Value) -> HostTask {
        guard case .module(let call) = task.action else { return self }
        // Ansible's name for the free text of a command.
        var written = name
        if name == "_raw_params", case .argument(let free) = call.module.spec.freeForm { written = free }
        var arguments = call.arguments
        arguments.named.removeAll { $0.name == written || $0.name == name }
        arguments.named.append(.init(name: written, value: .constant(value), range: call.range))
        let changed = ModuleCall(
            module: call.module, writtenName: call.writtenName, arguments: arguments, range: call.range)
        let task = PlayTask(
            frame: task.frame, action: .module(changed), loop: task.loop, topics: task.topics,
            isHandler: task.isHandler)
        var copy = HostTask(
            task: task, header: header, host: host, context: context, locals: locals, foretold: foretold)
        copy.following = following
        return copy
    }
}
