//! The little that inventories ask of the file system of the control node.

import Diagnostics
import Glibc

enum FileSystem {
    static func join(_ directory: String, _ name: String) -> String {
        if directory.isEmpty { return name }
        return directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }

    /// A path from the root, as it would be found from here.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return path == "." ? String(cString: here) : join(String(cString: here), path)
    }

    /// The directory that holds a path.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `.yml` of `a.b.yml`; empty where there is none.
    static func suffix(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return String(name[dot...])
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }

    static func exists(_ path: String) -> Bool { mode(of: path) != nil }
    static func isDirectory(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }
    static func isExecutable(_ path: String) -> Bool {
        mode(of: path).map { $0 & S_IFMT == S_IFREG && $0 & 0o111 != 0 } ?? false
    }

    /// Whether a file can be started: a script with `#!` or a binary.
    static func isProgram(_ path: String) -> Bool {
        guard isExecutable(path), let head = try? read(path, atMost: 4) else { return false }
        return head.starts(with: "#!".utf8) || head == [0x7F, 0x45, 0x4C, 0x46]
    }

    /// The names in a directory, sorted; none where it cannot be listed.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func read(_ path: String, atMost limit: Int = .max) throws(Diagnostic) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit, 65_536))
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            bytes += chunk[..<count]
            if count == 0 || bytes.count >= limit { return bytes }
        }
    }

    private static func failure(_ path: String) -> Diagnostic {
        let reason = String(cString: strerror(errno))
        return errno == ENOENT
            ? Diagnostic(.fileNotFound, "no file '\(path)'")
            : Diagnostic(.fileUnreadable, "cannot read '\(path)': \(reason)")
    }
}
