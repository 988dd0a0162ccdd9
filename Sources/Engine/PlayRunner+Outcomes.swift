//! What follows from the outcomes of a task: numbers, variables, failed hosts, includes.

import Diagnostics
import Inventories
import Modules
import Playbooks
import Templates
import Values

extension PlayRunner {
    func record(_ outcomes: [TaskOutcome], of task: PlayTask, _ place: Section) throws(PlayEnd) {
        for outcome in outcomes {
            if !outcome.isCopy { count(outcome, place) }
            if let name = outcome.register {
                run.change(outcome.host) { $0.variables[name] = .dict(outcome.action.registered) }
            }
            if !outcome.action.foretold.isEmpty {
                run.change(outcome.action.delegate ?? outcome.host) { $0.foretold.add(outcome.action.foretold) }
            }
            for effect in outcome.action.effects { try apply(effect, to: outcome) }
            if !outcome.action.includedVariables.isEmpty {
                run.change(outcome.host) { $0.included.merge(outcome.action.includedVariables) { _, new in new } }
            }
            if outcome.action.isFailure, !outcome.isIgnored, !outcome.action.isStopped { fail(outcome, task) }
        }
    }

    private func count(_ outcome: TaskOutcome, _ place: Section) {
        run.count(outcome.host) { numbers in
            let changed = outcome.action.result["changed"]?.bool == true
            switch outcome.action.status {
            case .ok, .changed:
                // Includes count once they have been loaded.
                if outcome.action.includes.isEmpty { numbers.ok += 1 }
                if changed { numbers.changed += 1 }
            case .skipped: numbers.skipped += 1
            case .failed where outcome.isIgnored:
                numbers.ok += 1
                numbers.ignored += 1
                if changed { numbers.changed += 1 }
            case .failed:
                if place.isRescuable { numbers.rescued += 1 } else { numbers.failed += 1 }
            case .unreachable where outcome.isIgnored:
                numbers.ok += 1
                numbers.ignored += 1
            case .unreachable: numbers.unreachable += 1
            }
        }
    }

    func fail(_ outcome: TaskOutcome, _ task: PlayTask) {
        run.change(outcome.host) { state in
            state.isFailed = true
            if outcome.action.status == .unreachable {
                state.isUnreachable = true
                state.lostAt = .task(task)
            }
        }
        // No section rescues an unreachable host; where it was being rescued, that goes on if it comes back.
        guard outcome.action.status != .unreachable else { return }
        noteFailure(of: outcome.host, task, outcome.action.registeredWithInvocation)
    }

    /// Hosts fail without having been asked.
    func fail(_ hosts: [String], at task: PlayTask, because reason: String) {
        for host in hosts {
            run.change(host) { $0.isFailed = true }
            noteFailure(of: host, task, ["msg": .string(reason), "failed": true, "refused": true])
        }
    }

    private func noteFailure(of host: String, _ task: PlayTask, _ result: OrderedMap) {
        lastFailure[host] = [
            "ansible_failed_task": [
                "name": .string(task.name == nil ? "" : bareName(task)), "action": .string(task.action.writtenName),
            ],
            "ansible_failed_result": .dict(result),
        ]
    }

    private func apply(_ effect: ModuleResult.Effect, to outcome: TaskOutcome) throws(PlayEnd) {
        switch effect {
        case .facts(let facts):
            run.change(outcome.factsHost) { state in
                state.add(facts: facts)
                if facts["module_setup"] != nil { state.hasGatheredFacts = true }
            }
            run.rememberFacts(of: outcome.factsHost)
        case .variables(let variables, let cacheable):
            run.change(outcome.factsHost) { state in
                for (key, value) in variables { if let name = key.string { state.variables[name] = value } }
                if cacheable { state.add(facts: variables) }
            }
            if cacheable { run.rememberFacts(of: outcome.factsHost) }
        case .addHost(let name, let groups, let variables):
            try changeInventory { inventory throws(Diagnostic) in
                try inventory.addHost(name: name, groups: groups, variables: variables)
            }
        case .groupBy(let key, let parents):
            try changeInventory { inventory throws(Diagnostic) in
                try inventory.addToGroup(key, host: outcome.host, parents: parents)
            }
        case .stats(let values, let perHost, let aggregate):
            addStatistics(values, host: perHost ? outcome.host : nil, aggregate: aggregate)
        }
    }

