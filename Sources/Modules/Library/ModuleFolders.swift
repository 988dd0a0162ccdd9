//! Folders of `Builtin/` and the names of the modules in them.

extension BuiltinModules {
    /// What the names of modules begin with that only drover has; they are written in full.
    package static let ownCollection = "drover.core."
    private static let ownFolders = "drover_"

    /// The text of `module.md` of a module by its canonical name.
    package static func document(of name: String) -> String? {
        let short = String(name.split(separator: ".").last ?? "")
        return documents[name.hasPrefix(ownCollection) ? ownFolders + short : short]
    }

    /// `drover_service` holds `drover.core.service`; any other folder has the module's short name.
    package static func name(ofFolder folder: String) -> String {
        folder.hasPrefix(ownFolders) ? ownCollection + folder.dropFirst(ownFolders.count) : folder
    }
}
