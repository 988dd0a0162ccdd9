//! Gathering facts, and the variables of `vars_files`.

import Diagnostics
import Modules
import Playbooks
import Templates
import Values

extension PlayRunner {
    func gatherFacts(_ hosts: [String]) async throws(PlayEnd) {
        do {
            guard try gathers() else { return }
            let task = try gatheringTask()
            let smart = run.context.settings.gathering == "smart"
            let wanted = active(hosts).filter { !smart || !run.state(of: $0).hasGatheredFacts }
            guard !wanted.isEmpty, run.context.settings.tags.selects(["always"]), hasStart, run.context.stop == nil
            else { return }
            let place = Section(hosts: wanted, isRescuable: false)
            let outcomes = try await outcomes(of: task, wanted, place)
            try record(outcomes, of: task, place)
            for host in wanted where run.state(of: host).isUnreachable { run.change(host) { $0.lostAt = .start } }
            try checkFailures(outcomes, of: task, place)
        } catch let end as PlayEnd {
            throw end
        } catch let mistake as Diagnostic {
            throw .mistake(mistake)
        } catch {
            throw .play
        }
    }

    /// Whether tasks of this play are run; with `--start-at-task` only if that one is among them.
    private var hasStart: Bool {
        run.startAtTask == nil
            || [play.preTasks, play.roles.map { .role($0) }, play.tasks, play.postTasks].contains {
                $0.contains(isStart)
            }
    }

    private func gathers() throws(Diagnostic) -> Bool {
        let reader = ConnectionReader(scope: baseScope, frame: play.frame, defaults: run.context.settings)
        return try reader.flag(of: .gatherFacts) ?? (run.context.settings.gathering != "explicit")
    }

    /// Gathers what the play asks for, or one subset.
    func gatheringTask(subset: String? = nil) throws(Diagnostic) -> PlayTask {
        let setup = try ModuleRegistry.standard.module(named: "ansible.builtin.setup")
        var arguments = TaskArguments()
        let names: [(Keyword, String)] = [
            (.gatherSubset, "gather_subset"), (.gatherTimeout, "gather_timeout"), (.factPath, "fact_path"),
        ]
        for (keyword, name) in names {
            guard let setting = play.frame.settings[keyword], subset == nil || keyword != .gatherSubset else {
                continue
            }
            arguments.named.append(.init(name: name, value: setting.value, range: setting.range))
        }
        if let subset {
            arguments.named.append(.init(name: "gather_subset", value: .constant(.string(subset)), range: nil))
        }
        let frame = Frame(
            parent: play.frame, kind: .task,
            settings: [.name: Setting(value: .constant("Gathering Facts"), range: play.frame.range)],
            tags: ["always"], range: play.frame.range)
        let call = ModuleCall(
            module: setup, writtenName: "gather_facts", arguments: arguments, range: play.frame.range)
        return PlayTask(frame: frame, action: .module(call), loop: nil)
    }

    /// `vars_files` for each host, since their names may depend on its variables. What cannot be named yet is left out.
    func readVariableFiles(_ hosts: [String]) throws(Diagnostic) {
        guard !play.variableFiles.isEmpty else { return }
        for host in hosts {
            var layers: [[String: TemplatedValue]] = []
            for setting in play.variableFiles {
                if let layer = try variables(setting, host) { layers.append(layer) }
                variableFiles[host] = layers
            }
        }
    }

    private func variables(_ setting: Setting, _ host: String) throws(Diagnostic) -> [String: TemplatedValue]? {
        let scope = HostScope(
            context: run.snapshot(context, variableFiles: variableFiles), host: host, frame: play.frame)
        let candidates: Value
        do {
            candidates = try setting.value.evaluate(in: scope.renderScope).materialized()
        } catch {
            guard error.code == .undefinedVariable else { throw error.located(at: setting.range) }
            return nil
        }
        let controller = TaskController(scope: scope)
        for candidate in candidates.list ?? [candidates] {
            let name = try candidate.text()
            guard let path = try? controller.path(of: name, in: .vars) else { continue }
            return try VariableFile.read(path, decrypt: run.context.vault)
        }
        return nil
    }
}

extension [PlayNode] {
    /// Whether a task among them, or within them, is meant.
    fileprivate func contains(_ isMeant: (PlayTask) -> Bool) -> Bool {
        contains { node in
            switch node {
            case .task(let task): isMeant(task)
            case .block(let block): [block.tasks, block.rescue, block.always].contains { $0.contains(isMeant) }
            case .role(let role):
                role.tasks.contains(isMeant) || role.dependencies.map { PlayNode.role($0) }.contains(isMeant)
            }
        }
    }
}
