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
            chosen = try self.chosen(task, hosts, judgesFirstOnly: Self.judgedByFirstHost.contains(name))
        } catch {
            throw .mistake(error)
        }
        run.context.emit(.taskStarted(header(task)))
        guard !chosen.isEmpty else { return }
        switch name {
        case "noop": return
        case "flush_handlers": try await flushHandlers(chosen, force: false)
        case "end_play": throw PlayEnd.play
        case "end_batch": throw PlayEnd.batch
        case "end_host": end(chosen, role: nil)
        case "end_role": end(chosen, role: task.frame.role)
        case "clear_facts": clearFacts(chosen)
        case "clear_host_errors": clearErrors()
        case "refresh_inventory": try refreshInventory()
        case "reset_connection": for host in chosen { await run.context.connections.reset(host) }
        default:
            throw .mistake(Diagnostic(.playbookMeaning, "invalid meta action requested: \(name)", at: task.range))
        }
    }

    /// Actions that concern the whole play look at the condition of the first host only.
    private static let judgedByFirstHost: Set<String> = [
        "end_play", "end_batch", "clear_host_errors", "refresh_inventory", "noop",
    ]

    private func chosen(_ task: PlayTask, _ hosts: [String], judgesFirstOnly: Bool) throws(Diagnostic) -> [String] {
        let snapshot = run.snapshot(context, variableFiles: variableFiles)
        var chosen: [String] = []
        for host in judgesFirstOnly ? Array(hosts.prefix(1)) : hosts {
            let scope = HostScope(context: snapshot, host: host, frame: task.frame).renderScope
            if try task.frame.whenConditions.allHold(in: scope) { chosen.append(host) }
        }
        return judgesFirstOnly && !chosen.isEmpty ? hosts : chosen
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

    private func clearErrors() {
        for host in context.allHosts where !run.state(of: host).isInPlay {
            run.change(host) { state in
                state.isFailed = false
                state.isUnreachable = false
                // It takes part again from the next play on.
                state.hasEnded = true
            }
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
