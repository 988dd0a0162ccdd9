//! The walk through tasks, blocks, roles and includes, all hosts in lockstep.

import Diagnostics
import Inventories
import Modules
import Playbooks
import Templates
import Values

extension PlayRunner {
    func active(_ hosts: [String]) -> [String] { hosts.filter { run.state(of: $0).isActive } }

    func walk(_ nodes: [PlayNode], _ place: Section) async throws(PlayEnd) {
        for (index, node) in nodes.enumerated() {
            guard !present(place.hosts).isEmpty else { return }
            var here = place
            here.following = Upcoming(nodes[(index + 1)...], then: place.following)
            switch node {
            case .task(let task): try await perform(task, here)
            case .block(let block): try await perform(block, here)
            case .role(let role): try await perform(role, here)
            }
        }
    }

    // MARK: - Blocks

    private func perform(_ block: PlayBlock, _ place: Section) async throws(PlayEnd) {
        let hosts = present(place.hosts)
        var body = place
        body.hosts = hosts
        body.isRescuable = place.isRescuable || !block.rescue.isEmpty
        body.following = Upcoming(block.always, then: place.following)
        try await walk(block.tasks, body)
        if !block.rescue.isEmpty { try await rescue(block, hosts, place) }
        if !block.always.isEmpty { try await always(block, hosts, place) }
    }

    private func rescue(_ block: PlayBlock, _ hosts: [String], _ place: Section) async throws(PlayEnd) {
        let failed = hosts.filter { run.state(of: $0).isFailed && !run.state(of: $0).isUnreachable }
        for host in failed { run.change(host) { $0.isFailed = false } }
        var inside = place
        inside.following = Upcoming(block.always, then: place.following)
        inside.hosts = hosts.filter { failed.contains($0) || isWaiting($0) }
        for host in inside.hosts { inside.failures[host] = lastFailure[host] ?? [:] }
        try await walk(block.rescue, inside)
    }

    /// Failed hosts take part too, and stay failed.
    private func always(_ block: PlayBlock, _ hosts: [String], _ place: Section) async throws(PlayEnd) {
        let failed = hosts.filter { run.state(of: $0).isFailed && !run.state(of: $0).isUnreachable }
        for host in failed { run.change(host) { $0.isFailed = false } }
        var inside = place
        inside.hosts = hosts
        for host in failed { inside.failures[host] = lastFailure[host] ?? [:] }
        let clearings = self.clearings
        try await walk(block.always, inside)
        // Whose errors were cleared meanwhile goes on behind the block.
        guard clearings == self.clearings else { return }
        for host in failed { run.change(host) { $0.isFailed = true } }
    }

    // MARK: - Roles

    func perform(_ role: RoleNode, _ place: Section) async throws(PlayEnd) {
        var before = place
        // Of its dependencies those are left that have not run.
        before.following = Upcoming([.role(role)], then: place.following)
        for dependency in role.dependencies { try await perform(dependency, before) }
        let instance = role.instance
        let hosts = present(place.hosts).filter { host in
            isWaiting(host) || instance.allowsDuplicates || !run.state(of: host).rolesRun.contains(instance.identity)
        }
        guard !hosts.isEmpty else { return }
        for host in active(hosts) { run.change(host) { $0.rolesRun.insert(instance.identity) } }
        var inside = place
        inside.hosts = hosts
        try await walk(role.tasks, inside)
        for host in hosts where run.state(of: host).endedRole == instance.identity {
            run.change(host) { state in
                state.endedRole = nil
                state.hasEnded = false
            }
        }
    }

    // MARK: - Tasks

    private func perform(_ task: PlayTask, _ place: Section) async throws(PlayEnd) {
        let hosts = active(place.hosts)
        try await resumeFlush(of: task, place)
        if !hosts.isEmpty { try await perform(task, on: hosts, place) }
        try await resume(behind: task, place)
    }

