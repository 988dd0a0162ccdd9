//! Where roles are searched: by path, in collections, in the folders of roles.

import Diagnostics
import Templates
import Values

extension PlaybookLoader {
    private typealias Candidate = (path: String, name: String)

    /// The folder of a role and its full name: roles of collections are known by that of the collection.
    func foundRole(_ name: String, in frame: Frame?) -> (path: String, name: String)? {
        roleCandidates(name, in: frame).first { Path.isFolder($0.path) }
    }

    private func roleCandidates(_ name: String, in frame: Frame?) -> [Candidate] {
        if Path.isAbsolute(name) { return [(Path.expanded(name), name)] }
        var folders = [Path.join(playbookFolder, "roles")] + settings.rolesPath
        if let role = frame?.role?.role { folders.append(Path.folder(of: role.path)) }
        folders.append(playbookFolder)
        return collectionCandidates(name, in: frame) + folders.map { (Path.join($0, name), name) }
    }

    /// `namespace.collection.role`, or a short name in the collections that this place looks at.
    private func collectionCandidates(_ name: String, in frame: Frame?) -> [Candidate] {
        guard !name.contains("/") else { return [] }
        let parts = name.split(separator: ".").map(String.init)
        if parts.count >= 3 {
            return inCollection(parts[0] + "." + parts[1], parts[2...].joined(separator: "/"), as: name)
        }
        return collections(around: frame).flatMap { inCollection($0, name, as: "\($0).\(name)") }
    }

    private func inCollection(_ collection: String, _ role: String, as name: String) -> [Candidate] {
        let parts = collection.split(separator: ".")
        guard parts.count == 2 else { return [] }
        return settings.collectionsPath.map {
            ("\($0)/ansible_collections/\(parts[0])/\(parts[1])/roles/\(role)", name)
        }
    }

    /// The collection of the role that asks, then those of the keyword `collections`.
    private func collections(around frame: Frame?) -> [String] {
        var names: [String] = []
        if let own = frame?.role?.role.collection { names.append(own) }
        if case .constant(.list(let items)) = frame?.inherited(.collections)?.value {
            names += items.compactMap(\.string)
        }
        return names
    }

    func notFound(_ use: RoleUse, in frame: Frame?) -> Diagnostic {
        let searched = roleCandidates(use.name, in: frame).map(\.path)
        let known = searched.flatMap { FolderListing.folders(in: Path.folder(of: $0)) }
        return Diagnostic(
            .roleNotFound, "the role '\(use.name)' was not found in \(searched.joined(separator: ":"))", at: use.range,
            help: Suggestion.help(for: use.name, among: known))
    }
}
