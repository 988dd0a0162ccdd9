//! Dynamic includes: hosts that want the same file with the same variables run it together.

import Diagnostics
import Playbooks
import Templates
import Values
import YAML

extension PlayRunner {
    func include(_ outcomes: [TaskOutcome], of task: PlayTask, _ place: Section) async throws(PlayEnd) {
        var groups: [(request: IncludeRequest, hosts: [String])] = []
        for outcome in outcomes {
            for request in outcome.action.includes {
                // What a host wants twice, it gets twice.
                if let index = groups.firstIndex(where: {
                    $0.request.key == request.key && !$0.hosts.contains(outcome.host)
                }) {
                    groups[index].hosts.append(outcome.host)
                } else {
                    groups.append((request, [outcome.host]))
                }
            }
        }
        for (request, hosts) in groups {
            run.context.emit(.included(file: request.target.shownName, hosts: hosts, item: request.label))
        }
        for (request, hosts) in groups { try await perform(request, of: task, hosts: active(hosts), place) }
    }

    private func perform(
        _ request: IncludeRequest, of task: PlayTask, hosts: [String], _ place: Section
    ) async throws(PlayEnd) {
        guard !hosts.isEmpty else { return }
        var inside = place
        inside.hosts = hosts
        let nodes: [PlayNode]
        do {
            nodes = try load(request, of: task)
        } catch {
            return try reject(error, of: task, hosts, place)
        }
        if task.isHandler {
            for handler in nodes.flatMap(\.handlers) {
                let outcomes = try await outcomes(of: handler, active(hosts), inside)
                try record(outcomes, of: handler, inside)
                try notify(outcomes, of: handler)
                try checkFailures(outcomes, of: handler, inside)
            }
        } else {
            try await walk(nodes, inside)
        }
    }

    /// A file that is not there fails the hosts that wanted it; a block around may rescue them. A file that says
    /// something wrong ends the run.
    private func reject(
        _ mistake: Diagnostic, of task: PlayTask, _ hosts: [String], _ place: Section
    ) throws(PlayEnd) {
        guard [.fileNotFound, .fileUnreadable, .roleNotFound].contains(mistake.code) else { throw .mistake(mistake) }
        for host in hosts {
            let outcome = TaskOutcome(host: host, action: .mistaken(mistake), factsHost: host)
            let hostTask = HostTask(
                task: task, header: header(task), host: host,
                context: run.snapshot(context, variableFiles: variableFiles))
            run.context.emit(.result(hostTask.reported(outcome.action, item: nil)))
            try record([outcome], of: task, place)
        }
    }

    private func load(_ request: IncludeRequest, of task: PlayTask) throws(Diagnostic) -> [PlayNode] {
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
            let frame = includeFrame(task, include.apply, variables, file: path)
            let nodes = try run.loader.includedTasks(
                inFile: path, in: TaskPlace(frame: frame, file: path, isHandler: task.isHandler))
            adopt(nodes.flatMap(\.roles))
            return nodes
        case .role(let name, let tasksFrom, let varsFrom, let defaultsFrom, let handlersFrom):
            guard case .includeRole(let include) = task.action else { return [] }
            let frame = includeFrame(task, include.apply, variables, file: task.range.file.path)
            var use = RoleUse(name: name, range: include.range)
            use.tasksFrom = tasksFrom
            use.varsFrom = varsFrom
            use.defaultsFrom = defaultsFrom
            use.handlersFrom = handlersFrom
            use.isPublic = request.isPublic
            use.parameters = task.frame.variables
            use.allowDuplicates = request.allowsDuplicates
            return [.role(try loadedRole(use, in: frame, file: task.range.file.path))]
        }
    }

    /// Roles that an included file imports bring in their handlers and public variables.
    private func adopt(_ roles: [RoleNode]) {
        handlers += roles.flatMap(\.allHandlers)
        context.publicRoles += roles.flatMap(\.allInstances).filter(\.isPublic)
    }

    private func loadedRole(_ use: RoleUse, in frame: Frame, file: String) throws(Diagnostic) -> RoleNode {
        let role = try run.loader.includedRole(use, in: frame, file: file)
        handlers += role.allHandlers
        adopt(role.importedRoles)
        if use.isPublic { context.publicRoles += role.allInstances }
        return role
    }

    /// What is inside inherits from around the include, and from `apply`; not from the include's own keywords.
    private func includeFrame(
        _ task: PlayTask, _ apply: AppliedKeywords?, _ variables: [String: TemplatedValue], file: String
    ) -> Frame {
        let contents = apply?.keywords
        return Frame(
            parent: task.frame.parent, kind: .include(file), settings: contents?.settings ?? [:],
            conditions: contents?.conditions ?? [:],
            variables: (contents?.variables ?? [:]).merging(variables) { applied, _ in applied },
            tags: contents?.tags ?? [], range: task.range)
    }
}