    private func perform(_ task: PlayTask, on hosts: [String], _ place: Section) async throws(PlayEnd) {
        guard isSelected(task) else { return }
        if case .meta = task.action {} else { guard try await isWanted(task) else { return } }
        if case .meta(let action) = task.action { return try await meta(action, task, hosts, place) }
        if let refusal = run.context.settings.refusal, let reason = refusal(.task(displayName(task))) {
            return fail(hosts, at: task, because: reason)
        }
        guard !stops(hosts, before: task) else { return }
        let outcomes = try await outcomes(of: task, hosts, place)
        try record(outcomes, of: task, place)
        noteStopped(outcomes, of: task, among: hosts)
        try notify(outcomes, of: task)
        try await include(outcomes, of: task, place)
        try checkFailures(outcomes, of: task, place)
    }

    /// What the person says to `--step`: yes, no, or continue without asking.
    private func isWanted(_ task: PlayTask) async throws(PlayEnd) -> Bool {
        guard run.steps else { return true }
        let question = VariablePrompt(
            question: "Perform task: TASK: \(displayName(task)) (N)o/(y)es/(c)ontinue", fallback: "n")
        let answer: String
        do { answer = try await run.context.answer(to: question).text().lowercased() } catch {
            // Not wanted any more, and it stops in front of this task.
            if error.code == .interrupted, run.context.stop != nil { return true }
            throw .mistake(error)
        }
        if answer.hasPrefix("c") { run.steps = false }
        return answer.hasPrefix("c") || answer.hasPrefix("y")
    }

    /// Tags, and `--start-at-task`.
    private func isSelected(_ task: PlayTask) -> Bool {
        guard run.context.settings.tags.selects(task.frame.allTags) else { return false }
        guard run.startAtTask == nil || isStart(task) else { return false }
        run.startAtTask = nil
        return true
    }

    /// Whether this is the task to start at.
    func isStart(_ task: PlayTask) -> Bool {
        guard let wanted = run.startAtTask else { return false }
        let name = displayName(task)
        let bare = name.split(separator: ":", maxSplits: 1).last.map { String($0).trimmed } ?? name
        return name == wanted || bare == wanted || Glob.matches(wanted, name) || Glob.matches(wanted, bare)
    }

    func outcomes(of task: PlayTask, _ hosts: [String], _ place: Section) async throws(PlayEnd) -> [TaskOutcome] {
        let header = self.header(task)
        run.context.emit(.taskStarted(header))
        let snapshot = run.snapshot(context, variableFiles: variableFiles)
        let (runsOnce, throttle) = try limits(task)
        let chosen = runsOnce ? Array(hosts.prefix(1)) : hosts
        var outcomes = await inParallel(chosen, atMost: throttle, header) { host in
            var hostTask = HostTask(
                task: task, header: header, host: host, context: snapshot, locals: place.failures[host] ?? [:])
            hostTask.following = place.following
            return await hostTask.run()
        }
        let mayStop = task.frame.inherited(.debugger) != nil || debugsFailures
        for index in outcomes.indices where mayStop && run.context.stop == nil {
            let host = outcomes[index].host
            var debugger = TaskDebugger(
                run: run.context,
                hostTask: HostTask(
                    task: task, header: header, host: host, context: snapshot, locals: place.failures[host] ?? [:]),
                outcome: outcomes[index], debugsFailures: debugsFailures)
            do { outcomes[index] = try await debugger.settle() } catch { throw .mistake(error) }
        }
        if runsOnce, let only = outcomes.first {
            for host in hosts.dropFirst() {
                var copy = only
                copy.isCopy = true
                copy.host = host
                // With `delegate_facts`, facts are the delegate's, not everybody's.
                if only.factsHost == only.host { copy.factsHost = host }
                outcomes.append(copy)
            }
        }
        return outcomes
    }

