//! One task on one host: loop, conditions, action, retries, result.

import Connections
import Diagnostics
import Inventories
import Modules
import Playbooks
import Templates
import Values

struct HostTask: Sendable {
    let task: PlayTask
    let header: TaskHeader
    let host: String
    var context: TaskContext
    /// Variables of the places around it that only exist at run time (`ansible_failed_task`).
    var locals: [String: Value] = [:]
    /// By earlier items of its loop.
    var foretold: [Resource] = []
    /// What comes behind it in the play.
    var following: Upcoming?
    /// What comes behind this item of its loop.
    var laterItems: LaterItems?

    var scope: HostScope { HostScope(context: context, host: host, frame: task.frame, locals: locals) }

    /// Runs the task and reports it. Never throws: whatever goes wrong is an outcome.
    func run() async -> TaskOutcome {
        var outcome = TaskOutcome(host: host, action: .skipped("", condition: nil), factsHost: host)
        do {
            // A value that is no boolean is told before anything happens.
            _ = try reader.ignores(.ignoreErrors)
            outcome.action = try await runAction()
            try settle(&outcome)
        } catch {
            outcome.action = .mistaken(error)
            outcome.isIgnored = (try? reader.ignores(.ignoreErrors)) ?? true
            outcome.register = (try? registerName()) ?? nil
        }
        report(outcome)
        return outcome
    }

    private var reader: ConnectionReader {
        ConnectionReader(scope: scope, frame: task.frame, defaults: context.run.settings)
    }

    private func runAction() async throws(Diagnostic) -> ActionOutcome {
        guard let loop = task.loop else { return await once(scope) }
        let items: [Value]
        do {
            items = try loopItems(loop)
        } catch {
            // A condition that does not need the item may rule the task out before its loop matters.
            if let skipped = try? skipReason(scope) { return skipped }
            throw error
        }
        return try await HostLoop(task: self, items: items).run()
    }

    /// Notifications, register and ignore: what follows from the result.
    private func settle(_ outcome: inout TaskOutcome) throws(Diagnostic) {
        let status = outcome.action.status
        outcome.register = try registerName()
        if outcome.action.result["changed"]?.bool == true, !outcome.action.isFailure {
            outcome.notifications = try notifications()
        }
        if status == .failed { outcome.isIgnored = try reader.ignores(.ignoreErrors) }
        if status == .unreachable { outcome.isIgnored = try reader.ignores(.ignoreUnreachable) }
        if let delegate = outcome.action.delegate, try reader.ignores(.delegateFacts) { outcome.factsHost = delegate }
    }

    private func registerName() throws(Diagnostic) -> String? {
        guard let setting = task.register else { return nil }
        let name = try setting.value.evaluate(in: scope.renderScope).text()
        guard name.isVariableName else {
            throw Diagnostic(.playbookSyntax, "Invalid variable name in 'register': '\(name)'", at: setting.range)
        }
        return name
    }

    private func notifications() throws(Diagnostic) -> [String] {
        var names: [String] = []
        for setting in task.frame.accumulated(.notify) {
            let value = try setting.value.evaluate(in: scope.renderScope).materialized()
            for name in value.list ?? [value] where !name.isNone { names.append(try name.text()) }
        }
        return names
    }

    // MARK: - Conditions and loops

    /// A skipped outcome where a condition does not hold.
    func skipReason(_ scope: HostScope) throws(Diagnostic) -> ActionOutcome? {
        let render = scope.renderScope
        for condition in task.frame.whenConditions where !(try condition.isTrue(in: render)) {
            return .skipped("Conditional result was False", condition: condition.written)
        }
        return nil
    }

    func loopItems(_ loop: LoopSource) throws(Diagnostic) -> [Value] {
        let render = scope.renderScope
        do throws(Diagnostic) {
            let value = try loop.value.evaluate(in: render).materialized()
            guard let lookup = loop.lookup else {
                guard case .list(let items) = value else {
                    throw Diagnostic(
                        .templateRuntime,
                        "Invalid data passed to 'loop', it requires a list, got this instead: \(try value.text()).",
                        help: value.dict == nil
                            ? "write a list: `loop: [a, b]`"
                            : "a dict is looped over with `loop: \"{{ the_dict | dict2items }}\"`")
                }
                return items
            }
            let items = try scope.lookup(lookup, Arguments(value.list ?? [value]), for: render)
            return try items.map { item throws(Diagnostic) in try item.finalized() }
        } catch {
            throw error.located(at: loop.range)
        }
    }

    // MARK: - One run

    /// Conditions, then the action with its retries, for the task or one of its items.
    func once(_ scope: HostScope) async -> ActionOutcome {
        do {
            if let skipped = try skipReason(scope) { return skipped }
            let retry = try RetryPolicy(task: task, scope: scope)
            guard let retry else { return try await attempt(scope, number: nil) }
            return try await context.run.stillness.disturbed { () throws(Diagnostic) in
                try await repeated(retry, scope)
            }
        } catch {
            return .mistaken(error)
        }
    }

