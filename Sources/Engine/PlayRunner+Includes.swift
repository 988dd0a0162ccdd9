//! Dynamic includes: hosts that want the same file with the same variables run it together.

import Diagnostics
import Playbooks
import Templates
import Values
import YAML

extension PlayRunner {
    func include(_ outcomes: [TaskOutcome], of task: PlayTask, _ place: Section) async throws(PlayEnd) {
        var loaded: [(nodes: [PlayNode], hosts: [String])] = []
        var rejected: [TaskOutcome] = []
        for group in groups(outcomes) {
            let nodes: [PlayNode]
            do { nodes = try load(group.request, of: task) } catch {
                rejected += try reject(error, group, of: task)
                continue
            }
            run.context.emit(
                .included(
                    file: group.request.target.shownName, hosts: group.hosts, item: group.request.label,
                    task: header(task)))
            // Every file or role that is included counts, as Ansible has it.
            for host in group.counted { run.count(host) { $0.ok += 1 } }
            loaded.append((nodes, group.hosts))
        }
        for (nodes, hosts) in loaded { try await perform(nodes, of: task, hosts: active(hosts), place) }
        // What could be loaded runs on them all the same.
        for outcome in rejected { fail(outcome, task) }
    }

    private struct Group {
        let request: IncludeRequest
        var hosts: [String]
        /// Those that asked themselves; others only follow a `run_once`.
        var counted: [String]
    }

    private func groups(_ outcomes: [TaskOutcome]) -> [Group] {
        var groups: [Group] = []
        for outcome in outcomes {
            let counted = outcome.isCopy ? [] : [outcome.host]
            for request in outcome.action.includes {
                // What a host wants twice, it gets twice.
                if let index = groups.firstIndex(where: {
                    $0.request.key == request.key && !$0.hosts.contains(outcome.host)
                }) {
                    groups[index].hosts.append(outcome.host)
                    groups[index].counted += counted
                } else {
                    groups.append(Group(request: request, hosts: [outcome.host], counted: counted))
                }
            }
        }
        return groups
    }

    private func perform(
        _ nodes: [PlayNode], of task: PlayTask, hosts: [String], _ place: Section
    ) async throws(PlayEnd) {
        guard !hosts.isEmpty else { return }
        var inside = place
        inside.hosts = hosts
        if task.isHandler {
            for handler in nodes.flatMap(\.handlers) {
                guard !stops(active(hosts), before: handler) else { continue }
                let outcomes = try await outcomes(of: handler, active(hosts), inside)
                try record(outcomes, of: handler, inside)
                try notify(outcomes, of: handler)
                try checkFailures(outcomes, of: handler, inside)
            }
        } else {
            let stops = run.stops.count
            try await walk(nodes, inside)
            liftStops(of: hosts, since: stops, to: task)
            if hosts.contains(where: { run.state(of: $0).isUnreachable || isWaiting($0) }) {
                leftIncludes[ObjectIdentifier(task), default: []].append(LeftInclude(nodes: nodes, hosts: hosts))
            }
        }
    }

    /// A file that is not there, or holds no list, fails the hosts that wanted it, whatever `ignore_errors` says; a
    /// block around may rescue them, and they count as failed all the same. A file with any other mistake ends the run.
    private func reject(_ mistake: Diagnostic, _ group: Group, of task: PlayTask) throws(PlayEnd) -> [TaskOutcome] {
        let failing: [DiagnosticCode] = [.fileNotFound, .fileUnreadable, .roleNotFound, .notATaskList]
        guard failing.contains(mistake.code) else { throw .mistake(mistake) }
        return group.hosts.map { host in
            var action = ActionOutcome(
                status: .failed,
                result: [
                    "changed": false, "failed": true, "reason": .string(mistake.message),
                    "include": .string(group.request.target.shownName),
                ])
            // It is the same for all of them: told once.
            if host == group.hosts.first { action.mistake = mistake }
            let hostTask = HostTask(
                task: task, header: header(task), host: host,
                context: run.snapshot(context, variableFiles: variableFiles))
            run.context.emit(.result(hostTask.reported(action, item: nil)))
            run.count(host) { $0.failed += 1 }
            return TaskOutcome(host: host, action: action, factsHost: host)
        }
    }

    func load(_ request: IncludeRequest, of task: PlayTask) throws(Diagnostic) -> [PlayNode] {
        if let mistake = request.mistake { throw mistake }
        if task.frame.chain.count > 200 {
            throw Diagnostic(
                .templateRecursion, "includes are nested more than 200 deep", at: task.range,
                help: "an include that includes itself needs a condition that ends it")
        }
        var variables = task.frame.variables
        for (key, value) in request.locals { if let name = key.string { variables[name] = .constant(value) } }
        switch request.target {
        case .tasks(let path):
            guard case .includeTasks(let include) = task.action else { return [] }
            let frame = task.includedFrame(include.apply, variables, file: path)
            let nodes = try run.loader.includedTasks(
                inFile: path, in: TaskPlace(frame: frame, file: path, isHandler: task.isHandler))
            adopt(nodes.flatMap(\.roles))
            return nodes
        case .role(let name, let tasksFrom, let varsFrom, let defaultsFrom, let handlersFrom):
            guard case .includeRole(let include) = task.action else { return [] }
            let frame = task.includedFrame(include.apply, variables, file: task.range.file.path)
            var use = RoleUse(name: name, range: include.range)
            use.tasksFrom = tasksFrom
            use.varsFrom = varsFrom
            use.defaultsFrom = defaultsFrom
            use.handlersFrom = handlersFrom
            use.isPublic = request.isPublic
            use.parameters = task.frame.variables
            use.allowDuplicates = request.allowsDuplicates
            use.validatesArguments = request.validatesArguments
            return [.role(try loadedRole(use, in: frame, file: task.range.file.path))]
        }
    }

    /// Roles that an included file imports bring in their handlers and public variables.
    private func adopt(_ roles: [RoleNode]) {
        handlers += roles.flatMap(\.allHandlers)
        context.roles += roles.flatMap(\.allInstances)
        context.publicRoles += roles.flatMap(\.allInstances).filter(\.isPublic)
    }

    private func loadedRole(_ use: RoleUse, in frame: Frame, file: String) throws(Diagnostic) -> RoleNode {
        let role = try run.loader.includedRole(use, in: frame, file: file)
        handlers += role.allHandlers
        adopt(role.importedRoles)
        context.roles += role.allInstances
        if use.isPublic { context.publicRoles += role.allInstances }
        return role
    }
}
