//! Settings that cannot be what they say, that nobody knows, or that have no effect.

import Diagnostics
import Playbooks

extension Configuration {
    /// Refuses values of the wrong kind, before anything reads them.
    func checkValues() throws(Diagnostic) {
        for setting in Setting.honoured {
            guard let text = written(setting) else { continue }
            let problem: String? =
                switch setting.kind {
                case .flag where Setting.truth(text) == nil: "true or false"
                case .number where Int(text.trimmed) == nil: "a whole number"
                case .text where !setting.choices.isEmpty && !setting.choices.contains(text):
                    "one of \(setting.choices.joined(separator: ", "))"
                default: nil
                }
            guard let problem else { continue }
            throw Diagnostic(
                .configuration,
                "Config '\(setting.name)' from '\(origin(of: setting))' has to be \(problem), not '\(text)'",
                at: range(of: setting), help: Suggestion.help(for: text, among: setting.choices))
        }
    }

    private func range(of setting: Setting) -> SourceRange? {
        guard origin(of: setting) == file else { return nil }
        return source?.entries.first { setting.keys.contains($0.name) }?.range
    }

    /// One warning for each setting that nobody knows, and one for all that have no effect.
    var unusedSettings: [Diagnostic] { unknownEntries(severity: .warning) + [lackingSettings].compactMap { $0 } }

    func unknownEntries(severity: Diagnostic.Severity) -> [Diagnostic] {
        let known = Set(Setting.all.flatMap(\.keys))
        return (source?.entries ?? []).compactMap { entry in
            guard !known.contains(entry.name), !Self.isForeign(entry.section) else { return nil }
            let near = Suggestion.nearest(to: entry.name, among: known) ?? Self.moved(entry.key, among: known)
            return Diagnostic(
                .configuration, "unknown setting '\(entry.key)' in [\(entry.section)]", at: entry.range,
                help: near.map(Self.advice), severity: severity)
        }
    }

    /// The same key in another section.
    private static func moved(_ key: String, among known: Set<String>) -> String? {
        known.filter { $0.hasSuffix(".\(key)") }.min()
    }

    private static func advice(_ name: String) -> String {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return "did you mean '\(parts.last ?? name)' in [\(parts.first ?? "")]?"
    }

    /// Sections of plugins that exist only in Python, and of the servers of Galaxy.
    private static func isForeign(_ section: String) -> Bool {
        let prefixes = [
            "callback_", "galaxy_server.", "inventory_plugin", "vars_", "winrm", "psrp", "netconf_", "httpapi",
        ]
        return prefixes.contains { section.hasPrefix($0) } || section.hasSuffix("_become_plugin")
    }

    /// ansible-runner names the folder of a callback that is built in here.
    private func isOfRunner(_ setting: Setting) -> Bool {
        setting.name == "DEFAULT_CALLBACK_PLUGIN_PATH" && text(.stdoutCallback) == "awx_display"
    }

    private var lackingSettings: Diagnostic? {
        let names = Setting.lacking.filter { setting in
            guard let text = written(setting), !isOfRunner(setting) else { return false }
            let isFallback = text == (setting.fallback ?? "")
            let isSameFlag = Setting.truth(text).map { $0 == setting.fallback.flatMap(Setting.truth) } ?? false
            return !isFallback && !(setting.kind == .flag && isSameFlag)
        }.map { setting in
            setting.variables.first { environment[$0] != nil } ?? setting.keys.first { source?[$0] != nil }
                ?? setting.name
        }
        guard !names.isEmpty else { return nil }
        return Diagnostic(
            .configuration, "without effect here: \(names.joined(separator: ", "))",
            help: "COMPATIBILITY.md says why; remove them to be rid of this line", severity: .warning)
    }
}

extension Setting {
    static let all: [Setting] = honoured + needless + lacking
}
