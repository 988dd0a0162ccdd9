//! `setup`: gathers facts about a host with one script in one round trip.

import Diagnostics
import Values

package struct SetupModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.setup", "ansible.builtin.gather_facts"], "Gathers facts about a host",
        arguments: [
            ArgumentSpec(
                "gather_subset", .list(of: .string),
                "Groups of facts: all, min, hardware, network, virtual, local; '!' leaves one out", default: ["all"]),
            ArgumentSpec(
                "filter", .list(of: .string), "Only facts whose name matches one of these shell patterns", default: []),
            ArgumentSpec(
                "fact_path", .path, "Folder of .fact files and scripts on the host", default: "/etc/ansible/facts.d"),
            ArgumentSpec("gather_timeout", .int, "Seconds that asking for mounts may take", default: 10),
        ])

    private let selection: FactSelection
    private let subsets: [String]
    private let filters: [String]
    private let factPath: String
    private let timeout: Int

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        subsets = arguments.strings("gather_subset") ?? ["all"]
        selection = try FactSelection(subsets, in: arguments)
        filters = (arguments.strings("filter") ?? []).filter { !$0.isEmpty }
        factPath = arguments.string("fact_path") ?? "/etc/ansible/facts.d"
        timeout = arguments.int("gather_timeout") ?? 10
    }

    package func start() throws(Diagnostic) -> Step {
        let script = FactsProbe.script(for: selection.groups, factPath: factPath, timeout: timeout)
        return .observe(Probe(script)) { observation in
            .done(result(HostReport(observation.output)))
        }
    }

    private func result(_ report: HostReport) -> ModuleResult {
        guard !report.names.isEmpty else { return .failure("the host's shell did not answer the facts script") }
        var facts: OrderedMap = [:]
        for (name, value) in gathered(report) {
            guard let name = name.string else { continue }
            let fullName = "ansible_" + name
            if filters.isEmpty || filters.contains(where: { matches(name, fullName, $0) }) { facts[fullName] = value }
        }
        facts["gather_subset"] = .strings(subsets)
        facts["module_setup"] = true
        return ModuleResult(fields: ["ansible_facts": .dict(facts)], effects: [.facts(facts)])
    }

    private func gathered(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [:]
        let distribution = DistributionFacts(report)
        if selection.minimal {
            facts.merge(distribution.facts)
            facts.merge(TimeFacts.facts(report))
            facts.merge(SystemFacts.facts(report, distribution: distribution))
        }
        if selection.groups.contains(.hardware) {
            facts.merge(ProcessorFacts.facts(report))
            facts.merge(MemoryFacts.facts(report))
            facts.merge(MountFacts.facts(report))
            facts.merge(DeviceFacts.facts(report))
            facts.merge(FirmwareFacts.facts(report))
            facts.merge(VolumeFacts.facts(report))
        }
        if selection.groups.contains(.network) {
            facts.merge(NetworkFacts.facts(report))
            facts.merge(StorageNetworkFacts.facts(report))
        }
        if selection.groups.contains(.virtual) { facts.merge(VirtualizationFacts.facts(report)) }
        if selection.groups.contains(.local) { facts.merge(LocalFacts.facts(report)) }
        return facts
    }

    private func matches(_ name: String, _ fullName: String, _ pattern: String) -> Bool {
        let pattern = ShellPattern(pattern)
        return pattern.matches(name) || pattern.matches(fullName)
    }
}