    private func changeInventory(_ change: @escaping Run.InventoryChange) throws(PlayEnd) {
        do { _ = try change(&run.inventory) } catch { throw .mistake(error) }
        run.inventoryChanges.append(change)
        if let warning = run.inventory.takeGroupNameWarning() { run.context.emit(.warning(warning)) }
    }

    private func addStatistics(_ values: OrderedMap, host: String?, aggregate: Bool) {
        let owner = host ?? "_run"
        var all = run.statistics.custom[owner]?.dict ?? [:]
        for (key, value) in values {
            guard aggregate, let old = all[key] else {
                all[key] = value
                continue
            }
            all[key] = Self.aggregated(old, value)
        }
        run.statistics.custom[owner] = .dict(all)
    }

    private static func aggregated(_ old: Value, _ new: Value) -> Value {
        switch (old, new) {
        case (.int(let left), .int(let right)): return .int(left + right)
        case (.float(let left), .float(let right)): return .float(left + right)
        case (.list(let left), .list(let right)): return .list(left + right)
        case (.string(let left), .string(let right)): return .string(left + right)
        case (.dict(let left), .dict(let right)):
            var merged = left
            merged.merge(right)
            return .dict(merged)
        default: return new
        }
    }

    // MARK: - Notifications

    func notify(_ outcomes: [TaskOutcome], of task: PlayTask) throws(PlayEnd) {
        for outcome in outcomes {
            for name in outcome.notifications {
                guard !handlers(named: name).isEmpty else { throw .mistake(unknownHandler(name, task)) }
                run.change(outcome.host) { $0.notified.insert(name) }
            }
        }
    }

    private func unknownHandler(_ name: String, _ task: PlayTask) -> Diagnostic {
        Diagnostic(
            .playbookMeaning,
            "The requested handler '\(name)' was not found in either the main handlers list nor in the listening "
                + "handlers list", at: task.frame.inherited(.notify)?.range ?? task.range,
            help: Suggestion.help(for: name, among: handlers.map(handlerName)))
    }

    // MARK: - Failures that end a play

    func checkFailures(_ outcomes: [TaskOutcome], of task: PlayTask, _ place: Section) throws(PlayEnd) {
        let failed = outcomes.filter {
            $0.action.isFailure && !$0.isIgnored && !$0.isCopy && !$0.action.isStopped
        }
        guard let first = failed.first else { return }
        do {
            let scope = HostScope(
                context: run.snapshot(context, variableFiles: variableFiles), host: first.host, frame: task.frame)
            let reader = ConnectionReader(scope: scope, frame: task.frame, defaults: run.context.settings)
            let isFatal =
                try reader.flag(of: .anyErrorsFatal) ?? run.context.settings.anyErrorsFatal
            if isFatal { return failAll(place.hosts) }
            let limit = try reader.keyword(.maxFailPercentage)?.double ?? run.context.settings.maxFailPercentage
            guard let limit, !place.isRescuable else { return }
            let broken = context.batch.count { run.state(of: $0).isFailed && !run.state(of: $0).isUnreachable }
            if Double(broken) / Double(max(1, context.batch.count)) * 100 > limit {
                if !forcesHandlers { run.context.emit(.noHostsRemaining) }
                failAll(context.batch)
            }
        } catch {
            throw .mistake(error)
        }
    }

    /// No host goes on, though only some have failed; rescue sections still may bring them all back.
    private func failAll(_ hosts: [String]) {
        for host in active(hosts) { run.change(host) { $0.isFailed = true } }
    }
}

extension HostState {
    /// Adds facts under their names without Ansible's prefix.
    mutating func add(facts new: OrderedMap) {
        for (key, value) in new {
            guard let name = key.string else { continue }
            if name.hasPrefix("ansible_"), name != "ansible_local" {
                facts[String(name.dropFirst("ansible_".count))] = value
            } else {
                facts[name] = value
                plainFacts.insert(name)
            }
        }
    }
}
