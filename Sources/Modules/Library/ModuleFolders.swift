//! Folders of `Builtin/` and the names of the modules in them.

extension BuiltinModules {
    private static let own = (folder: "drover_", collection: "drover.core.")

    /// The text of `module.md` of a module by its canonical name.
    package static func document(of name: String) -> String? {
        let short = String(name.split(separator: ".").last ?? "")
        return documents[name.hasPrefix(own.collection) ? own.folder + short : short]
    }

    /// `drover_service` holds `drover.core.service`; any other folder has the module's short name.
    package static func name(ofFolder folder: String) -> String {
        folder.hasPrefix(own.folder) ? own.collection + folder.dropFirst(own.folder.count) : folder
    }
}
