//! What `apt` does, step by step: look, refresh the lists, simulate, act.

import Diagnostics
import Values

struct AptPlan: Sendable {
    private let arguments: ModuleArguments
    private let requirements: [AptRequirement]
    private let state: String
    private let upgrade: String?
    let options: AptOptions
    private let lists: AptLists
    private let cleans: Bool
    private let autocleans: Bool
    private let autoremoves: Bool

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        self.arguments = arguments
        var requirements: [AptRequirement] = []
        for entry in arguments.strings("name") ?? [] {
            for name in entry.split(separator: ",") where !name.withoutOuterBlanks.isEmpty {
                requirements.append(try AptRequirement(name.withoutOuterBlanks, in: arguments))
            }
        }
        let aliases = ["installed": "present", "removed": "absent"]
        let state = arguments.string("state") ?? "present"
        self.state = aliases[state] ?? state
        let everything = self.state == "latest" && requirements.contains { $0.name == "*" }
        self.requirements = everything ? [] : requirements
        let kinds = ["yes": "upgrade", "safe": "upgrade", "full": "dist-upgrade", "dist": "dist-upgrade"]
        upgrade = everything ? "dist-upgrade" : kinds[arguments.string("upgrade") ?? "no"]
        options = AptOptions(arguments)
        lists = AptLists(arguments)
        cleans = arguments.bool("clean") ?? false
        autocleans = arguments.bool("autoclean") ?? false
        autoremoves = arguments.bool("autoremove") ?? false
        let actsAtAll =
            !requirements.isEmpty || upgrade != nil || lists.wanted || cleans || autocleans || autoremoves
            || self.state == "fixed" || arguments.string("deb") != nil || arguments["name"] != nil
        guard actsAtAll else {
            throw Diagnostic(
                .missingArgument, "apt has nothing to do", at: arguments.range,
                help: "give one of: name, deb, upgrade, update_cache, autoremove, autoclean, clean")
        }
    }

    /// Whether refreshing the lists is all there is to do.
    private var refreshesOnly: Bool {
        requirements.isEmpty && upgrade == nil && !cleans && !autocleans && !autoremoves && state != "fixed"
            && arguments.string("deb") == nil
    }

    func start() -> Step {
        .observe(Probe(AptHost.probe(for: requirements))) { [self] observation in
            let host = AptHost(observation.text)
            if host.missing {
                return .done(.failure("this host has no apt: its packages are managed by something else"))
            }
            let report = AptReport(cacheTime: host.listsUpdated ?? 0)
            guard lists.isStale(on: host) else { return act(host, report) }
            return lists.update(options, isWholeTask: refreshesOnly, report) { report in
                guard requirements.contains(where: { $0.isPattern || $0.relation == .atLeast }) else {
                    return act(host, report)
                }
                return .observe(Probe(AptHost.probe(for: requirements))) { act(AptHost($0.text), report) }
            }
        }
    }

    private func act(_ host: AptHost, _ report: AptReport) -> Step {
        if cleans { return clean(host, report) }
        return actAfterCleaning(host, report)
    }

    private func clean(_ host: AptHost, _ report: AptReport) -> Step {
        let remaining = Probe("ls /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/* 2>/dev/null; :")
        return .observe(remaining) { observation in
            guard !observation.output.isEmpty else { return actAfterCleaning(host, report) }
            return .apply(Change(), options.script(options.words("clean"))) { outcome in
                if outcome.status != 0 { return .done(report.failed("apt-get clean failed", outcome)) }
                var report = report
                report.changed = true
                return actAfterCleaning(host, report)
            }
        }
    }

    private func actAfterCleaning(_ host: AptHost, _ report: AptReport) -> Step {
        if let deb = arguments.string("deb") { return AptFile(deb, options, arguments).start(report) }
        if let upgrade { return perform(options.words(upgrade), host, report) }
        if state == "fixed" { return perform(options.words("install") + " --fix-broken", host, report) }
        if requirements.isEmpty {
            if autoremoves { return perform(options.words("autoremove"), host, report) }
            if autocleans { return perform(options.words("autoclean"), host, report) }
            return .done(report.result)
        }
        switch state {
        case "absent": return remove(host, report)
        case "build-dep": return perform(options.words("build-dep", requirements.map(\.name)), host, report)
        default: return install(host, report)
        }
    }

    private func remove(_ host: AptHost, _ report: AptReport) -> Step {
        var names: [String] = []
        for package in host.packages where package.isInstalled || (options.purge && package.hasConfiguration) {
            guard let requirement = requirements.first(where: package.isMeant) else { continue }
            names.append(requirement.name.contains(":") ? "\(package.name):\(package.architecture)" : package.name)
        }
        guard !names.isEmpty else { return .done(report.result) }
        return perform(options.words("remove", names), host, report)
    }

    private func install(_ host: AptHost, _ report: AptReport) -> Step {
        var names: [String] = []
        for requirement in requirements {
            let installed = host.packages.filter { $0.isInstalled && $0.isMeant(by: requirement) }
            if requirement.isPattern {
                let matching = host.offered.filter { ShellPattern(requirement.name).matches($0) }.sorted()
                if matching.isEmpty, installed.isEmpty { return .done(report.failed(missing(requirement.name, host))) }
                let known = Set(installed.map(\.name))
                names += matching.filter { state == "latest" || !known.contains($0) }
                continue
            }
            if arguments.bool("only_upgrade") ?? false, installed.isEmpty { continue }
            if state != "latest" || requirement.relation == .equal,
                installed.contains(where: { requirement.isMet(by: $0.version) })
            {
                continue
            }
            switch requirement.relation {
            case nil: names.append(requirement.name)
            case .equal: names.append("\(requirement.name)=\(requirement.version ?? "")")
            case .atLeast:
                guard let version = host.versions[requirement.name]?.first(where: requirement.isMet) else {
                    let wanted = "\(requirement.name)>=\(requirement.version ?? "")"
                    return .done(report.failed("no available installation candidate for \(wanted)"))
                }
                names.append("\(requirement.name)=\(version)")
            }
        }
        guard !names.isEmpty else { return .done(report.result) }
        return perform(options.words("install", names), host, report)
    }

    /// Simulates, and does it if something would change.
    private func perform(_ words: String, _ host: AptHost, _ report: AptReport) -> Step {
        .observe(options.simulation(words)) { [self] observation in
            if observation.status != 0 { return .done(report.failed(explain(observation, host), observation)) }
            let simulation = AptSimulation(observation.text)
            if let guess = simulation.guessedName { return .done(report.failed(missing(guess, host))) }
            let cleaning = words.hasSuffix("autoclean") && observation.text.contains("\nDel ")
            guard simulation.changesSomething || cleaning else { return .done(report.result) }
            let change = Change(
                differences: [simulation.difference],
                fields: report.fields(stdout: observation.text, stderr: observation.errorText), provides: [.anything])
            return .apply(change, options.script(words)) { outcome in
                guard outcome.status == 0 else { return .done(report.failed(explain(outcome, host), outcome)) }
                var report = report
                report.changed = true
                return .done(report.result(outcome))
            }
        }
    }

    private func missing(_ name: String, _ host: AptHost) -> String {
        let message = "No package matching '\(name)' is available"
        guard let updated = host.listsUpdated else {
            return message + ": the package lists were never fetched, set update_cache: true"
        }
        let days = (host.now - updated) / 86400
        if days >= 1 { return message + " (the package lists are \(days) days old: set update_cache: true)" }
        return message
    }

    /// The first reason apt gives, in Ansible's words where it has some.
    private func explain(_ observation: Observation, _ host: AptHost) -> String {
        let errors = observation.errorText.split(separator: "\n").filter { $0.hasPrefix("E: ") }
        let first = errors.first.map { String($0.dropFirst(3)) } ?? observation.errorText.withoutOuterBlanks
        if let name = first.dropPrefix("Unable to locate package ") { return missing(name, host) }
        if first.hasPrefix("Couldn't find any package by "), let name = first.split(separator: "'").dropFirst().first {
            return missing(String(name), host)
        }
        if first.hasPrefix("Version "), first.hasSuffix("was not found") {
            let quoted = first.split(separator: "'").map(String.init)
            if quoted.count >= 4 { return "no available installation candidate for \(quoted[3])=\(quoted[1])" }
        }
        if first.contains("Could not get lock") || first.contains("Unable to acquire the dpkg frontend lock") {
            return "another apt or dpkg held its lock longer than lock_timeout (\(options.lockTimeout) s): \(first)"
        }
        return "apt-get failed: \(first)"
    }
}

extension String {
    /// The rest behind a prefix; nil where the text does not begin with it.
    func dropPrefix(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
