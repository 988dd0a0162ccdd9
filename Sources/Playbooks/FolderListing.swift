//! What is in a folder, sorted.

import Diagnostics
import Glibc

package enum FolderListing {
    /// Names in a folder, sorted, without `.` and `..`; empty where it cannot be read.
    package static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package static func folders(in folder: String) -> [String] {
        names(in: folder).filter { Path.isFolder(folder + "/" + $0) }
    }

    /// What was probably meant by `name`, which is at none of these paths: the nearest name in their folders.
    package static func help(for name: String, missingAt paths: [String]) -> String? {
        let known = paths.flatMap { names(in: Path.folder(of: $0)) }
        guard let nearest = Suggestion.nearest(to: Path.name(of: name), among: known) else { return nil }
        let folder = name.contains("/") ? Path.folder(of: name) : ""
        return "did you mean '\(folder.isEmpty ? nearest : Path.join(folder, nearest))'?"
    }

    /// All files of a folder and its subfolders; at most so many levels, since links may lead in a circle.
    package static func files(in folder: String, levels: Int = 30) -> [String] {
        names(in: folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            if Path.isFolder(path) { return levels > 1 && name != ".git" ? files(in: path, levels: levels - 1) : [] }
            return Path.isFile(path) ? [path] : []
        }
    }

    /// YAML and JSON files of a folder and its subfolders, hidden ones and backups left out.
    package static func variableFiles(in folder: String) -> [String] {
        names(in: folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            if name.hasPrefix(".") || name.hasSuffix("~") { return [] }
            if Path.isFolder(path) { return variableFiles(in: path) }
            let isVariables = !name.contains(".") || [".yml", ".yaml", ".json"].contains { name.hasSuffix($0) }
            return isVariables ? [path] : []
        }
    }
}
