//! A task's loop on one host, item by item.

import Diagnostics
import Playbooks
import Templates
import Values

struct HostLoop: Sendable {
    let task: HostTask
    let items: [Value]

    private var control: TemplatedValue? { task.task.setting(.loopControl)?.value }

    /// The combined outcome of all items, as `register` stores it.
    func run() async throws(Diagnostic) -> ActionOutcome {
        let variable = try name("loop_var") ?? "item"
        let index = try name("index_var")
        var outcomes: [ActionOutcome] = []
        try warnOfCollision(variable)
        var task = task
        for (position, item) in items.enumerated() {
            if position > 0 { try await pause() }
            let locals = try self.locals(item, position, variable: variable, index: index)
            let scope = task.scope.with(locals)
            task.laterItems = LaterItems(self, from: position + 1)
            var outcome = await task.once(scope)
            outcome.result[variable] = item
            outcome.result["ansible_loop_var"] = .string(variable)
            if let index {
                outcome.result[index] = .int(position)
                outcome.result["ansible_index_var"] = .string(index)
            }
            let label = try self.label(scope, item: item).text()
            task.context.run.emit(.itemResult(task.reported(outcome, item: label)))
            for include in outcome.includes.indices { outcome.includes[include].label = label }
            outcomes.append(outcome)
            task.foretold += outcome.foretold
            if try breaks(scope.with(["ansible_loop_result": .dict(outcome.result)])) { break }
        }
        return combined(outcomes)
    }

    /// What each item would see.
    func scopes() throws(Diagnostic) -> [HostScope] {
        try items.indices.map { position throws(Diagnostic) in try scope(at: position) }
    }

    /// What one item would see.
    func scope(at position: Int) throws(Diagnostic) -> HostScope {
        let variable = try name("loop_var") ?? "item"
        let index = try name("index_var")
        return task.scope.with(try locals(items[position], position, variable: variable, index: index))
    }

    /// Whether time passes between items.
    var pauses: Bool { control?.entry("pause") != nil }

    private func warnOfCollision(_ variable: String) throws(Diagnostic) {
        guard try task.scope.written(variable) != nil else { return }
        task.context.run.emit(
            .warning(
                Diagnostic(
                    .playbookSyntax,
                    "The loop variable '\(variable)' is already in use. You should set the `loop_var` value in the "
                        + "`loop_control` option for the task to something else to avoid variable collisions and "
                        + "unexpected behavior.", at: task.task.loop?.range, severity: .warning)))
    }

    private func combined(_ outcomes: [ActionOutcome]) -> ActionOutcome {
        let failed = outcomes.contains { $0.status == .failed }
        let changed = outcomes.contains { $0.result["changed"]?.bool == true }
        let skipped = outcomes.allSatisfy { $0.status == .skipped }
        let unreachable = outcomes.first { $0.status == .unreachable }
        var result: OrderedMap = [
            "results": .list(outcomes.map { .dict($0.registeredWithInvocation) }), "skipped": .bool(skipped),
            "changed": .bool(changed),
        ]
        if skipped {
            result[outcomes.isEmpty ? "skipped_reason" : "msg"] =
                outcomes.isEmpty ? "No items in the list" : "All items skipped"
        } else {
            result["msg"] = .string(failed ? "One or more items failed" : "All items completed")
        }
        if failed { result["failed"] = true }
        if unreachable != nil { result["unreachable"] = true }
        let status: TaskStatus =
            unreachable != nil ? .unreachable : failed ? .failed : skipped ? .skipped : changed ? .changed : .ok
        var combined = ActionOutcome(
            status: status, result: result, effects: outcomes.flatMap(\.effects),
            includes: outcomes.flatMap(\.includes), help: unreachable?.help,
            delegate: outcomes.last?.delegate, foretold: outcomes.flatMap(\.foretold))
        for outcome in outcomes { combined.includedVariables.merge(outcome.includedVariables) { _, new in new } }
        return combined
    }

    // MARK: - loop_control

    private func locals(
        _ item: Value, _ position: Int, variable: String, index: String?
    ) throws(Diagnostic) -> [String: Value] {
        var locals: [String: Value] = [variable: item, "ansible_loop_var": .string(variable)]
        if let index {
            locals[index] = .int(position)
            locals["ansible_index_var"] = .string(index)
        }
        guard try flag("extended") ?? false else { return locals }
        var loop: OrderedMap = [
            "index": .int(position + 1), "index0": .int(position), "first": .bool(position == 0),
            "last": .bool(position == items.count - 1), "length": .int(items.count),
            "revindex": .int(items.count - position), "revindex0": .int(items.count - position - 1),
        ]
        if try flag("extended_allitems") ?? true { loop["allitems"] = .list(items) }
        if position > 0 { loop["previtem"] = items[position - 1] }
        if position + 1 < items.count { loop["nextitem"] = items[position + 1] }
        locals["ansible_loop"] = .dict(loop)
        return locals
    }

    private func setting(_ key: String, in scope: HostScope) throws(Diagnostic) -> Value? {
        guard let value = control?.entry(key) else { return nil }
        return try value.evaluate(in: scope.renderScope).materialized()
    }

    private func name(_ key: String) throws(Diagnostic) -> String? { try setting(key, in: task.scope)?.string }
    private func flag(_ key: String) throws(Diagnostic) -> Bool? { try setting(key, in: task.scope)?.bool }

    private func label(_ scope: HostScope, item: Value) throws(Diagnostic) -> Value {
        try setting("label", in: scope) ?? item
    }

    private func pause() async throws(Diagnostic) {
        guard let seconds = try setting("pause", in: task.scope)?.double, seconds > 0 else { return }
        await task.context.run.stillness.disturbed { try? await Task.sleep(for: .milliseconds(Int(seconds * 1000))) }
    }

    private func breaks(_ scope: HostScope) throws(Diagnostic) -> Bool {
        guard let value = control?.entry("break_when") else { return false }
        let conditions = value.items ?? [value]
        for condition in conditions {
            let written = Condition(condition.conditionValue, at: nil)
            if !(try written.isTrue(in: scope.renderScope)) { return false }
        }
        return !conditions.isEmpty
    }
}

extension TemplatedValue {
    /// The entry of a written dict.
    func entry(_ key: String) -> TemplatedValue? {
        switch self {
        case .constant(let value): value[key].map { .constant($0) }
        case .dict(let entries):
            entries.last { if case .constant(.string(let name)) = $0.key { name == key } else { false } }?.value
        default: nil
        }
    }

    /// The items of a written list.
    var items: [TemplatedValue]? {
        switch self {
        case .constant(.list(let items)): items.map { .constant($0) }
        case .list(let items): items
        default: nil
        }
    }

    /// The value of a condition as written.
    var conditionValue: Value {
        switch self {
        case .constant(let value): value
        case .template(let template): .string(template.text)
        default: .none
        }
    }
}
