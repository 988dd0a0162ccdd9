//! `pip`: Python packages, for the system or in a virtual environment.

import Connections
import Diagnostics
import Values

package struct PipModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.pip"], "Installs Python packages",
        arguments: [
            ArgumentSpec("name", .list(of: .string), "Packages, with versions as pip writes them, or URLs"),
            ArgumentSpec("version", .string, "Version of the one package"),
            ArgumentSpec("requirements", .string, "File of requirements on the host"),
            ArgumentSpec(
                "state", .string, "Whether they are installed", default: "present",
                choices: ["absent", "forcereinstall", "latest", "present"]),
            ArgumentSpec("virtualenv", .path, "Folder of a virtual environment, made if it is not there"),
            ArgumentSpec("virtualenv_command", .path, "What makes the environment", default: "virtualenv"),
            ArgumentSpec("virtualenv_python", .string, "Python of a new environment"),
            ArgumentSpec(
                "virtualenv_site_packages", .bool, "The environment sees the system's packages", default: false),
            ArgumentSpec("extra_args", .string, "Further arguments for pip"),
            ArgumentSpec("editable", .bool, "Installs in editable mode", default: false),
            ArgumentSpec("chdir", .path, "Folder to run in"),
            ArgumentSpec("executable", .path, "pip itself, or its name: pip3.11"),
            ArgumentSpec("umask", .string, "umask of what is installed, octal"),
            ArgumentSpec(
                "break_system_packages", .bool, "Install although the system forbids it (PEP 668)", default: false),
        ],
        mutuallyExclusive: [["name", "requirements"], ["executable", "virtualenv"]],
        requiredOneOf: [["name", "requirements"]])

    private let arguments: ModuleArguments
    private let requirements: [PipRequirement]
    private let state: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        state = arguments.string("state") ?? "present"
        var requirements = PipRequirement.joined(arguments.strings("name") ?? []).map(PipRequirement.init)
        if let version = arguments.string("version") {
            guard requirements.count == 1, requirements[0].specifier.isEmpty else {
                throw arguments.invalid(
                    "version", "'version' is for a single name without a version of its own",
                    help: "write versions into the names: ['a==1.0', 'b>=2']")
            }
            if state == "latest" { throw arguments.invalid("version", "version is incompatible with state=latest") }
            requirements = [requirements[0].withVersion(version)]
        }
        if let bad = requirements.first(where: { $0.text.hasPrefix("-") || $0.text.isEmpty }) {
            throw arguments.invalid(
                "name", "'\(bad.text)' is no name of a package", help: "options of pip belong into extra_args")
        }
        if let umask = arguments.string("umask"), Int(umask, radix: 8) == nil {
            throw arguments.invalid("umask", "umask must be an octal integer")
        }
        self.requirements = requirements
    }

    // MARK: - Scripts

    private var folder: String? { arguments.string("virtualenv") }

    /// Sets `$pip`, or ends: 101 the environment is not there, 102 no pip.
    private var setting: String {
        var lines = ["export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1"]
        if let umask = arguments.string("umask") { lines.append("umask \(umask)") }
        if let chdir = arguments.string("chdir") { lines.append("cd \(RemotePath(chdir).shellWord) || exit 100") }
        if let folder {
            lines.append("e=\(RemotePath(folder).shellWord); [ -x \"$e/bin/python\" ] || exit 101")
            lines.append("pip() { \"$e/bin/python\" -m pip \"$@\"; }; shown=$e/bin/pip")
        } else if let executable = arguments.string("executable") {
            lines.append("x=\(RemotePath(executable).shellWord); shown=$(command -v \"$x\") || exit 102")
            lines.append("pip() { command \"$shown\" \"$@\"; }")
        } else {
            lines.append(
                "if python3 -m pip --version >/dev/null 2>&1; then shown=pip3; pip() { python3 -m pip \"$@\"; }")
            lines.append("elif shown=$(command -v pip3 || command -v pip); then pip() { command \"$shown\" \"$@\"; }")
            lines.append("else exit 102; fi")
        }
        return lines.joined(separator: "\n")
    }

    /// Words behind `pip` for the act.
    private var words: String {
        var words: [String] = state == "absent" ? ["uninstall", "-y"] : ["install"]
        switch state {
        case "latest": words.append("-U")
        case "forcereinstall": words += ["-U", "--force-reinstall"]
        default: break
        }
        if arguments.bool("break_system_packages") ?? false { words.append("--break-system-packages") }
        if arguments.bool("editable") ?? false { words.append("-e") }
        // What an author wrote for the command line goes there as words.
        if let extra = arguments.string("extra_args") { words += extra.blankSeparatedWords }
        if let file = arguments.string("requirements") { words += ["-r", file] }
        words += requirements.map(\.text)
        return words.map { " " + $0.shellQuoted }.joined()
    }

    // MARK: - Steps

    package func start() throws(Diagnostic) -> Step {
        let probe = "\(setting)\necho \"$shown\"; pip list --format=freeze 2>/dev/null </dev/null"
        return .observe(Probe(probe)) { found in
            switch found.status {
            case 100:
                return missing(
                    "the folder \(arguments.string("chdir") ?? "") is not there", .path(arguments.string("chdir") ?? "")
                )
            case 101: return makeEnvironment()
            case 102: return missing("Unable to find any of pip3, pip to use: pip needs to be installed.", .anything)
            default: return decide(found.text.split(separator: "\n").map(String.init))
            }
        }
    }

    private func missing(_ message: String, _ resource: Resource) -> Step {
        .lacking([resource], failure: .failure(message), then: act(shown: "pip", environmentIsNew: false))
    }

    /// Decides by names and versions where that is possible; pip itself tells for all others.
    private func decide(_ lines: [String]) -> Step {
        let installed = PipRequirement.installed(lines.dropFirst().map { $0 })
        let known: Bool? =
            switch state {
            case "present" where !requirements.isEmpty:
                requirements.allSatisfy { $0.isSatisfied(by: installed) == true }
                    ? true : requirements.contains { $0.isSatisfied(by: installed) == nil } ? nil : false
            case "absent" where !requirements.isEmpty: requirements.allSatisfy { installed[$0.key] == nil }
            default: nil
            }
        let shown = lines.first ?? "pip"
        if known == true { return .done(ModuleResult(fields: fields(shown))) }
        return act(shown: shown, environmentIsNew: false, isCertain: known == false)
    }

    private func makeEnvironment() -> Step {
        guard state != "absent", let folder else { return .done(ModuleResult(fields: fields("pip"))) }
        let word = RemotePath(folder).shellWord
        var options = ""
        if arguments.bool("virtualenv_site_packages") ?? false { options += " --system-site-packages" }
        let command = arguments.string("virtualenv_command") ?? "virtualenv"
        let isModule = command.contains(" -m ") || command.hasSuffix("venv") && command != "virtualenv"
        if !isModule, let python = arguments.string("virtualenv_python") { options += " -p\(python.shellQuoted)" }
        let words = command.blankSeparatedWords.map(\.shellQuoted).joined(separator: " ")
        // Where virtualenv is not installed, Python's own module does the same.
        let make =
            command == "virtualenv"
            ? "if command -v virtualenv >/dev/null; then virtualenv\(options) \(word); else "
                + "\(arguments.string("virtualenv_python")?.shellQuoted ?? "python3") -m venv"
                + "\(options.contains("site") ? " --system-site-packages" : "") \(word); fi"
            : "\(words)\(options) \(word)"
        let chdir = arguments.string("chdir").map { "cd \(RemotePath($0).shellWord) || exit 100; " } ?? ""
        let script = Script("\(chdir)\(make) >&2 || exit 103", origin: .user)
        return .apply(Change(fields: fields("\(folder)/bin/pip"), provides: [.path(folder)]), script) { outcome in
            guard outcome.status == 0 else {
                return .done(.failure("cannot make the virtual environment \(folder): \(outcome.errorText.trimmed)"))
            }
            return act(shown: "\(folder)/bin/pip", environmentIsNew: true)
        }
    }

    private func act(shown: String, environmentIsNew: Bool, isCertain: Bool = true) -> Step {
        let fields = fields(shown)
        let mark = "drover-changed"
        // Before and after tell whether pip did anything.
        let text = """
            \(setting)
            before=$(pip list --format=freeze 2>/dev/null </dev/null)
            pip\(words) </dev/null || exit $?
            [ "$before" = "$(pip list --format=freeze 2>/dev/null </dev/null)" ] || echo \(mark)
            """
        return .apply(Change(fields: fields), Script(text, origin: .user)) { outcome in
            let isChanged = outcome.text.hasSuffix("\(mark)\n")
            let output = isChanged ? String(outcome.text.dropLast(mark.count + 1)) : outcome.text
            let all = fields.merging(["stdout": .string(output), "stderr": .string(outcome.errorText)])
            guard outcome.status == 0 else {
                let reason = [outcome.text.trimmed, outcome.errorText.trimmed].filter { !$0.isEmpty }
                return .done(.failure(reason.joined(separator: "\n"), fields: all))
            }
            let isForced = state == "forcereinstall"
            return .done(ModuleResult(changed: isChanged || environmentIsNew || isForced, fields: all))
        }
    }

    private func fields(_ shown: String) -> OrderedMap {
        var fields: OrderedMap = [
            "cmd": .string("\(shown)\(words)"), "name": .strings(arguments.strings("name") ?? []),
            "state": .string(state),
        ]
        for name in ["requirements", "version", "virtualenv"] {
            fields[.string(name)] = arguments.string(name).map { .string($0) } ?? Value.none
        }
        return fields
    }
}
