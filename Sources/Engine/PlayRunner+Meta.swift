//! `meta:` tasks: what steers the run itself.

import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

extension PlayRunner {
    func meta(
        _ action: TemplatedValue, _ task: PlayTask, _ hosts: [String], _ place: Section
    ) async throws(PlayEnd) {
        let name: String
        let chosen: [String]
        do {
            name = try action.evaluate(in: baseScope.renderScope).text()
            chosen = try self.chosen(task, hosts, name)
        } catch {
            throw .mistake(error)
        }
        tell(MetaAction(name), task, hosts, chosen)
        guard !chosen.isEmpty else { return }
        switch name {
        case "noop": return
        case "flush_handlers": try await flushHandlers(chosen, force: false, at: .flush(task))
        case "end_play": throw PlayEnd.play
        case "end_batch": throw PlayEnd.batch
        case "end_host": end(chosen, role: nil)
        case "end_role": end(chosen, role: task.frame.role)
        case "clear_facts": clearFacts(context.allHosts)
        case "clear_host_errors": clearErrors()
        case "refresh_inventory":
            // Its scripts may do anything.
            run.context.stillness.end()
            try refreshInventory()
        case "reset_connection":
            run.context.stillness.end()
            for host in chosen { await run.context.connections.reset(host) }
        default:
            throw .mistake(Diagnostic(.playbookMeaning, "invalid meta action requested: \(name)", at: task.range))
        }
    }

    /// The hosts for which the action is to happen. Some actions look at the condition of the first host only, or at
    /// none.
    private func chosen(_ task: PlayTask, _ hosts: [String], _ name: String) throws(Diagnostic) -> [String] {
        let action = MetaAction(name)
        guard !task.frame.whenConditions.isEmpty else { return hosts }
        if action.ignoresConditions {
            let warning = "\(name) task does not support when conditional"
            run.context.emit(.warning(Diagnostic(.playbookSyntax, warning, at: task.range, severity: .warning)))
            return hosts
        }
        let snapshot = run.snapshot(context, variableFiles: variableFiles)
        var chosen: [String] = []
        for host in action.concernsAll ? Array(hosts.prefix(1)) : hosts {
            let scope = HostScope(context: snapshot, host: host, frame: task.frame).renderScope
            if try task.frame.whenConditions.allHold(in: scope) { chosen.append(host) }
        }
        return action.concernsAll && !chosen.isEmpty ? hosts : chosen
    }

    /// A heading for each host that the action is about, and what is left out.
    private func tell(_ action: MetaAction, _ task: PlayTask, _ hosts: [String], _ chosen: [String]) {
        let header = self.header(task)
        for host in action.concernsAll ? Array(hosts.prefix(1)) : hosts {
            run.context.emit(.taskStarted(header))
            let isChosen = chosen.contains(host)
            let reason = action.reason(of: host, role: task.frame.role?.role.name ?? "")
            if run.context.settings.verbosity > 1, let text = isChosen ? action.told(of: host) : reason {
                run.context.emit(.message("META: \(text)"))
            }
            guard !isChosen else { continue }
            let result: OrderedMap = ["msg": .string(action.message(of: host)), "skip_reason": .string(reason)]
            let skipped = ActionOutcome(status: .skipped, result: result)
            let hostTask = HostTask(
                task: task, header: header, host: host,
                context: run.snapshot(context, variableFiles: variableFiles))
            run.context.emit(.result(hostTask.reported(skipped, item: nil)))
        }
    }

    private func end(_ hosts: [String], role: RoleInstance?) {
        for host in hosts {
            run.change(host) { state in
                state.hasEnded = true
                state.endedRole = role?.identity
            }
        }
    }

    private func clearFacts(_ hosts: [String]) {
        for host in hosts {
            run.change(host) { state in
                state.facts = [:]
                state.plainFacts = []
                state.hasGatheredFacts = false
            }
            run.rememberFacts(of: host)
        }
    }

    private func refreshInventory() throws(PlayEnd) {
        do {
            var inventory = try run.reloadInventory()
            // What tasks have added is part of no source.
            for change in run.inventoryChanges { _ = try change(&inventory) }
            run.inventory = inventory
        } catch {
            throw .mistake(error)
        }
        run.readVariables(beside: play)
    }
}