    private func repeated(_ retry: RetryPolicy, _ scope: HostScope) async throws(Diagnostic) -> ActionOutcome {
        var number = 1
        while true {
            var outcome = try await attempt(scope, number: number)
            if outcome.status == .unreachable { return outcome }
            if try retry.isSatisfied(outcome, in: judging(outcome, scope)) { return outcome }
            if number > retry.retries {
                outcome.status = .failed
                outcome.result["failed"] = true
                outcome.result["attempts"] = .int(retry.retries)
                return outcome
            }
            context.run.emit(.retry(reported(outcome, item: nil), left: retry.retries - number + 1))
            try? await Task.sleep(for: retry.delay)
            number += 1
        }
    }

    private func attempt(_ scope: HostScope, number: Int?) async throws(Diagnostic) -> ActionOutcome {
        var outcome = try await HostAction(task: self, scope: scope).run()
        if let number { outcome.result["attempts"] = .int(number) }
        guard outcome.status != .unreachable, outcome.status != .skipped else { return outcome }
        do {
            try judge(&outcome, scope)
        } catch {
            // What the module did stays known.
            outcome.status = .failed
            outcome.result["failed"] = true
            outcome.mistake = error
        }
        return outcome
    }

    /// `changed_when` and `failed_when`.
    private func judge(_ outcome: inout ActionOutcome, _ scope: HostScope) throws(Diagnostic) {
        if let changed = try verdict(of: .changedWhen, on: &outcome, scope) {
            outcome.result["changed"] = .bool(changed)
        }
        if let failed = try verdict(of: .failedWhen, on: &outcome, scope) {
            let hasFailed = outcome.status == .failed
            outcome.result["failed"] = .bool(failed)
            outcome.result["failed_when_result"] = .bool(failed)
            outcome.status = failed ? .failed : .ok
            if !failed {
                outcome.mistake = nil
                if hasFailed { outcome.result["failed_when_suppressed_exception"] = ActionOutcome.exception }
            }
        }
        guard outcome.status != .failed else { return }
        outcome.status = outcome.result["changed"]?.bool == true ? .changed : .ok
    }

    /// Whether the conditions of a keyword hold, if it is given. A mistake in them is told in the result, too.
    private func verdict(
        of keyword: Keyword, on outcome: inout ActionOutcome, _ scope: HostScope
    ) throws(Diagnostic) -> Bool? {
        guard let conditions = task.frame.conditions[keyword] else { return nil }
        do {
            return try conditions.allHold(in: judging(outcome, scope).renderScope)
        } catch {
            outcome.result[keyword.rawValue + "_result"] = .string(
                "Error while evaluating conditional: \(error.message)")
            throw error
        }
    }

    /// The scope in which a task's own result is visible under its registered name.
    private func judging(_ outcome: ActionOutcome, _ scope: HostScope) -> HostScope {
        var locals: [String: Value] = [:]
        if let name = try? registerName() { locals[name] = .dict(outcome.result) }
        if let facts = outcome.result["ansible_facts"]?.dict {
            for (key, value) in facts { if let name = key.string { locals[name] = value } }
        }
        return scope.with(locals)
    }

    // MARK: - Reports

    private func report(_ outcome: TaskOutcome) {
        context.run.emit(.result(reported(outcome.action, item: nil, isIgnored: outcome.isIgnored)))
    }

    /// Where a host is that acts in place of another, if its name does not say so.
    private func address(of delegate: String) -> String? {
        guard let known = context.inventory.knownName(delegate) else { return nil }
        let scope = HostScope(context: context, host: known, frame: task.frame)
        let written = try? scope.written("ansible_host")?.evaluate(in: scope.renderScope).text()
        return written == delegate ? nil : written
    }

    func reported(_ outcome: ActionOutcome, item: String?, isIgnored: Bool = false) -> TaskReport {
        TaskReport(
            host: host, task: header, status: outcome.status, result: outcome.result,
            differences: outcome.differences, delegate: outcome.delegate,
            delegateAddress: outcome.delegate.flatMap(address), invocation: outcome.invocation, isIgnored: isIgnored,
            item: item,
            mistake: outcome.mistake?.traced(through: task.frame), help: outcome.help,
            isHidden: (try? reader.ignores(.noLog, or: context.run.settings.hidesResults)) ?? true,
            isTalkative: outcome.isTalkative)
    }
}

extension ConnectionReader {
    /// The value of a keyword that is a yes or no.
    func ignores(_ keyword: Keyword, or fallback: Bool = false) throws(Diagnostic) -> Bool {
        guard let value = try self.keyword(keyword) else { return fallback }
        guard let flag = flag(value) else {
            throw Diagnostic(
                .invalidArgument, "'\(keyword.rawValue)' must be a boolean, got \(try value.representation())",
                at: frame.inherited(keyword)?.range)
        }
        return flag
    }
}

extension [Condition] {
    func allHold(in scope: RenderScope) throws(Diagnostic) -> Bool {
        for condition in self where !(try condition.isTrue(in: scope)) { return false }
        return true
    }
}
