//! What `dnf` would do, and does: dnf has no simulation, but says what it would do if nobody agrees.

import Connections
import Values

/// One call: a verb and what it is about.
struct DnfCall: Sendable {
    let verb: String
    var names: [String]

    init(_ verb: String, _ names: [String]) {
        self.verb = verb
        self.names = names
    }

    /// Whether nothing is left to say. Without names some verbs mean everything.
    func isEmpty(_ wished: [String]) -> Bool { names.isEmpty && !wished.isEmpty && wished != ["*"] }

    var text: String { ([verb] + names.map(\.shellQuoted)).joined(separator: " ") }
}

extension DnfModule {
    /// - Parameter told: lines for the result about names that nothing is done for.
    func simulate(_ wished: [DnfCall], _ told: [String] = [], warnings: [String] = []) -> Step {
        let calls = wished.filter { !$0.isEmpty(names) }
        guard !calls.isEmpty else { return .done(idle(told, warnings)) }
        let questions = calls.map { "\"$d\" --assumeno \(options) \($0.text) </dev/null 2>&1; echo \"status $?\"" }
        let script = [tool, "\(RpmPackage.listing(root: root)) | sed 's/^/B|/'"] + questions
        return .observe(Probe(script.joined(separator: "\n"))) { observation in
            let lines = observation.text.split(separator: "\n", omittingEmptySubsequences: false)
            let installed = lines.compactMap { $0.hasPrefix("B|") ? RpmPackage(line: $0.dropFirst(2)) : nil }
            var answers: [DnfAnswer] = [DnfAnswer()]
            for line in lines where !line.hasPrefix("B|") { DnfAnswer.add(line, to: &answers) }
            for (call, answer) in zip(calls, answers) {
                if let failure = answer.failure(of: call) { return .done(failure) }
            }
            let guarded = isOn("allow_downgrade") ? nil : withoutDowngrades(calls, answers)
            if let (rest, left) = guarded {
                let warning =
                    "\(left.joined(separator: ", ")): a newer version is installed, and allow_downgrade is not set"
                return simulate(rest, told, warnings: warnings + [warning])
            }
            let transactions = zip(calls, answers).map { $1.transaction }
            // With skip_broken dnf goes on without what nobody offers.
            let told = told + answers.flatMap(\.unknown).map { "No package \($0) available." }
            guard transactions.contains(where: \.isChange) else { return .done(idle(told, warnings)) }
            let sums = told + additions(calls, transactions)
            let plan = Plan(
                calls: calls, installed: installed, sums: sums,
                predicted: sums + transactions.flatMap { predicted($0, installed) }, warnings: warnings,
                shown: answers.map(\.text).joined(separator: "\n"))
            return apply(plan)
        }
    }

    /// The calls without what would only put an older version in a newer one's place, and what was left out.
    private func withoutDowngrades(_ calls: [DnfCall], _ answers: [DnfAnswer]) -> ([DnfCall], [String])? {
        var left: [String] = []
        let rest = zip(calls, answers).map { call, answer in
            let downgraded = answer.transaction.items.filter { $0.action == .downgrading }.map(\.package)
            var call = call
            // A comparison asks for just that version.
            let dropped = call.names.filter { name in
                DnfComparison(name) == nil && downgraded.contains { $0.isMeant(by: name) }
            }
            left += dropped
            call.names.removeAll(where: dropped.contains)
            return call
        }
        return left.isEmpty ? nil : (rest, left)
    }

    /// Lines for groups and files, which Ansible's module has beside those of their packages.
    private func additions(_ calls: [DnfCall], _ transactions: [DnfTransaction]) -> [String] {
        zip(calls, transactions).filter { !$0.0.verb.contains("remove") }.flatMap { call, transaction in
            let groups = transaction.marksGroups ? call.names.compactMap { $0.dropPrefix("@") } : []
            return groups.map { "Group \($0) installed." }
                + call.names.filter { $0.hasSuffix(".rpm") }.map { "Installed \($0)" }
        }
    }

    private func predicted(_ transaction: DnfTransaction, _ installed: [RpmPackage]) -> [String] {
        isOn("download_only")
            ? transaction.items.map { "Downloaded: \($0.package.text)" }.sorted() : transaction.results(installed)
    }

    private struct Plan {
        let calls: [DnfCall]
        let installed: [RpmPackage]
        let sums: [String]
        let predicted: [String]
        let warnings: [String]
        let shown: String
    }

