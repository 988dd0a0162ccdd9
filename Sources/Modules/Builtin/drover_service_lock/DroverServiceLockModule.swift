//! `drover.core.service_lock`: a lease on services, so that two deploys do not meet.

import Diagnostics
import Values

package struct DroverServiceLockModule: Module {
    private enum State: String { case acquired, renewed, released, status }

    package static let spec = ModuleSpec(
        ["drover.core.service_lock"], "A lease on services of a host that keeps other deploys away",
        arguments: [
            ArgumentSpec(
                "services", .list(of: .string), "Names of the services: all are locked, or none", required: true),
            ArgumentSpec(
                "state", .string, "What shall be; status only tells", default: "acquired",
                choices: ["acquired", "renewed", "released", "status"]),
            ArgumentSpec("run", .string, "Who holds the lock: the id of a run"),
            ArgumentSpec("owner", .string, "The person behind it, for others to read"),
            ArgumentSpec("message", .string, "Why, for others to read"),
            ArgumentSpec("lease", .int, "Seconds until the lock ends by itself", default: 60),
            ArgumentSpec("force", .bool, "Release whoever holds it", default: false),
            StateDirectory.argument,
        ],
        requiredIf: [.init("state", is: "acquired", ["run"]), .init("state", is: "renewed", ["run"])])

    private let state: State
    private let names: [String]
    private let run: String
    private let owner: String
    private let message: String
    private let lease: Int
    private let isForced: Bool
    private let directory: StateDirectory

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        state = arguments.string("state").flatMap(State.init) ?? .acquired
        names = try StateDirectory.names("services", arguments)
        run = arguments.string("run") ?? ""
        owner = arguments.string("owner") ?? ""
        message = arguments.string("message") ?? ""
        lease = arguments.int("lease") ?? 60
        isForced = arguments.bool("force") ?? false
        directory = try StateDirectory(arguments)
        guard lease >= 1 else { throw arguments.invalid("lease", "a lease lasts a second at least") }
        if state == .released, run.isEmpty, !isForced {
            throw arguments.invalid(
                "state", "'state: released' needs 'run'", help: "or 'force: true' to release whoever holds the lock")
        }
        if isForced, state != .released {
            throw arguments.invalid("force", "'force' is for 'state: released'")
        }
    }

    package func start() throws(Diagnostic) -> Step { look(attempt: 1) }

    private func look(attempt: Int) -> Step {
        .observe(LockView.probe(names, in: directory)) { (observation) throws(Diagnostic) in
            let view = LockView(observation)
            if let complaint = view.complaint {
                return .done(.failure("cannot look at the locks: \(Self.explained(complaint))"))
            }
            return switch state {
            case .status: .done(ModuleResult(fields: ["locks": view.value(of: names)]))
            case .acquired: try acquire(view, attempt)
            case .renewed: try renew(view, attempt)
            case .released: release(view, attempt)
            }
        }
    }

    // MARK: States

    private func acquire(_ view: LockView, _ attempt: Int) throws(Diagnostic) -> Step {
        var refusals: [String] = []
        var fences: [String: Int] = [:]
        for name in names {
            switch view.holder(of: name) {
            case .nobody: fences[name] = view.fence(of: name) + 1
            case .held(let lock) where lock.run == run: fences[name] = lock.fence
            case .held(let lock) where lock.secondsLeft(at: view.now) == 0: fences[name] = view.fence(of: name) + 1
            case .held(let lock): refusals.append(lock.refusal(of: name, at: view.now))
            case .damaged:
                refusals.append(
                    "the lock file \(directory.path)/\(name).lock cannot be read; look at it, then remove it with: "
                        + "drover lock release \(name)")
            }
        }
        return try refusals.isEmpty ? write(fences, view, attempt) : refuse(refusals, view)
    }

    private func renew(_ view: LockView, _ attempt: Int) throws(Diagnostic) -> Step {
        var refusals: [String] = []
        var lost: [Value] = []
        var fences: [String: Int] = [:]
        for name in names {
            switch view.holder(of: name) {
            case .held(let lock) where lock.run == run:
                fences[name] = lock.fence
                continue
            case .held(let lock):
                refusals.append(
                    "another deploy has taken over service '\(name)': \(lock.owner), run \(lock.run)")
            case .nobody, .damaged:
                refusals.append("the lock of service '\(name)' is gone: somebody has released it")
            }
            lost.append(.string(name))
        }
        return try refusals.isEmpty
            ? write(fences, view, attempt) : refuse(refusals, view, ["lost": .list(lost)])
    }

    private func release(_ view: LockView, _ attempt: Int) -> Step {
        var script = LockScript(directory: directory)
        var released: [Value] = []
        var takesAway = false
        for name in names {
            let isOwn: Bool
            switch view.holder(of: name) {
            case .nobody: continue
            case .held(let lock): isOwn = lock.run == run
            case .damaged: isOwn = false
            }
            guard isOwn || isForced else { continue }
            released.append(.string(name))
            script.swaps.append(.init(file: "\(name).lock", seen: view.text("lock", of: name), text: nil))
            guard !isOwn else { continue }
            // Whoever holds it may still be at work: a higher number keeps it from switching.
            takesAway = true
            script.swaps.append(fence(view.fence(of: name) + 1, name, view))
        }
        let fields: OrderedMap = ["released": .list(released), "locks": view.value(of: names)]
        if released.isEmpty { return .done(ModuleResult(fields: fields)) }
        let change = Change(takesAway ? .changes : .upkeep, fields: fields)
        return apply(change, script, ModuleResult(changed: takesAway, fields: fields), attempt)
    }

    // MARK: Acts

    private func write(_ fences: [String: Int], _ view: LockView, _ attempt: Int) throws(Diagnostic) -> Step {
        var script = LockScript(directory: directory)
        var numbers: OrderedMap = [:]
        for name in names {
            guard let number = fences[name] else { continue }
            let lock = DeployLock(
                run: run, owner: owner, message: message, since: since(name, view), expires: view.now + lease,
                fence: number)
            // The number first: a lock whose number is not on record would be given out twice.
            if Int(view.text("fence", of: name).trimmed) != number { script.swaps.append(fence(number, name, view)) }
            script.swaps.append(
                .init(file: "\(name).lock", seen: view.text("lock", of: name), text: try lock.text))
            numbers[name] = .int(number)
        }
        let result = ModuleResult(fields: ["fences": .dict(numbers), "expires": .int(view.now + lease)])
        return apply(Change(.upkeep), script, result, attempt)
    }

    /// A lock of one's own goes on; others begin now.
    private func since(_ name: String, _ view: LockView) -> Int {
        guard case .held(let lock) = view.holder(of: name), lock.run == run else { return view.now }
        return lock.since
    }

    private func fence(_ number: Int, _ name: String, _ view: LockView) -> LockScript.Swap {
        .init(file: "\(name).fence", seen: view.text("fence", of: name), text: String(number))
    }

    private func apply(_ change: Change, _ script: LockScript, _ result: ModuleResult, _ attempt: Int) -> Step {
        .apply(change, script.script) { output in
            switch output.status {
            case 0: return .done(result)
            case LockScript.Refusal.moved where attempt < 5: return look(attempt: attempt + 1)
            case LockScript.Refusal.moved, LockScript.Refusal.busy:
                return .done(.failure("others change the locks in \(directory.path) all the time; try again"))
            default:
                return .done(.failure("cannot write the locks: \(Self.explained(output.errorText))"))
            }
        }
    }

    private func refuse(_ refusals: [String], _ view: LockView, _ more: OrderedMap = [:]) -> Step {
        .done(
            .failure(refusals.joined(separator: "; "), fields: more.merging(["locks": view.value(of: names)])))
    }

    private static func explained(_ complaint: String) -> String {
        let text = complaint.trimmed
        return text.contains("Permission denied") ? "\(text) (use 'become: true')" : text
    }
}
