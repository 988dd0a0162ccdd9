//! One action on one host: a module driven over a connection, or an include to be resolved.

import Connections
import Diagnostics
import Inventories
import Modules
import Playbooks
import Templates
import Values

struct HostAction: Sendable {
    let task: HostTask
    let scope: HostScope

    func run() async throws(Diagnostic) -> ActionOutcome {
        switch task.task.action {
        case .module(let call): return try await module(call)
        case .dynamicModule(let call): return try await module(resolved(call))
        case .includeVars(let call): return try includeVariables(call)
        case .includeTasks(let include): return try includeTasks(include)
        case .includeRole(let include): return try includeRole(include)
        case .meta: return ActionOutcome(status: .ok, result: ["changed": false])
        }
    }

    var run: RunContext { task.context.run }
    private var frame: Frame { task.task.frame }
    private var render: RenderScope { scope.renderScope }
    var reader: ConnectionReader { ConnectionReader(scope: scope, frame: frame, defaults: run.settings) }

    // MARK: - Modules

    private func module(_ call: ModuleCall) async throws(Diagnostic) -> ActionOutcome {
        var acting = scope
        acting.delegate = try reader.text(reader.keyword(.delegateTo))
        let action = HostAction(task: task, scope: acting)
        if call.module.spec.leavesStillness, !task.task.takesTime { return try await action.delegated(call) }
        return try await run.stillness.disturbed { () throws(Diagnostic) in try await action.delegated(call) }
    }

    /// The module of a call, ready to begin.
    private func prepared(_ call: ModuleCall) throws(Diagnostic) -> PreparedModule {
        let arguments = try ArgumentRenderer(scope: scope, frame: frame).arguments(of: call)
        let checkMode = try reader.flag(of: .checkMode) ?? run.settings.checkMode
        let differences = try reader.flag(of: .diff) ?? run.settings.showsDifferences
        let plain = try Pinning.module(
            call.module, arguments,
            context: ModuleContext(
                controller: TaskController(scope: scope), host: scope.host, showsDifferences: differences,
                verbosity: run.settings.verbosity, pinning: run.settings.pinning,
                platform: Platform(facts: task.context.state(of: scope.delegate ?? scope.host).facts)))
        let module = FileLabels(arguments).map { LabelledModule(plain, $0) } ?? plain
        return PreparedModule(
            module: module, arguments: arguments, checkMode: checkMode, showsDifferences: differences)
    }

    /// Where a module call begins if it runs for this host itself; nil where it asks nothing of it.
    func firstStep(of call: ModuleCall) throws(Diagnostic) -> FirstStep? {
        if let delegate = try reader.text(reader.keyword(.delegateTo)), delegate != scope.host { return nil }
        let prepared = try prepared(call)
        guard !prepared.checkMode || call.module.spec.supportsCheckMode else { return nil }
        return FirstStep(
            step: try prepared.module.start(), host: try reader.options(), identity: try reader.identity(),
            setting: try probeSetting())
    }

    private func delegated(_ call: ModuleCall) async throws(Diagnostic) -> ActionOutcome {
        let prepared = try prepared(call)
        let (module, arguments) = (prepared.module, prepared.arguments)
        let (checkMode, differences) = (prepared.checkMode, prepared.showsDifferences)
        let delegate = scope.delegate
        if call.module.spec.names[0] == "ansible.builtin.async_status" { return await jobStatus(arguments) }
        if call.module.spec.names[0] == "ansible.builtin.wait_for_connection", !checkMode {
            return try await waitForConnection(arguments)
        }
        if call.module.spec.names[0] == "ansible.builtin.reboot" {
            return try await reboot(arguments, reader(for: delegate), checkMode: checkMode)
        }
        if call.module.spec.names[0] == "ansible.posix.synchronize" {
            var outcome = try await synchronize(
                arguments, delegate: delegate, checkMode: checkMode, showsDifferences: differences)
            outcome.delegate = delegate
            return outcome
        }
        if call.module.spec.names[0] == "ansible.builtin.pause", let question = PauseQuestion(arguments) {
            let silent = HostExecutor(
                connection: NoConnection(), identity: .login, setting: ProbeSetting(), host: scope.host,
                checkMode: checkMode, showsDifferences: differences, stillness: run.stillness)
            return try await question.ask(run, driven(module, by: silent))
        }
        let executor = try await executor(
            for: call, delegate: delegate, checkMode: checkMode, showsDifferences: differences)
        if call.module.spec.names[0] == "drover.core.image_send" {
            var outcome = try await sendImage(arguments, by: executor)
            outcome.delegate = delegate
            return outcome
        }
        var outcome: ActionOutcome
        if let seconds = try reader.number(reader.keyword(.async)), seconds > 0, call.module.spec.needsHost {
            let options = try reader(for: delegate).options()
            outcome = try await asynchronous(module, executor, options: options, seconds: seconds)
        } else {
            outcome = try await driven(module, by: executor)
        }
        if outcome.status != .unreachable { outcome.invocation = Invocation.value(of: arguments, call.module.spec) }
        outcome.delegate = delegate
        return outcome
    }