    private func apply(_ plan: Plan) -> Step {
        // What dnf prints goes the way of errors: the output is what is installed afterwards.
        let lines =
            [tool] + plan.calls.map { "\"$d\" -y -q \(options) \($0.text) >&2 || exit $?" }
            + [RpmPackage.listing(root: root)]
        var fields: OrderedMap = [
            "msg": "Check mode: No changes made, but would have if not in check mode", "rc": 0,
            "results": .strings(plan.predicted),
        ]
        if !plan.warnings.isEmpty { fields["warnings"] = .strings(plan.warnings) }
        let difference = Difference(beforeHeader: "", afterHeader: "", before: "", after: "", prepared: plan.shown)
        let change = Change(differences: [difference], fields: fields, provides: [.anything])
        return .apply(change, Script(lines.joined(separator: "\n"), origin: .user)) { [fields] outcome in
            guard outcome.status == 0 else { return .done(failure("Failed to change packages", outcome)) }
            let now = outcome.text.split(separator: "\n").compactMap(RpmPackage.init(line:))
            let (before, after) = (Set(plan.installed), Set(now))
            let results = DnfTransaction.results(
                arriving: now.filter { !before.contains($0) }, leaving: plan.installed.filter { !after.contains($0) })
            var all = fields
            all["msg"] = ""
            all["results"] = .strings(isOn("download_only") ? plan.predicted : plan.sums + results)
            return .done(ModuleResult(changed: true, fields: all))
        }
    }

    func idle(_ message: String) -> ModuleResult {
        ModuleResult(fields: ["msg": .string(message), "rc": 0, "results": []])
    }

    func idle(_ results: [String], _ warnings: [String] = []) -> ModuleResult {
        var fields: OrderedMap = ["msg": "Nothing to do", "rc": 0, "results": .strings(results)]
        if !warnings.isEmpty { fields["warnings"] = .strings(warnings) }
        return ModuleResult(fields: fields)
    }

    func failure(_ message: String, _ outcome: Observation) -> ModuleResult {
        let reason = [outcome.errorText, outcome.text].map(\.withoutOuterBlanks).first { !$0.isEmpty } ?? ""
        return .failure("\(message): \(reason)", fields: ["rc": .int(Int(outcome.status)), "results": []])
    }
}

/// What one call answered.
struct DnfAnswer: Sendable {
    private(set) var text = ""
    private var status = 0

    var transaction: DnfTransaction { DnfTransaction(text) }

    /// Each call's lines end with its exit status.
    static func add(_ line: Substring, to answers: inout [DnfAnswer]) {
        let last = answers.count - 1
        if let status = String(line).dropPrefix("status ").flatMap({ Int($0) }) {
            answers[last].status = status
            answers.append(DnfAnswer())
        } else if !line.hasPrefix("Last metadata expiration check") {
            answers[last].text += line + "\n"
        }
    }

    /// Status 1 is also that of a transaction that nobody agreed to.
    func failure(of call: DnfCall) -> ModuleResult? {
        let isRefused = text.contains("Operation aborted") || text.contains("Exiting on user command")
        guard status != 0, !isRefused,
            !(call.verb.hasPrefix("upgrade") && text.contains("No packages marked for upgrade"))
        else { return nil }
        let problem = text.split(separator: "\n").drop { !$0.hasPrefix(" Problem") }.prefix { !$0.hasPrefix("(") }
        if !problem.isEmpty {
            return refusal("Depsolve Error occurred: \n" + problem.joined(separator: "\n"), failures: [])
        }
        if !unknown.isEmpty {
            return refusal(
                "Failed to install some of the specified packages",
                failures: unknown.map { "No package \($0) available." })
        }
        if let group = lines.lazy.compactMap({ $0.dropPrefix("Module or Group '") }).first?.split(separator: "'").first
        {
            return refusal("No group \(group) available.")
        }
        let errors = lines.compactMap { $0.dropPrefix("Error: ") }
        return refusal(errors.isEmpty ? "dnf refused: \(text.withoutOuterBlanks)" : errors.joined(separator: "\n"))
    }

    private var lines: [String] { text.split(separator: "\n").map { $0.withoutOuterBlanks } }

    /// Names that no repository offers.
    var unknown: [String] {
        lines.compactMap { $0.dropPrefix("No match for argument: ") }.map { $0.withoutOuterBlanks }
    }

    private func refusal(_ message: String, failures: [String]? = nil) -> ModuleResult {
        var fields: OrderedMap = ["rc": 1, "results": []]
        if let failures { fields["failures"] = .strings(failures) }
        return .failure(message, fields: fields)
    }
}
