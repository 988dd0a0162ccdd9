//! Handlers: who listens to a name, and running those that were notified.

import Diagnostics
import Playbooks
import Templates
import Values

extension PlayRunner {
    /// The handlers that a notification means: those that listen to the topic, and the one of that name. Of listeners
    /// with the same name one counts, as if they had been notified by it.
    func handlers(named name: String) -> [PlayTask] {
        let listening = handlers.filter { handler in handler.topics.contains { text(of: $0, handler) == name } }
        var found = listening.filter { $0.name == nil || namedHandler(handlerName($0)) === $0 }
        if let named = namedHandler(name), !found.contains(where: { $0 === named }) { found.append(named) }
        return found
    }

    /// Later sections (the play's own, then later roles) hide earlier ones; within a section the first counts.
    private func namedHandler(_ name: String) -> PlayTask? {
        var best: PlayTask?
        var bestSection: ObjectIdentifier?
        for handler in handlers where matches(handler, name) {
            let section = handler.frame.parent.map(ObjectIdentifier.init)
            if best == nil || section != bestSection {
                best = handler
                bestSection = section
            }
        }
        return best
    }

    private func matches(_ handler: PlayTask, _ name: String) -> Bool {
        let own = handlerName(handler)
        guard own != name else { return true }
        guard let role = handler.frame.role?.role else { return false }
        return name == "\(role.name) : \(own)" || name == "\(role.shortName) : \(own)"
    }

    func handlerName(_ handler: PlayTask) -> String {
        handler.name.flatMap { text(of: $0, handler) } ?? ""
    }

    private func text(of value: TemplatedValue, _ handler: PlayTask) -> String? {
        if case .constant(let value) = value { return value.string ?? (try? value.text()) }
        let scope = HostScope(
            context: run.snapshot(context, variableFiles: variableFiles), host: context.batch.first ?? "localhost",
            frame: handler.frame)
        return try? value.evaluate(in: scope.renderScope).text()
    }

    func awaitsHandlers(_ hosts: [String]) -> Bool {
        hosts.contains { !run.state(of: $0).notified.isEmpty || !run.state(of: $0).due.isEmpty }
    }

    /// Names become handlers only now: a role that came later may have brought another handler of the same name.
    private func resolveNotifications(_ hosts: [String]) {
        var known: [String: [ObjectIdentifier]] = [:]
        for host in hosts {
            let names = run.state(of: host).notified
            guard !names.isEmpty else { continue }
            for name in names where known[name] == nil {
                known[name] = handlers(named: name).map(ObjectIdentifier.init)
            }
            tellNotified(host, Set(names.flatMap { known[$0] ?? [] }))
            run.change(host) { state in
                state.notified = []
                state.due.formUnion(names.flatMap { known[$0] ?? [] })
            }
        }
    }

    private func tellNotified(_ host: String, _ notified: Set<ObjectIdentifier>) {
        let due = run.state(of: host).due
        for handler in handlers where notified.contains(ObjectIdentifier(handler)) {
            guard !due.contains(ObjectIdentifier(handler)) else { continue }
            run.context.emit(.notified(host: host, handler: displayName(handler)))
        }
    }

    /// Runs what was notified, in the order of the handlers, until nothing is left. A handler may notify others.
    func flushHandlers(_ hosts: [String], force: Bool, at point: PlayPoint) async throws(PlayEnd) {
        let failed = force ? hosts.filter { run.state(of: $0).isFailed && !run.state(of: $0).isUnreachable } : []
        for host in failed { run.change(host) { $0.isFailed = false } }
        let starting = active(hosts)
        var finished = false
        while !finished {
            finished = true
            for handler in handlers {
                resolveNotifications(active(hosts))
                let id = ObjectIdentifier(handler)
                let notified = active(hosts).filter { run.state(of: $0).due.contains(id) }
                guard !notified.isEmpty else { continue }
                finished = false
                for host in notified { run.change(host) { $0.due.remove(id) } }
                try await performHandler(handler, notified)
            }
        }
        for host in failed { run.change(host) { $0.isFailed = true } }
        // Who is lost among handlers goes on with those that are left, wherever the handler was written.
        for host in starting where run.state(of: host).isUnreachable { run.change(host) { $0.lostAt = point } }
    }

    private func performHandler(_ handler: PlayTask, _ hosts: [String]) async throws(PlayEnd) {
        let place = Section(hosts: hosts, isRescuable: false)
        guard !stops(hosts, before: handler) else { return }
        if case .meta(let action) = handler.action { return try await meta(action, handler, hosts, place) }
        let outcomes = try await outcomes(of: handler, hosts, place)
        try record(outcomes, of: handler, place)
        try notify(outcomes, of: handler)
        try await include(outcomes, of: handler, place)
        try checkFailures(outcomes, of: handler, place)
    }
}
