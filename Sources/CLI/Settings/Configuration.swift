//! `ansible.cfg` and the `ANSIBLE_*` environment, in Ansible's precedence.

import Diagnostics
import Glibc
import Playbooks

/// Settings from the environment (stronger) and from the one configuration file that is read.
package struct Configuration: Sendable {
    /// The file that was read, if any.
    let source: ConfigurationFile?
    let environment: [String: String]
    /// What is to be told about the configuration itself.
    private(set) var warnings: [Diagnostic]

    /// The path of the file that was read, if any.
    package var file: String? { source?.path }

    package init(environment: [String: String]) throws(Diagnostic) {
        self.environment = environment
        var warnings: [Diagnostic] = []
        source = try Self.find(environment, &warnings).map { path throws(Diagnostic) in try ConfigurationFile(path) }
        self.warnings = warnings
        try checkValues()
        self.warnings += unusedSettings
    }

    /// `ANSIBLE_CONFIG`, the working folder unless anybody may write there, home, `/etc/ansible`.
    private static func find(_ environment: [String: String], _ warnings: inout [Diagnostic]) -> String? {
        if let named = environment["ANSIBLE_CONFIG"] {
            let path = Path.absolute(Path.expanded(named))
            if Path.isFolder(path), Path.isFile(path + "/ansible.cfg") { return path + "/ansible.cfg" }
            if Path.isFile(path) { return path }
        }
        let here = Path.absolute("ansible.cfg")
        if Path.isFile(here) {
            guard isWorldWritable(Path.currentFolder) else { return here }
            warnings.append(
                Diagnostic(
                    .configuration,
                    "Ansible is being run in a world writable directory (\(Path.currentFolder)), ignoring it as an "
                        + "ansible.cfg source", help: "chmod o-w \(Path.currentFolder)", severity: .warning))
        }
        return [Path.expanded("~/.ansible.cfg"), "/etc/ansible/ansible.cfg"].first(where: Path.isFile)
    }

    private static func isWorldWritable(_ folder: String) -> Bool {
        var status = stat()
        return stat(folder, &status) == 0 && status.st_mode & S_IWOTH != 0
    }
}

// MARK: - Values

extension Configuration {
    /// Where a value comes from, in the words of `ansible-config`: `default`, `env: NAME` or the file.
    func origin(of setting: Setting) -> String {
        if let variable = variable(of: setting) { return "env: \(variable)" }
        return entryName(of: setting) == nil ? "default" : file ?? "default"
    }

    func isSet(_ setting: Setting) -> Bool { variable(of: setting) != nil || entryName(of: setting) != nil }

    private func variable(of setting: Setting) -> String? { setting.variables.first { environment[$0] != nil } }

    private func entryName(of setting: Setting) -> String? { setting.keys.first { source?[$0] != nil } }

    /// As it is written, or as it would be.
    func text(_ setting: Setting) -> String? { written(setting) ?? fallback(of: setting) }

    /// Folders of the default home are below the home that is configured.
    private func fallback(of setting: Setting) -> String? {
        guard let fallback = setting.fallback, fallback.contains("~/.ansible"), isSet(.home), let home = path(.home)
        else { return setting.fallback }
        return fallback.replacing("~/.ansible", with: home)
    }

    func written(_ setting: Setting) -> String? {
        if let variable = variable(of: setting) { return environment[variable] }
        return entryName(of: setting).flatMap { source?[$0] }
    }

    func flag(_ setting: Setting) -> Bool { text(setting).flatMap(Setting.truth) ?? false }

    func number(_ setting: Setting) -> Int? { text(setting).flatMap { Int($0.trimmed) } }

    func list(_ setting: Setting) -> [String] {
        (text(setting) ?? "").split { $0 == "," || $0 == "\n" }.map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// Relative paths in the file are beside the file, those of the environment in the working folder.
    func paths(_ setting: Setting) -> [String] {
        let separator: Character = setting.kind == .sources ? "," : ":"
        let base = variable(of: setting) == nil ? file.map(Path.folder(of:)) : nil
        return (text(setting) ?? "").split { $0 == separator || $0 == "\n" }.map { part in
            Self.path(String(part).trimmed, base)
        }
    }

    func path(_ setting: Setting) -> String? {
        guard let text = text(setting), !text.isEmpty else { return nil }
        return Self.path(text, variable(of: setting) == nil ? file.map(Path.folder(of:)) : nil)
    }

    private static func path(_ text: String, _ base: String?) -> String {
        let text = text.replacing("{{CWD}}", with: Path.currentFolder).replacing("{{ CWD }}", with: Path.currentFolder)
        let path = Path.expanded(text)
        guard let base, !path.hasPrefix("/") else { return path }
        return Path.absolute(Path.join(base, path))
    }
}
