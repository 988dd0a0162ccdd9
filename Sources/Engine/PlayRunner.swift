//! One play: its hosts, batches, sections and handlers.

import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

/// Why the walk through a play ends early.
enum PlayEnd: Error {
    /// `meta: end_batch`, or no host is left in the batch.
    case batch
    /// `meta: end_play`, or too many hosts failed.
    case play
    /// The author's mistake that stops everything.
    case mistake(Diagnostic)
}

@EngineActor
final class PlayRunner {
    let run: Run
    let play: Play
    var context: PlayContext
    var variableFiles: [String: [[String: TemplatedValue]]] = [:]
    /// Handlers by section: those of each role, then the play's own, then those of included roles.
    var handlers: [PlayTask]
    /// `ansible_failed_task` and `ansible_failed_result` of each host that failed.
    var lastFailure: [String: [String: Value]] = [:]
    /// Hosts of the play that were out before it began.
    private(set) var absent: [String] = []
    /// How often errors have been cleared.
    var clearings = 0
    /// By the task that included them.
    var leftIncludes: [ObjectIdentifier: [LeftInclude]] = [:]
    /// Whether the strategy lets every host go on at its own speed.
    private(set) var isFree = false
    /// Whether a person is asked about tasks that failed, where `debugger` says nothing.
    private(set) var debugsFailures = false

    init(run: Run, play: Play) {
        self.run = run
        self.play = play
        let publicRoles = play.publicRoles
        context = PlayContext(
            play: play, name: "", prompts: [:], allHosts: [], batch: [], publicRoles: publicRoles,
            roles: play.writtenRoles)
        handlers = play.handlers
    }

    /// Runs the play; false where no later play may run, because every host failed.
    func run() async throws(Diagnostic) -> Bool {
        let matching = try matchingHosts()
        let selected = matching.filter { run.state(of: $0).isInPlay }
        absent = matching.filter { !run.state(of: $0).isInPlay }
        let hosts = try ordered(selected)
        context = PlayContext(
            play: play, name: try playName(hosts), prompts: try await prompts(), allHosts: selected, batch: hosts,
            publicRoles: context.publicRoles, roles: context.roles)
        guard !hosts.isEmpty else {
            run.context.emit(.playStarted(name: context.name, hosts: hosts))
            run.context.emit(.noHostsMatched)
            return true
        }
        run.recallFacts(of: hosts)
        for host in hosts + absent {
            run.change(host) { state in
                state.rolesRun = []
                state.hasEnded = false
                state.notified = []
                state.due = []
                state.comeback = nil
                state.lostAt = .start
            }
        }
        return try await runBatches(hosts)
    }

    private func runBatches(_ hosts: [String]) async throws(Diagnostic) -> Bool {
        for batch in try batches(hosts) {
            if run.context.settings.refusal?(.batch(batch)) != nil { return false }
            let before = batch.filter { run.state(of: $0).isInPlay }
            context.batch = batch
            run.context.emit(.playStarted(name: context.name, hosts: batch))
            do {
                try await runBatch(absent.isEmpty ? batch : batch + absent)
            } catch {
                switch error {
                case .batch: break
                case .play: return !before.allSatisfy { !run.state(of: $0).isInPlay }
                case .mistake(let mistake): throw mistake
                }
            }
            if !before.isEmpty, before.allSatisfy({ !run.state(of: $0).isInPlay }) { return false }
        }
        return true
    }

    private func runBatch(_ hosts: [String]) async throws(PlayEnd) {
        do { try readVariableFiles(hosts) } catch { throw .mistake(error) }
        try await gatherFacts(hosts)
        // What vars_files are named after may be a fact.
        do { try readVariableFiles(hosts) } catch { throw .mistake(error) }
        let strategy = try strategy()
        isFree = strategy == .free
        debugsFailures = strategy == .debug || run.context.settings.debugsFailures
        if isFree {
            try await runFreely(hosts)
        } else {
            try await runSections(hosts)
        }
    }

    /// Every host goes on at its own speed; as many at once as `forks` allows.
    private func runFreely(_ hosts: [String]) async throws(PlayEnd) {
        var queue = hosts[...]
        var running: Set<String> = []
        let mistake = await withTaskGroup(of: (host: String, end: PlayEnd?).self) { group -> PlayEnd? in
            func startNext() {
                guard let host = queue.popFirst() else { return }
                running.insert(host)
                group.addTask {
                    do throws(PlayEnd) { try await self.runSections([host]) } catch { return (host, error) }
                    return (host, nil)
                }
            }
            for _ in 0..<max(1, run.context.settings.forks) { startNext() }
            var mistake: PlayEnd?
            for await (host, end) in group {
                running.remove(host)
                // Whom another host has brought back, after its own walk had ended.
                queue += hosts.filter { isWaiting($0) && !running.contains($0) && !queue.contains($0) }
                if case .mistake = end { mistake = mistake ?? end }
                if mistake == nil { startNext() }
            }
            return mistake
        }
        if let mistake { throw mistake }
    }

    private func runSections(_ hosts: [String]) async throws(PlayEnd) {
        let sections = [play.preTasks, play.roles.map { .role($0) } + play.tasks, play.postTasks]
        try await walkUntilNobodyWaits(hosts) { hosts throws(PlayEnd) in
            var place = Section(hosts: hosts, isRescuable: false)
            for (number, nodes) in sections.enumerated() {
                place.following = Upcoming(sections.dropFirst(number + 1).flatMap { $0 }, then: nil)
                try await section(nodes, place, number)
            }
        }
    }

