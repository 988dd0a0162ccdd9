//! `selinux`: mode and policy of SELinux, now and after the next start.

import Diagnostics
import Values

package struct SelinuxModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.selinux"], "Sets SELinux's mode and policy",
        arguments: [
            ArgumentSpec(
                "state", .string, "The mode", required: true, choices: ["disabled", "enforcing", "permissive"]),
            ArgumentSpec("policy", .string, "The policy, e.g. targeted; not needed to disable"),
            ArgumentSpec(
                "configfile", .string, "The configuration file", default: "/etc/selinux/config",
                aliases: ["conf", "file"]),
            ArgumentSpec(
                "update_kernel_param", .bool, "Set the kernel's parameter with grubby, too", default: false),
        ])

    private let state: String
    private let policy: String?
    private let file: String
    private let setsKernel: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        state = arguments.string("state") ?? ""
        policy = arguments.string("policy")
        file = arguments.string("configfile") ?? ""
        setsKernel = arguments.bool("update_kernel_param") ?? false
        if state != "disabled", policy == nil {
            throw arguments.invalid(
                "state", "Policy is required if state is not 'disabled'", help: "add `policy: targeted`")
        }
        if let policy, !policy.utf8.allSatisfy({ $0.isNameByte || $0 == UInt8(ascii: "-") }) || policy.isEmpty {
            throw arguments.invalid("policy", "'\(policy)' is no name of a policy")
        }
    }

    /// The kernel's word comes by the other stream, apart from the file.
    package func start() throws(Diagnostic) -> Step {
        let probe = """
            \(RemoteText.probe(file)) || exit $?
            { getenforce 2>/dev/null || echo Disabled; grubby --info=DEFAULT 2>/dev/null | grep -c '[ "]selinux=0'; } >&2 || :
            """
        return .observe(Probe(probe)) { observation throws(Diagnostic) in
            guard let found = RemoteText(file, observation) else {
                return .done(.failure("cannot read \(file): \(observation.errorText.trimmed)"))
            }
            guard let text = found.text else {
                return .done(.failure("Unable to find file \(file): SELinux is not installed on this host"))
            }
            let words = observation.errorText.blankSeparatedWords
            return decide(found, text, mode: words.first?.lowercased() ?? "", kernelIsOff: words.last == "1")
        }
    }

    private func decide(_ found: RemoteText, _ text: String, mode: String, kernelIsOff: Bool) -> Step {
        let content = edited(text)
        var acts: [String] = []
        var messages: [String] = []
        let needsRestart = (state == "disabled") != (mode == "disabled")
        if mode != state, !needsRestart {
            acts.append("setenforce \(state == "enforcing" ? 1 : 0) || exit 3")
            messages.append("SELinux state changed from '\(mode)' to '\(state)'")
        }
        if setsKernel, kernelIsOff != (state == "disabled") {
            let flag = state == "disabled" ? "--args" : "--remove-args"
            acts.append("grubby --update-kernel=ALL \(flag) selinux=0 || exit 4")
            messages.append("grubby updated kernel parameter selinux")
        }
        if content != text { messages.append("Config SELinux state changed to '\(state)' in \(file)") }
        let fields: OrderedMap = [
            "msg": .string(messages.joined(separator: ", ")), "configfile": .string(file), "state": .string(state),
            "policy": policy.map { .string($0) } ?? Value.none, "reboot_required": .bool(needsRestart),
        ]
        guard !messages.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let acting = acts.joined(separator: "\n")
        let script = content == text ? Script(acting) : found.replacement(content, after: acting)
        let differences = content == text ? [] : [found.difference(to: content)]
        return .apply(Change(differences: differences, fields: fields), script) { outcome throws(Diagnostic) in
            switch outcome.status {
            case 0: .done(ModuleResult(changed: true, fields: fields))
            case RemoteText.moved: try start()
            default: .done(.failure("cannot set SELinux's mode: \(outcome.errorText.trimmed)", fields: fields))
            }
        }
    }

    private func edited(_ text: String) -> String {
        var wanted = [("SELINUX", state)]
        if let policy { wanted.append(("SELINUXTYPE", policy)) }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        for (name, value) in wanted {
            let line = "\(name)=\(value)"
            if let index = lines.firstIndex(where: { $0.hasPrefix("\(name)=") }) {
                lines[index] = line
            } else {
                lines.append(line)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
