//! `hostname`: the name of a host, now and after its next start.

import Connections
import Diagnostics
import Values

package struct HostnameModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.hostname"], "Sets the name of a host",
        arguments: [
            ArgumentSpec("name", .string, "The name", required: true),
            ArgumentSpec(
                "use", .string, "Accepted; the host's own way is found",
                choices: [
                    "alpine", "debian", "freebsd", "generic", "macos", "macosx", "darwin", "openbsd", "openrc",
                    "redhat",
                    "sles", "solaris", "systemd",
                ]),
        ])

    private let name: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        let isGood = name.utf8.allSatisfy { ($0.isNameByte && $0 != UInt8(ascii: "_")) || ".-".utf8.contains($0) }
        guard isGood, !name.isEmpty, name.utf8.count <= 64, !name.hasPrefix("-"), !name.hasPrefix(".") else {
            throw arguments.invalid(
                "name", "'\(name)' cannot be the name of a host", help: "use letters, digits, '-' and '.', at most 64")
        }
    }

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            cat /proc/sys/kernel/hostname; printf '%s\\n' "$(cat /etc/hostname 2>/dev/null)"
            n=\(name.shellQuoted); a=$(getent hosts "$n" 2>/dev/null); [ -z "$a" ] || getent hosts "${a%% *}"
            """
        return .observe(Probe(probe)) { observation in
            let lines = observation.text.split(separator: "\n", omittingEmptySubsequences: false).map(
                \.withoutOuterBlanks)
            let (current, permanent) = (lines[0], lines.count > 1 ? lines[1] : "")
            let names = lines.count > 2 ? lines[2].blankSeparatedWords.dropFirst().map { $0 } : []
            guard current != name || permanent != name else { return .done(result(names, changed: false)) }
            let before = Difference(
                beforeHeader: "hostname", afterHeader: "hostname", before: "hostname = \(current)\n",
                after: "hostname = \(name)\n")
            return .apply(Change(differences: [before], fields: result(names, changed: true).fields), script) {
                outcome in
                guard outcome.status == 0 else {
                    return .done(.failure("cannot set the host's name: \(outcome.errorText.withoutOuterBlanks)"))
                }
                return .done(result(names, changed: true))
            }
        }
    }

    /// hostnamed where systemd runs; else the file and the kernel. The file is written in place: containers mount it.
    private var script: Script {
        Script(
            """
            n=\(name.shellQuoted)
            if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null; then
            hostnamectl --pretty set-hostname "$n" && hostnamectl --static set-hostname "$n" \\
            && hostnamectl --transient set-hostname "$n" && exit 0; fi
            printf '%s\\n' "$n" >/etc/hostname || exit 1
            [ ! -e /etc/conf.d/hostname ] || printf 'hostname="%s"\\n' "$n" >/etc/conf.d/hostname || exit 1
            hostname "$n" || printf '%s\\n' "$n" >/proc/sys/kernel/hostname
            """)
    }

    private func result(_ names: [String], changed: Bool) -> ModuleResult {
        let qualified = names.first { $0.contains(".") } ?? names.first ?? name
        let domain = qualified.halves(at: ".")?.1 ?? ""
        let facts: OrderedMap = [
            "ansible_hostname": .string(name.halves(at: ".")?.0 ?? name), "ansible_nodename": .string(name),
            "ansible_fqdn": .string(qualified), "ansible_domain": .string(domain),
        ]
        return ModuleResult(
            changed: changed, fields: ["name": .string(name), "ansible_facts": .dict(facts)], effects: [.facts(facts)])
    }
}
