//! What playbooks would bring to hosts, as far as it is known before anything runs.

import Diagnostics
import Modules
import Playbooks
import Templates
import Values

/// One task on one host that names something which can be pinned.
package struct PinnableCall: Sendable {
    /// The host that acts.
    package let host: String
    package let spec: ModuleSpec
    package let arguments: ModuleArguments
    /// nil where the host does not tell.
    package let platform: Platform?
}

/// Everything in some playbooks that can be pinned.
package struct PinSurvey: Sendable {
    package internal(set) var calls: [PinnableCall] = []
    /// Roles by name, with the folder that each was read from.
    package internal(set) var roles: [String: String] = [:]
    /// All hosts of the plays.
    package internal(set) var hosts: [String] = []
}

extension Run {
    /// Reads the playbooks and asks their hosts for minimal facts, which conditions and pins go by. Nothing is changed.
    /// Files and roles that are included while a play runs are read as far as their names can be told now. What depends
    /// on results of earlier tasks is left out.
    package func pinSurvey(_ paths: [String]) async throws(Diagnostic) -> PinSurvey {
        var playbooks: [Playbook] = []
        for path in paths { playbooks.append(try loader.read(path)) }
        if let mistake = loader.missingModulesMistake() { throw mistake }
        return try await pinSurvey(playbooks)
    }

    /// The same for a playbook that no file holds, as if it stood at `path`.
    package func pinSurvey(text: String, at path: String) async throws(Diagnostic) -> PinSurvey {
        try await pinSurvey([loader.load(text: text, at: path)])
    }

    private func pinSurvey(_ playbooks: [Playbook]) async throws(Diagnostic) -> PinSurvey {
        var survey = PinSurvey()
        for playbook in playbooks {
            loader.mainFolder = Path.folder(of: playbook.path)
            for play in playbook.plays {
                readVariables(beside: play)
                loader.playbookFolder = play.folder
                try await PlayRunner(run: self, play: play).add(to: &survey)
            }
        }
        await context.connections.closeAll()
        return survey
    }
}

extension PlayRunner {
    fileprivate func add(to survey: inout PinSurvey) async throws(Diagnostic) {
        survey.add(play.roles.flatMap(\.allInstances) + play.publicRoles)
        let nodes = play.preTasks + play.roles.map { .role($0) } + play.tasks + play.postTasks
        let tasks = nodes.flatMap(\.everyTask) + play.handlers
        let hosts = try selectedHosts()
        for host in hosts where !survey.hosts.contains(host) { survey.hosts.append(host) }
        guard tasks.contains(where: mayBring), !hosts.isEmpty else { return }
        context = PlayContext(
            play: play, name: "", prompts: [:], allHosts: hosts, batch: hosts, publicRoles: context.publicRoles)
        try await askForMinimalFacts(hosts.filter { run.state(of: $0).facts.isEmpty })
        try readVariableFiles(hosts)
        add(tasks, of: hosts, inside: [], to: &survey)
    }

    /// Whether a task is selected and names something that can be pinned, or includes others.
    private func mayBring(_ task: PlayTask) -> Bool {
        guard run.context.settings.tags.selects(task.frame.allTags) else { return false }
        return switch task.action {
        case .module(let call): !call.module.spec.pinnable.isEmpty
        case .includeTasks, .includeRole: true
        case .dynamicModule, .meta, .includeVars: false
        }
    }

    /// `inside` is what is being included: it is not followed into itself, since only a run can tell where that ends.
    private func add(
        _ tasks: [PlayTask], of hosts: [String], inside: Set<IncludeRequest.Target>, to survey: inout PinSurvey
    ) {
        for task in tasks where mayBring(task) {
            let snapshot = run.snapshot(context, variableFiles: variableFiles)
            let header = header(task)
            let here = hosts.map { HostTask(task: task, header: header, host: $0, context: snapshot) }
            guard case .module(let call) = task.action else {
                for (request, hosts) in included(by: here) where !inside.contains(request.target) {
                    // What cannot be loaded is told when its turn comes, if it ever does.
                    guard let nodes = try? load(request, of: task) else { continue }
                    let roles = nodes.flatMap(\.roles)
                    survey.add(roles.flatMap(\.allInstances))
                    let tasks = nodes.flatMap(\.everyTask) + roles.flatMap(\.allHandlers)
                    add(tasks, of: hosts, inside: inside.union([request.target]), to: &survey)
                }
                continue
            }
            for host in here { survey.calls += host.pinnable(call) }
        }
    }

    /// What hosts would include, and which of them.
    private func included(by tasks: [HostTask]) -> [(request: IncludeRequest, hosts: [String])] {
        var groups: [(request: IncludeRequest, hosts: [String])] = []
        for task in tasks {
            for request in task.includeRequests {
                if let index = groups.firstIndex(where: { $0.request.key == request.key }) {
                    groups[index].hosts.append(task.host)
                } else {
                    groups.append((request, [task.host]))
                }
            }
        }
        return groups
    }

    private func askForMinimalFacts(_ hosts: [String]) async throws(Diagnostic) {
        guard !hosts.isEmpty else { return }
        let place = Section(hosts: hosts, isRescuable: false)
        do throws(PlayEnd) {
            let task: PlayTask
            do { task = try gatheringTask(subset: "min") } catch { throw .mistake(error) }
            let outcomes = try await outcomes(of: task, hosts, place)
            try record(outcomes, of: task, place)
        } catch {
            if case .mistake(let mistake) = error { throw mistake }
        }
    }
}

extension PinSurvey {
    fileprivate mutating func add(_ instances: [RoleInstance]) {
        for instance in instances { roles[instance.role.name] = instance.role.path }
    }
}

extension HostTask {
    /// Where the task would be done, items of its loop one by one; nothing where only the run itself can tell. A
    /// condition that cannot be told yet may turn out to be met.
    private var likelyScopes: [HostScope] {
        var scopes = [scope]
        if let loop = task.loop {
            guard let items = try? loopItems(loop), let all = try? HostLoop(task: self, items: items).scopes() else {
                return []
            }
            scopes = all
        }
        return scopes.filter { scope in (try? skipReason(scope))??.status != .skipped }
    }

    /// What the host would include.
    fileprivate var includeRequests: [IncludeRequest] {
        likelyScopes.flatMap { scope in (try? HostAction(task: self, scope: scope).included())?.includes ?? [] }
    }

    /// The calls of a module that the host would make.
    fileprivate func pinnable(_ call: ModuleCall) -> [PinnableCall] {
        likelyScopes.compactMap { scope in
            let arguments = try? ArgumentRenderer(scope: scope, frame: task.frame).arguments(of: call)
            guard let arguments else { return nil }
            let reader = HostAction(task: self, scope: scope).reader
            let delegate = try? reader.text(reader.keyword(.delegateTo))
            let acting = (delegate ?? nil) ?? scope.host
            return PinnableCall(
                host: acting, spec: call.module.spec, arguments: arguments,
                platform: Platform(facts: context.state(of: acting).facts))
        }
    }
}

extension PlayNode {
    /// The tasks in this node, those that only follow a failure included.
    fileprivate var everyTask: [PlayTask] {
        switch self {
        case .task(let task): [task]
        case .block(let block): (block.tasks + block.rescue + block.always).flatMap(\.everyTask)
        case .role(let role):
            role.dependencies.flatMap { PlayNode.role($0).everyTask } + role.tasks.flatMap(\.everyTask)
        }
    }
}
