//! Collections: where they are, and what a name like `ns.collection.thing` means in them.

import Diagnostics
import Values

/// `namespace.collection.rest`.
struct CollectionName {
    let collection: String
    /// What follows, its dots turned into slashes.
    let path: String

    /// nil for a name that is not one of a collection's things.
    init?(_ name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts.allSatisfy(\.isVariableName) else { return nil }
        collection = parts[0] + "." + parts[1]
        path = parts[2...].joined(separator: "/")
    }

    /// `namespace.collection`, if that is what it is.
    static func isCollection(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { String($0).isVariableName }
    }
}

/// The folders that hold collections, in the order in which they are searched.
package struct Collections {
    private let paths: [String]

    /// `collections/` beside the playbooks, then the configured folders.
    package init(besides folders: [String], configured: [String]) {
        paths = folders.map { Path.join($0, "collections") } + configured
    }

    /// A folder of a collection at every place where it could be.
    func candidates(_ folder: String, of collection: String) -> [String] {
        let inside = collection.split(separator: ".").joined(separator: "/")
        return paths.map {
            let root = Path.name(of: $0) == "ansible_collections" ? $0 : Path.join($0, "ansible_collections")
            return "\(root)/\(inside)/\(folder)"
        }
    }

    /// The file of a playbook: as a path, else by its name in a collection; the name itself where there is none.
    package func playbookFile(_ name: String) -> String {
        guard !Path.isFile(name) else { return name }
        let bare = [".yml", ".yaml"].first(where: name.hasSuffix).map { String(name.dropLast($0.count)) } ?? name
        guard let wanted = CollectionName(Path.name(of: bare)) else { return name }
        let found = candidates("playbooks/" + wanted.path, of: wanted.collection).flatMap {
            [$0 + ".yml", $0 + ".yaml"]
        }
        return found.first(where: Path.isFile) ?? name
    }

    /// The collection whose `roles` or `playbooks` hold a path: `…/ansible_collections/NAMESPACE/NAME/FOLDER/…`.
    static func owner(of path: String, in folder: String) -> String? {
        let parts = Path.absolute(path).split(separator: "/").map(String.init)
        guard let root = parts.lastIndex(of: "ansible_collections"), parts.count > root + 3, parts[root + 3] == folder
        else { return nil }
        return parts[root + 1] + "." + parts[root + 2]
    }
}

extension PlaybookLoader {
    var collections: Collections {
        Collections(
            besides: playbookFolder == mainFolder ? [mainFolder] : [playbookFolder, mainFolder],
            configured: settings.collectionsPath)
    }

    /// The collections in which short names are looked for at a place: those of the role it belongs to, else what
    /// `collections` says around it. Roles do not see those of the play.
    func searchedCollections(in frame: Frame?) throws(Diagnostic) -> [String] {
        for frame in frame?.chain ?? [] {
            if let setting = frame.settings[.collections] {
                let value = try staticValue(setting.value, in: frame.parent, at: setting.range)
                return (value.list ?? [value]).compactMap(\.string)
            }
            if case .role(let instance) = frame.kind { return instance.role.collections }
        }
        return []
    }
}