    /// The module's outcome on the host that an executor reaches.
    func driven(_ module: any Module, by executor: HostExecutor) async throws(Diagnostic) -> ActionOutcome {
        do {
            var foretold = task.context.state(of: executor.host).foretold
            foretold.add(task.foretold)
            let driver = StepDriver(
                executor, checkMode: executor.checkMode, showsDifferences: executor.showsDifferences,
                foretold: foretold)
            let result = try await driver.run(module)
            await executor.reader?.noteEnd()
            return finished(result)
        } catch {
            switch error {
            case .mistake(let mistake): throw mistake
            case .execution(let failure): return ActionOutcome(failure)
            }
        }
    }

    private func resolved(_ call: DynamicModuleCall) throws(Diagnostic) -> ModuleCall {
        let name = try call.name.evaluate(in: render).text()
        let module = try ModuleRegistry.standard.module(named: name, at: call.range)
        var arguments = call.arguments
        if let text = call.text {
            for argument in try FreeForm.parse(text.value, for: module.spec, at: text.range) {
                let value = TemplatedValue(text: argument.text, at: text.range)
                arguments.named.append(.init(name: argument.name, value: value, range: text.range))
            }
        }
        return ModuleCall(module: module, writtenName: name, arguments: arguments, range: call.range)
    }

    private func executor(
        for call: ModuleCall, delegate: String?, checkMode: Bool, showsDifferences: Bool
    ) async throws(Diagnostic) -> HostExecutor {
        let reader = try reader(for: delegate)
        var executor = HostExecutor(
            connection: NoConnection(), identity: try reader.identity(), setting: try probeSetting(),
            host: delegate ?? scope.host, checkMode: checkMode, showsDifferences: showsDifferences,
            stillness: run.stillness, emit: run.emit)
        guard call.module.spec.needsHost else { return executor }
        let options = try reader.options()
        executor.connection = try await run.connections.connection(options)
        if run.settings.readsAhead, call.module.spec.readsAhead, delegate ?? scope.host == scope.host {
            executor.reader = EarlyReader(
                answers: run.early, stillness: run.stillness, host: options, task: task)
        }
        return executor
    }

    private func probeSetting() throws(Diagnostic) -> ProbeSetting {
        let seconds = try reader.number(reader.keyword(.timeout)) ?? run.settings.taskTimeout
        return ProbeSetting(environment: try environment(), timeout: seconds > 0 ? .seconds(seconds) : nil)
    }

    /// Connection settings of the host that acts: its own variables, this task's keywords.
    func reader(for delegate: String?) throws(Diagnostic) -> ConnectionReader {
        guard let delegate, delegate != scope.host else { return reader }
        let name = task.context.inventory.knownName(delegate) ?? delegate
        let acting = HostScope(context: task.context, host: name, frame: frame, locals: scope.locals)
        return ConnectionReader(scope: acting, frame: frame, defaults: run.settings)
    }

    /// `environment:` of everything around the task, the innermost winning.
    private func environment() throws(Diagnostic) -> [(name: String, value: String)] {
        var all: [(name: String, value: String)] = []
        for setting in frame.accumulated(.environment) {
            let value = try setting.value.evaluate(in: render).materialized()
            for part in value.list ?? [value] where !part.isNone && !part.isOmit {
                guard let map = part.dict else {
                    throw Diagnostic(
                        .invalidArgument, "environment must be a dictionary, received \(try part.representation())",
                        at: setting.range)
                }
                for (key, value) in map {
                    let name = try key.text()
                    all.removeAll { $0.name == name }
                    all.append((name, try value.text()))
                }
            }
        }
        return all
    }

    private func finished(_ result: ModuleResult) -> ActionOutcome {
        var fields = result.fields
        fields["changed"] = .bool(result.changed)
        if result.failed { fields["failed"] = true }
        if result.skipped { fields["skipped"] = true }
        for effect in result.effects {
            switch effect {
            case .facts(let facts), .variables(let facts, _): fields["ansible_facts"] = .dict(facts)
            default: break
            }
        }
        let status: TaskStatus =
            result.failed ? .failed : result.skipped ? .skipped : result.changed ? .changed : .ok
        return ActionOutcome(
            status: status, result: fields, differences: result.differences, effects: result.effects,
            foretold: result.foretold, isTalkative: result.isTalkative)
    }