    private func limits(_ task: PlayTask) throws(PlayEnd) -> (runsOnce: Bool, parallel: Int) {
        do {
            var scope = baseScope
            if let first = context.batch.first {
                scope = HostScope(context: scope.context, host: first, frame: task.frame)
            }
            let reader = ConnectionReader(scope: scope, frame: task.frame, defaults: run.context.settings)
            let throttle = try reader.number(reader.keyword(.throttle)) ?? 0
            let forks = max(1, run.context.settings.forks)
            let runsOnce = try reader.ignores(.runOnce) || task.action.concernsWholeRun
            return (runsOnce, throttle > 0 ? min(throttle, forks) : forks)
        } catch {
            throw .mistake(error)
        }
    }

    /// Outcomes in the order of the hosts; none of those whose turn had not come when the run was stopped.
    private func inParallel(
        _ hosts: [String], atMost limit: Int, _ task: TaskHeader,
        _ work: @escaping @Sendable (String) async -> TaskOutcome
    ) async -> [TaskOutcome] {
        if hosts.count == 1 {
            run.work.begin(task, on: hosts[0])
            defer { run.work.end(task, on: hosts[0]) }
            return [await work(hosts[0])]
        }
        return await withTaskGroup(of: (Int, TaskOutcome).self) { group in
            var next = 0
            @EngineActor func start() {
                guard next < hosts.count, run.context.stop == nil else { return }
                let (index, host) = (next, hosts[next])
                next += 1
                run.work.begin(task, on: host)
                group.addTask { (index, await work(host)) }
            }
            for _ in 0..<min(limit, hosts.count) { start() }
            var outcomes: [(Int, TaskOutcome)] = []
            for await outcome in group {
                run.work.end(task, on: hosts[outcome.0])
                outcomes.append(outcome)
                start()
            }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    // MARK: - Names

    func header(_ task: PlayTask) -> TaskHeader {
        let position = task.range.position
        let name = bareName(task)
        return TaskHeader(
            name: displayName(task, name), isHandler: task.isHandler,
            path: "\(task.range.file.path):\(position.line)",
            action: task.action.writtenName, isFree: isFree, isChecked: isChecked(task.frame), identity: task.identity,
            ownName: name,
            role: task.frame.role?.role.name, module: task.action.resolvedName, loopKind: task.loop?.lookup)
    }

    /// As far as it is known before any host is looked at.
    func isChecked(_ frame: Frame) -> Bool {
        let reader = ConnectionReader(scope: baseScope, frame: frame, defaults: run.context.settings)
        return ((try? reader.flag(of: .checkMode)) ?? nil) ?? run.context.settings.checkMode
    }

    /// `role : name`, templates rendered where they can be. `include_role` stands without the role around it.
    func displayName(_ task: PlayTask) -> String { displayName(task, bareName(task)) }

    private func displayName(_ task: PlayTask, _ name: String) -> String {
        if case .includeRole = task.action { return name }
        return task.frame.role.map { "\($0.role.name) : \(name)" } ?? name
    }

    /// The name without the role's.
    func bareName(_ task: PlayTask) -> String {
        let scope = HostScope(
            context: run.snapshot(context, variableFiles: variableFiles), host: context.batch.first ?? "localhost",
            frame: task.frame)
        var name = task.action.writtenName
        if case .includeRole(let include) = task.action, task.name == nil {
            return "\(name) : \(include.name.asWritten)"
        }
        if let written = task.name {
            switch written {
            case .template(let template): name = (try? template.evaluate(in: scope.renderScope).text()) ?? template.text
            default: name = (try? written.evaluate(in: scope.renderScope).text()) ?? name
            }
        }
        return name
    }
}

extension TemplatedValue {
    /// A text before any rendering.
    fileprivate var asWritten: String {
        switch self {
        case .template(let template): template.text
        case .constant(let value): (try? value.text()) ?? ""
        default: ""
        }
    }
}

extension TaskAction {
    /// Modules that act on the run and not on a host: they run once, whatever the number of hosts.
    var concernsWholeRun: Bool {
        guard case .module(let call) = self else { return false }
        return ["ansible.builtin.add_host", "ansible.builtin.pause"].contains(call.module.spec.names[0])
    }
}
