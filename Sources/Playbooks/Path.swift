//! Path arithmetic and the few questions to the file system that loading asks.

import Glibc

package enum Path {
    package static func isAbsolute(_ path: String) -> Bool { path.hasPrefix("/") || path.hasPrefix("~") }

    /// `folder/name`, or `name` where that is absolute. `~` is expanded.
    package static func join(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") { return name }
        if name.hasPrefix("~") { return expanded(name) }
        return folder.isEmpty || folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The folder of a path; `.` where it has none.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    package static func isFile(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFREG } ?? false }
    package static func isFolder(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }
    package static func exists(_ path: String) -> Bool { mode(of: path) != nil }

    /// An absolute path without `.` and `..`; symbolic links stay.
    package static func absolute(_ path: String) -> String {
        let full = path.hasPrefix("/") ? path : currentFolder + "/" + expanded(path)
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    package static var currentFolder: String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    /// `~/x` with the home of the user; other users' homes from the password database.
    package static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        let rest = path.dropFirst(1 + user.count)
        if user.isEmpty, let home = getenv("HOME") { return String(cString: home) + rest }
        let entry = user.isEmpty ? getpwuid(getuid()) : getpwnam(String(user))
        guard let entry else { return path }
        return String(cString: entry.pointee.pw_dir) + rest
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }
}
