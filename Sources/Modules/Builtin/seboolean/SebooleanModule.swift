//! `seboolean`: switches of SELinux's policy.

import Diagnostics
import Values

package struct SebooleanModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.seboolean"], "Switches SELinux booleans",
        arguments: [
            ArgumentSpec("name", .string, "The boolean", required: true),
            ArgumentSpec("state", .bool, "Whether it is on", required: true),
            ArgumentSpec("persistent", .bool, "Keep it over a restart", default: false),
            ArgumentSpec(
                "ignore_selinux_state", .bool, "Go on where SELinux is off (in a chroot)", default: false),
        ])

    private let name: String
    private let isOn: Bool
    private let isPersistent: Bool
    private let ignoresState: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        isOn = arguments.bool("state") ?? false
        isPersistent = arguments.bool("persistent") ?? false
        ignoresState = arguments.bool("ignore_selinux_state") ?? false
        guard !name.isEmpty, name.utf8.allSatisfy(\.isNameByte) else {
            throw arguments.invalid(
                "name", "'\(name)' is no name of a SELinux boolean", help: "getsebool -a lists them")
        }
    }

    /// One line for now, one for what the policy's store says (`name (on , off) …`: now, at boot).
    package func start() throws(Diagnostic) -> Step {
        let probe = """
            export LC_ALL=C
            command -v setsebool >/dev/null || { echo missing; exit; }
            getsebool \(name) 2>&1 | sed 's/^/now /'
            \(isPersistent ? "semanage boolean -l -n 2>/dev/null | grep '^\(name) ' | sed 's/^/kept /'" : ":")
            """
        return .observe(Probe(probe)) { observation in
            decide(observation.text.split(separator: "\n").map(String.init))
        }
    }

    private func decide(_ lines: [String]) -> Step {
        let fields: OrderedMap = ["name": .string(name), "state": .bool(isOn), "persistent": .bool(isPersistent)]
        if lines.first == "missing" {
            return .done(.failure("this host has no setsebool: the package policycoreutils is missing", fields: fields))
        }
        let now = lines.first { $0.hasPrefix("now ") }.map { String($0.dropFirst(4)) } ?? ""
        if now.contains("SELinux is disabled"), !ignoresState {
            return .done(.failure("SELinux is disabled on this host.", fields: fields))
        }
        guard now.hasPrefix("\(name) --> ") || ignoresState else {
            return .done(.failure("SELinux boolean \(name) does not exist.", fields: fields))
        }
        var isRight = now.hasPrefix("\(name) --> ") && now.contains("--> on") == isOn
        if isPersistent {
            let kept = lines.first { $0.hasPrefix("kept ") }
            // Without semanage nobody can tell; setsebool -P is harmless where nothing differs.
            isRight = isRight && kept.map { $0.contains(isOn ? ",   on)" : ",  off)") } ?? false
        }
        let command = "setsebool \(isPersistent ? "-P " : "")\(name) \(isOn ? "on" : "off")"
        return CommandList(
            commands: isRight ? [] : [command], fields: fields, complaint: "Failed to set boolean \(name)"
        ).step()
    }
}
