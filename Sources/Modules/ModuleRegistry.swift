//! Which module a name means: short names, collections, aliases.

import Diagnostics

/// All modules by name. The list itself is written by the build from the folders of `Builtin/`.
package struct ModuleRegistry: Sendable {
    private let byName: [String: any Module.Type]
    /// Canonical and alternative fully qualified names as declared, sorted.
    package let names: [String]

    /// The modules that come with the program.
    package static let standard = ModuleRegistry(BuiltinModules.all)

    package init(_ modules: [any Module.Type]) {
        var byName: [String: any Module.Type] = [:]
        for module in modules {
            for name in module.spec.names {
                byName[name] = module
                guard !Self.isFullOnly(name) else { continue }
                // A short name never hides one that was declared in full.
                let short = Self.shortName(name)
                if byName[short] == nil { byName[short] = module }
                if name.hasPrefix("ansible.builtin.") {
                    byName["ansible.legacy." + short] = module
                }
            }
        }
        self.byName = byName
        names = modules.flatMap { $0.spec.names }.sorted()
    }

    /// The module behind `name`, or nil.
    package subscript(name: String) -> (any Module.Type)? { byName[name] }

    /// The module behind `name`; the mistake names what was probably meant.
    package func module(named name: String, at range: SourceRange? = nil) throws(Diagnostic) -> any Module.Type {
        if let module = byName[name] { return module }
        throw Diagnostic(
            .unknownModule,
            "couldn't resolve module/action '\(name)'. This often indicates a misspelling, missing collection, "
                + "or incorrect module path.",
            at: range, label: "unknown module", help: suggestion(for: name))
    }

    /// Canonical names of the modules in an action group (`docker`, or in full `community.docker.docker`).
    package func group(_ name: String) -> Set<String>? {
        guard ["docker", "community.docker.docker"].contains(name) else { return nil }
        return Set(byName.values.map { $0.spec.names[0] }.filter { $0.hasPrefix("community.docker.") })
    }

    private func suggestion(for name: String) -> String {
        if let nearest = nearest(to: name) { return "did you mean '\(nearest)'?" }
        return "'drover doc --list' shows every module there is"
    }

    /// The name nearest to a misspelt one, in full if that was: then the part behind the collection decides.
    package func nearest(to name: String) -> String? {
        guard name.contains(".") else { return Suggestion.nearest(to: name, among: shortNames) }
        return fullName(nearestTo: Self.shortName(name))
    }

    private func fullName(nearestTo short: String) -> String? {
        if let exact = byName[short] ?? byName["drover.core.\(short)"] { return exact.spec.names.first }
        return Suggestion.nearest(to: short, among: shortNames).flatMap { byName[$0]?.spec.names.first }
    }

    private var shortNames: [String] { names.filter { !Self.isFullOnly($0) }.map(Self.shortName) }

    /// Our own collection has no short names: `service` is Ansible's.
    private static func isFullOnly(_ name: String) -> Bool { name.hasPrefix("drover.core.") }

    private static func shortName(_ name: String) -> String {
        name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