    // MARK: - Includes

    private var includeLocals: OrderedMap {
        OrderedMap(scope.locals.sorted { $0.key < $1.key }.filter { !$0.key.hasPrefix("ansible_failed") })
    }

    /// What an include brings in; nil where the task is none.
    func included() throws(Diagnostic) -> ActionOutcome? {
        switch task.task.action {
        case .includeTasks(let include): try includeTasks(include)
        case .includeRole(let include): try includeRole(include)
        case .module, .dynamicModule, .meta, .includeVars: nil
        }
    }

    private func includeTasks(_ include: IncludeTasks) throws(Diagnostic) -> ActionOutcome {
        let name: String
        do {
            name = try include.file.evaluate(in: render).text()
        } catch {
            throw error.located(at: include.range)
        }
        let place = TaskPlace(frame: frame, file: frame.range.file.path, isHandler: task.task.isHandler)
        let candidates = Include.candidates(name, from: place, playbookFolder: task.context.play.play.folder)
        let path = candidates.first(where: Path.isFile)
        var request = request(.tasks(path: path ?? name))
        if path == nil {
            request.mistake = Diagnostic(
                .fileNotFound, "Could not find or access '\(name)' on the Ansible Controller.", at: include.range,
                help: FolderListing.help(for: name, missingAt: candidates),
                notes: ["searched: " + candidates.joined(separator: ", ")])
        }
        return ActionOutcome(
            status: .ok, result: ["changed": false, "include": .string(name), "include_args": [:]], includes: [request])
    }

    private func request(_ target: IncludeRequest.Target) -> IncludeRequest {
        IncludeRequest(target: target, locals: includeLocals)
    }

    private func includeRole(_ include: IncludeRole) throws(Diagnostic) -> ActionOutcome {
        func text(_ value: TemplatedValue?) throws(Diagnostic) -> String? {
            guard let value = try value?.evaluate(in: render), !value.isOmit, !value.isNone else { return nil }
            return try value.text()
        }
        let name = try text(include.name) ?? ""
        let target = IncludeRequest.Target.role(
            name: name, tasksFrom: try text(include.tasksFrom), varsFrom: try text(include.varsFrom),
            defaultsFrom: try text(include.defaultsFrom), handlersFrom: try text(include.handlersFrom))
        func flag(_ value: TemplatedValue?) throws(Diagnostic) -> Bool? {
            try value.map { value throws(Diagnostic) in try value.evaluate(in: render) }.flatMap(reader.flag)
        }
        var request = request(target)
        request.isPublic = try flag(include.isPublic) ?? false
        request.allowsDuplicates = try flag(include.allowDuplicates) ?? true
        request.validatesArguments = try flag(include.validatesArguments) ?? true
        return ActionOutcome(status: .ok, result: ["include": .string(name)], includes: [request])
    }

    private func includeVariables(_ call: ModuleCall) throws(Diagnostic) -> ActionOutcome {
        let arguments = try ArgumentRenderer(scope: scope, frame: frame).arguments(of: call)
        do { return try IncludeVariables(arguments, scope: scope).run() } catch {
            var outcome = ActionOutcome.mistaken(error)
            outcome.result.merge([
                "message": .string(error.message), "ansible_included_var_files": .list([]), "ansible_facts": .dict([:]),
            ])
            return outcome
        }
    }
}

/// A module with everything that its call says about it.
private struct PreparedModule {
    let module: any Module
    let arguments: ModuleArguments
    let checkMode: Bool
    let showsDifferences: Bool
}

extension ActionOutcome {
    /// A host that could not be asked.
    init(_ failure: ConnectionFailure) {
        var result: OrderedMap = ["changed": false, "msg": .string(failure.message)]
        let isHostThere =
            switch failure.kind {
            case .unreachable, .authentication, .hostKey: false
            case .become, .timeout, .content, .shellEnded: true
            }
        result[isHostThere ? "failed" : "unreachable"] = true
        self.init(status: isHostThere ? .failed : .unreachable, result: result, help: failure.help)
    }
}

/// Stands where a module asks nothing of any host.
struct NoConnection: Connection {
    func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply] {
        throw ConnectionFailure(.shellEnded, "a module that runs on the control node asked for a host")
    }

    func close() async {}
}
