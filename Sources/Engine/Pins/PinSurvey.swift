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
    /// What depends on results of earlier tasks is left out, as are files that are included while a play runs.
    package func pinSurvey(_ paths: [String]) async throws(Diagnostic) -> PinSurvey {
        var survey = PinSurvey()
        var playbooks: [Playbook] = []
        for path in paths { playbooks.append(try loader.read(path)) }
        if let mistake = loader.missingModulesMistake() { throw mistake }
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
        for instance in play.roles.flatMap(\.allInstances) + play.publicRoles {
            survey.roles[instance.role.name] = instance.role.path
        }
        let nodes = play.preTasks + play.roles.map { .role($0) } + play.tasks + play.postTasks
        let tasks = (nodes.flatMap(\.everyTask) + play.handlers).filter { task in
            guard case .module(let call) = task.action else { return false }
            return !call.module.spec.pinnable.isEmpty && run.context.settings.tags.selects(task.frame.allTags)
        }
        let hosts = try selectedHosts()
        for host in hosts where !survey.hosts.contains(host) { survey.hosts.append(host) }
        guard !tasks.isEmpty, !hosts.isEmpty else { return }
        context = PlayContext(
            play: play, name: "", prompts: [:], allHosts: hosts, batch: hosts, publicRoles: context.publicRoles)
        try await askForMinimalFacts(hosts.filter { run.state(of: $0).facts.isEmpty })
        try readVariableFiles(hosts)
        let snapshot = run.snapshot(context, variableFiles: variableFiles)
        for task in tasks {
            guard case .module(let call) = task.action else { continue }
            let header = header(task)
            for host in hosts {
                let here = HostTask(task: task, header: header, host: host, context: snapshot)
                survey.calls += here.pinnable(call)
            }
        }
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

extension HostTask {
    /// The calls of a module that a host would make, those left out that only the run itself can tell.
    fileprivate func pinnable(_ call: ModuleCall) -> [PinnableCall] {
        var scopes = [scope]
        if let loop = task.loop {
            guard let items = try? loopItems(loop), let all = try? HostLoop(task: self, items: items).scopes() else {
                return []
            }
            scopes = all
        }
        return scopes.compactMap { scope in
            // A condition that cannot be told yet may turn out to be met.
            if let skipped = try? skipReason(scope), skipped.status == .skipped { return nil }
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
