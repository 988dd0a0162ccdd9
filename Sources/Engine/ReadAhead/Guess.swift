//! What the next tasks of a host will ask first, as far as that can be told now.

import Connections
import Diagnostics
import Modules
import Playbooks
import Templates
import Values

/// Renders tasks before their time. Nothing comes of it but questions: what cannot be rendered yet, or would do more
/// than read, is passed over, and a task asks for itself all the same when its turn comes.
struct Guess {
    /// The task at work, with a context for guessing.
    private let task: HostTask
    private let host: ConnectionOptions
    private let identity: Identity
    private let known: Set<EarlyQuestion>
    /// How many more tasks or items may be asked for.
    private var room: Int
    /// How many more tasks or items may be looked at.
    private var patience: Int
    /// A shell reads what it is sent byte by byte.
    private var bytes = 24 * 1024
    private var found: [(question: EarlyQuestion, request: ShellRequest)] = []

    /// Questions to the host of a connection, behind those of a task or item at work.
    static func questions(
        behind task: HostTask, to host: ConnectionOptions, as identity: Identity, _ window: Int,
        without known: Set<EarlyQuestion>
    ) -> [(question: EarlyQuestion, request: ShellRequest)] {
        var guess = Guess(
            task: task.guessing, host: host, identity: identity, known: known, room: window, patience: 8 + 4 * window)
        guess.gather()
        return guess.found
    }

    private init(
        task: HostTask, host: ConnectionOptions, identity: Identity, known: Set<EarlyQuestion>, room: Int, patience: Int
    ) {
        self.task = task
        self.host = host
        self.identity = identity
        self.known = known
        self.room = room
        self.patience = patience
    }

    private mutating func gather() {
        if let later = task.laterItems, case .module(let call) = task.task.action {
            guard add(later.loop.reading(in: task), from: later.position, of: task, call) else { return }
        }
        let finished = task.context.state(of: task.host).rolesRun
        for next in UpcomingTasks(task.following, without: finished) {
            guard room > 0, patience > 0, add(task.turning(to: next)) else { return }
        }
    }

    /// False where nothing behind the task can be asked before it has run.
    private mutating func add(_ next: HostTask) -> Bool {
        guard case .module(let call) = next.task.action else { return false }
        guard next.context.run.settings.tags.selects(next.task.frame.allTags) else { return true }
        patience -= 1
        let spec = call.module.spec
        guard spec.needsHost else { return spec.leavesStillness }
        guard spec.leavesStillness, !next.task.takesTime else {
            return next.task.loop == nil && (try? next.skipReason(next.scope)) != nil
        }
        guard let loop = next.task.loop else { return add(next, next.scope, call) }
        guard let items = try? next.loopItems(loop) else { return true }
        return add(HostLoop(task: next, items: items), from: 0, of: next, call)
    }

    private mutating func add(_ loop: HostLoop, from start: Int, of task: HostTask, _ call: ModuleCall) -> Bool {
        guard !loop.pauses else { return false }
        for position in loop.items.indices.dropFirst(start) {
            guard room > 0, patience > 0 else { return false }
            patience -= 1
            guard let scope = try? loop.scope(at: position) else { continue }
            guard add(task, scope, call) else { return false }
        }
        return true
    }

    private mutating func add(_ task: HostTask, _ scope: HostScope, _ call: ModuleCall) -> Bool {
        do {
            guard try task.skipReason(scope) == nil else { return true }
            let first = try HostAction(task: task, scope: scope).firstStep(of: call)
            guard let first else { return true }
            switch first.step {
            case .apply, .wait: return false
            case .lacking, .done: return true
            case .observe(let probe, _): add([probe], first)
            case .observeAll(let probes, _): add(probes, first)
            }
        } catch {
            return true
        }
        return true
    }

    private mutating func add(_ probes: [Probe], _ first: FirstStep) {
        guard first.host == host, first.identity == identity else { return }
        let requests = first.setting.requests(for: probes)
        let size = requests.reduce(0) { $0 + $1.script.utf8.count + $1.input.count }
        guard size <= bytes else { return }
        room -= 1
        for request in requests {
            let question = EarlyQuestion(request, as: identity)
            guard !known.contains(question), !found.contains(where: { $0.question == question }) else { continue }
            found.append((question, request))
            bytes -= request.script.utf8.count + request.input.count
        }
    }
}

/// Where a module begins, and whom it asks.
struct FirstStep {
    let step: Step
    let host: ConnectionOptions
    let identity: Identity
    let setting: ProbeSetting
}

/// The items of a loop that come behind the one at work.
final class LaterItems: Sendable {
    let loop: HostLoop
    let position: Int

    init(_ loop: HostLoop, from position: Int) {
        self.loop = loop
        self.position = position
    }
}

extension ModuleSpec {
    /// Whether a task of this module leaves what was observed before as good as it was, unless it applies something.
    var leavesStillness: Bool { readsAhead || !needsHost && !Self.waiting.contains(names[0]) }

    /// Without a host of their own, and yet behind them everything may be different.
    private static let waiting: Set<String> = [
        "ansible.builtin.async_status", "ansible.builtin.pause", "ansible.builtin.reboot",
        "ansible.builtin.wait_for_connection",
    ]
}

extension PlayTask {
    /// Whether it goes on while others run, or is repeated until something is so.
    var takesTime: Bool {
        frame.inherited(.async) != nil || frame.conditions[.until] != nil || setting(.retries) != nil
    }
}

extension HostTask {
    /// The same task where nothing may come of its rendering.
    fileprivate var guessing: HostTask {
        var copy = self
        copy.context.guess = GuessLimit()
        return copy
    }

    fileprivate func turning(to next: PlayTask) -> HostTask {
        HostTask(task: next, header: header, host: host, context: context, locals: locals)
    }
}

extension HostLoop {
    /// The same items, seen by a task in another context.
    fileprivate func reading(in task: HostTask) -> HostLoop { HostLoop(task: task, items: items) }
}
