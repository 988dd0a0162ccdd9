//! `sysctl`: kernel parameters, in a file and in the running kernel.

import Connections
import Diagnostics
import Values

package struct SysctlModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.sysctl"], "Sets kernel parameters in a file and in the kernel",
        arguments: [
            ArgumentSpec("name", .string, "Name, with dots or slashes", required: true, aliases: ["key"]),
            ArgumentSpec("value", .string, "The value", aliases: ["val"]),
            ArgumentSpec(
                "state", .string, "Whether the file sets it", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("sysctl_set", .bool, "Compare with the kernel as well and set it there", default: false),
            ArgumentSpec("reload", .bool, "Load the file if it changed", default: true),
            ArgumentSpec("sysctl_file", .path, "The file", default: "/etc/sysctl.conf"),
            ArgumentSpec("ignoreerrors", .bool, "Go on where the kernel does not know a name", default: false),
        ],
        requiredIf: [.init("state", is: "present", ["value"])], readsAhead: true)

    private let arguments: ModuleArguments
    private let name: String
    private let value: String?
    private let file: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        name = (arguments.string("name") ?? "").withoutOuterBlanks
        file = arguments.string("sysctl_file") ?? "/etc/sysctl.conf"
        value = arguments.string("state") == "absent" ? nil : Self.plain(arguments.string("value") ?? "")
        let good = !name.isEmpty && name.utf8.allSatisfy { $0.isNameByte || "./-*:@".utf8.contains($0) }
        guard good, !name.hasPrefix("-"), !name.contains("..") else {
            throw arguments.invalid(
                "name", "'\(name)' is no name of a kernel parameter", help: "for example: net.ipv4.ip_forward")
        }
        if let value, value.isEmpty || value.contains("\n") {
            throw arguments.invalid("value", "the value of \(name) is empty or has more than one line")
        }
    }

    /// YAML's yes and no are meant as 1 and 0.
    private static func plain(_ text: String) -> String {
        let text = text.withoutOuterBlanks
        switch text.lowercased() {
        case "yes", "true", "on", "y", "t": return "1"
        case "no", "false", "off", "n", "f": return "0"
        default: return text
        }
    }

    private func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    /// The kernel's file of the parameter: the first separator decides which of dot and slash is which.
    private var kernelPath: String {
        let usesDots = name.first { $0 == "." || $0 == "/" } == "."
        return "/proc/sys/" + (usesDots ? name.map { $0 == "." ? "/" : $0 == "/" ? "." : String($0) }.joined() : name)
    }

    package func start() throws(Diagnostic) -> Step {
        // The kernel's value comes by the other stream, apart from the file.
        let current = isOn("sysctl_set") ? "{ cat \(kernelPath.shellQuoted) 2>/dev/null || :; } >&2" : ":"
        return .observe(Probe("\(RemoteText.probe(file)) || exit $?\n\(current)")) { observation in
            guard let found = RemoteText(file, observation) else {
                return .done(.failure("cannot read \(file): \(observation.errorText.withoutOuterBlanks)"))
            }
            return decide(found, kernel: isOn("sysctl_set") ? observation.errorText : nil)
        }
    }

    private func decide(_ found: RemoteText, kernel: String?) -> Step {
        let content = edited(found.text ?? "")
        let fileDiffers = content != (found.text ?? "")
        let kernelDiffers =
            value.map { wanted in
                kernel.map { $0.blankSeparatedWords != wanted.blankSeparatedWords } ?? false
            } ?? false
        guard fileDiffers || kernelDiffers else { return .done(ModuleResult()) }
        let tolerant = isOn("ignoreerrors") ? "-e " : ""
        var acts = ""
        if kernelDiffers, let value {
            acts += "sysctl \(tolerant)-w \("\(name)=\(value)".shellQuoted) >/dev/null || exit 3\n"
        }
        if fileDiffers, isOn("reload") { acts += "sysctl \(tolerant)-p \"$f\" >/dev/null || exit 4\n" }
        let script = fileDiffers ? found.replacement(content, after: acts) : Script(acts)
        let change = Change(differences: fileDiffers ? [found.difference(to: content)] : [])
        return .apply(change, script) { outcome throws(Diagnostic) -> Step in
            switch outcome.status {
            case 0: return .done(ModuleResult(changed: true))
            case RemoteText.moved: return try start()
            case 3: return .done(.failure("setting \(name) failed: \(outcome.errorText.withoutOuterBlanks)"))
            case 4:
                let reason = outcome.errorText.withoutOuterBlanks
                return .done(.failure("Failed to reload sysctl: \(reason)", fields: ["changed": true]))
            default: return .done(.failure("cannot write \(file): \(outcome.errorText.withoutOuterBlanks)"))
            }
        }
    }

    /// Every line that sets the parameter is replaced (the last one counts) or removed.
    private func edited(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        var result: [String] = []
        var isThere = false
        for line in lines {
            guard let (key, old) = line.halves(at: "="), !line.hasPrefix("#"), !line.hasPrefix(";"), key == name else {
                result.append(line)
                continue
            }
            guard let value, !isThere else { continue }
            isThere = true
            result.append(old.blankSeparatedWords == value.blankSeparatedWords ? line : "\(name)=\(value)")
        }
        if let value, !isThere { result.append("\(name)=\(value)") }
        return result.isEmpty ? "" : result.joined(separator: "\n") + "\n"
    }
}