    private func section(_ nodes: [PlayNode], _ place: Section, _ number: Int) async throws(PlayEnd) {
        guard !nodes.isEmpty || awaitsHandlers(place.hosts) else { return }
        // Where `meta: end_play` or `end_batch` ends it, nobody waits for handlers.
        try await walk(nodes, place)
        resume(place.hosts, at: .end(section: number))
        // Ansible's own `flush_handlers` have the tag `always`, and can be skipped by it.
        guard !run.context.settings.tags.skip.contains("always") else { return }
        try await flushHandlers(place.hosts, force: forcesHandlers, at: .end(section: number))
    }

    // MARK: - Play keywords

    var baseScope: HostScope {
        HostScope(
            context: run.snapshot(context, variableFiles: variableFiles),
            host: context.allHosts.first ?? "localhost", frame: play.frame)
    }

    func keyword(_ keyword: Keyword) throws(Diagnostic) -> Value? {
        try ConnectionReader(scope: baseScope, frame: play.frame, defaults: run.context.settings).keyword(keyword)
    }

    var forcesHandlers: Bool {
        let written = (try? keyword(.forceHandlers))??.bool
        return written ?? run.context.settings.forceHandlers
    }

    /// Those that the play's pattern means and that are not out.
    func selectedHosts() throws(Diagnostic) -> [String] {
        try matchingHosts().filter { run.state(of: $0).isInPlay }
    }

    private func matchingHosts() throws(Diagnostic) -> [String] {
        let value = try PatternReader.value(play.hosts, in: baseScope)
        let found: (hosts: [String], warnings: [Diagnostic])
        do {
            found = try run.selectedHosts(matching: value.text)
        } catch {
            throw error.located(at: play.hosts.range)
        }
        for warning in found.warnings.map({ $0.located(at: play.hosts.range) }) {
            switch run.context.settings.unknownHosts {
            case .error:
                throw Diagnostic(
                    .hostPattern, "the pattern '\(value.text)' names what the inventory lacks", at: play.hosts.range,
                    help: "see `drover inventory --graph`, or set host_pattern_mismatch to warning")
            case .warning: run.context.emit(.warning(warning))
            case .ignore: break
            }
        }
        return found.hosts
    }

    private func ordered(_ hosts: [String]) throws(Diagnostic) -> [String] {
        switch try keyword(.order)?.string {
        case nil, "inventory": return hosts
        case "sorted": return hosts.sorted()
        case "reverse_sorted": return hosts.sorted().reversed()
        case "reverse_inventory": return hosts.reversed()
        case "shuffle": return hosts.shuffled()
        case let other?:
            let known = ["inventory", "sorted", "reverse_sorted", "reverse_inventory", "shuffle"]
            throw Diagnostic(
                .invalidArgument, "invalid order '\(other)'", at: play.frame.settings[.order]?.range,
                help: Suggestion.help(for: other, among: known) ?? "use " + known.joined(separator: ", "))
        }
    }

    private func playName(_ hosts: [String]) throws(Diagnostic) -> String {
        let written: Value?
        if let name = play.name {
            written = try? name.evaluate(in: baseScope.renderScope)
        } else {
            written = try PatternReader.value(play.hosts, in: baseScope).value
        }
        if case .template = play.hosts.value, play.name == nil { return try written?.text() ?? "" }
        if let list = written?.list {
            var names: [String] = []
            for item in list { names.append(try item.text()) }
            return names.joined(separator: ",")
        }
        return try written?.text() ?? ""
    }

    private func prompts() async throws(Diagnostic) -> [String: Value] {
        var answers: [String: Value] = [:]
        for prompt in play.prompts where run.context.settings.extraVariables[prompt.name] == nil {
            answers[prompt.name] = try await run.context.answer(to: prompt)
        }
        return answers
    }

    private enum Strategy { case linear, debug, free }

    private func strategy() throws(PlayEnd) -> Strategy {
        let name: String
        do { name = try keyword(.strategy)?.text() ?? run.context.settings.defaultStrategy } catch {
            throw .mistake(error)
        }
        switch name.shortPluginName {
        case "linear": return .linear
        case "debug": return .debug
        case "free", "host_pinned": return .free
        default:
            throw .mistake(
                Diagnostic(
                    .playbookMeaning, "Invalid play strategy specified: \(name)",
                    at: play.frame.settings[.strategy]?.range, help: "use linear, free, host_pinned or debug"))
        }
    }

    // MARK: - Batches

    private func batches(_ hosts: [String]) throws(Diagnostic) -> [[String]] {
        guard let sizes = try keyword(.serial) else { return [hosts] }
        return try HostBatches.cut(hosts, by: sizes, at: play.frame.settings[.serial]?.range)
    }
}

/// Where in a play a list of tasks stands.
struct Section {
    /// The hosts that came here, some of which may have failed since.
    var hosts: [String]
    /// A failure here is going to be rescued.
    var isRescuable: Bool
    /// `ansible_failed_task` and `ansible_failed_result` by host, inside rescue sections.
    var failures: [String: [String: Value]] = [:]
    /// What comes behind them.
    var following: Upcoming?
}

extension Play {
    /// The roles whose defaults and variables the whole play sees.
    var publicRoles: [RoleInstance] { writtenRoles.filter(\.isPublic) }

    /// The roles that stand in the play, and those that are imported.
    var writtenRoles: [RoleInstance] {
        let written: [RoleNode] = roles.flatMap { [$0] + $0.importedRoles }
        let imported: [RoleNode] = (tasks + preTasks + postTasks).flatMap(\.roles)
        return (written + imported).flatMap(\.allInstances)
    }
}
