//! `service_facts`: the services of a host and their state.

import Connections
import Diagnostics
import Values

package struct ServiceFactsModule: Module {
    package static let spec = ModuleSpec(["ansible.builtin.service_facts"], "Lists services and their state as facts")

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {}

    /// systemd's units and unit files, OpenRC's services, or what `service --status-all` tells.
    private static let probe = """
        export LC_ALL=C
        if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then
        systemctl list-units --no-pager --no-legend --plain --type service --all | sed 's/^/U /'
        systemctl list-unit-files --no-pager --no-legend --type service --all | sed 's/^/F /'
        elif command -v rc-status >/dev/null; then rc-status -a -s -q | sed 's/^/R /'
        elif command -v service >/dev/null; then service --status-all 2>/dev/null </dev/null | sed 's/^/V /'; fi
        :
        """

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe(Self.probe)) { observation in
            var services: [String: OrderedMap] = [:]
            for line in observation.text.split(separator: "\n") {
                let words = line.blankSeparatedWords
                guard words.count >= 3, let service = Self.service(words, services) else { continue }
                services[service["name"]?.string ?? ""] = service
            }
            let facts: OrderedMap = [
                "services": .dict(OrderedMap(services.keys.sorted().map { ($0, .dict(services[$0] ?? [:])) }))
            ]
            return .done(ModuleResult(fields: ["ansible_facts": .dict(facts)], effects: [.facts(facts)]))
        }
    }

    private static func service(_ words: [String], _ known: [String: OrderedMap]) -> OrderedMap? {
        switch words[0] {
        case "U" where words.count >= 5:
            let isMissing = words[2] == "not-found"
            let state =
                words[4] == "running" ? "running" : words[4] == "exited" || words[4] == "dead" ? "stopped" : words[4]
            return [
                "name": .string(words[1]), "state": .string(state),
                "status": isMissing ? "not-found" : words[4] == "failed" ? "failed" : "unknown", "source": "systemd",
            ]
        case "F":
            // A template has no state of its own.
            var service =
                known[words[1]] ?? [
                    "name": .string(words[1]), "state": words[1].contains("@.") ? "unknown" : "inactive",
                    "source": "systemd",
                ]
            if service["status"] != "failed" { service["status"] = .string(words[2]) }
            return service
        case "R":
            return [
                "name": .string(words[1]), "state": words.contains("started") ? "running" : "stopped",
                "source": "openrc",
            ]
        case "V" where words.count >= 5 && words[1] == "[" && words[2] != "?":
            return ["name": .string(words[4]), "state": words[2] == "+" ? "running" : "stopped", "source": "sysv"]
        default: return nil
        }
    }
}
