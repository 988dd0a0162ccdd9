//! The folder that an image is built from: what is in it, a checksum of all of it, and its archive.

import Connections
import Diagnostics
import Digests
import Glibc

/// A folder of the control node, without what `.dockerignore` names.
package struct BuildContext: Sendable {
    package struct Entry: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case folder
            case file(size: Int)
            case link(target: String)
        }

        /// Relative to the folder.
        package let path: String
        package let kind: Kind
        package let permissions: Int
    }

    package let folder: String
    /// Relative to the folder.
    package let dockerfile: String
    /// Sorted by path.
    package let entries: [Entry]

    /// Reads the folder; a missing one, or one without its Dockerfile, is the author's mistake.
    package init(folder: String, dockerfile: String = "Dockerfile") throws(Diagnostic) {
        self.folder = folder
        let parts = dockerfile.split(separator: "/").filter { $0 != "." }
        guard !dockerfile.hasPrefix("/"), !parts.contains("..") else {
            throw Diagnostic(
                .fileNotFound, "the Dockerfile '\(dockerfile)' is not below its folder '\(folder)'",
                help: "name it relative to 'context'")
        }
        let name = parts.joined(separator: "/")
        self.dockerfile = name
        guard Self.kind(of: folder) == S_IFDIR else {
            throw Diagnostic(
                .fileNotFound, "there is no folder '\(folder)' to build from",
                help: "'context' begins at the folder of the file that names it")
        }
        guard Self.kind(of: "\(folder)/\(name)") == S_IFREG else {
            throw Diagnostic(
                .fileNotFound, "there is no '\(name)' in '\(folder)'",
                help: "name the file with 'dockerfile', relative to 'context'")
        }
        let ignored = IgnoreFile(String(decoding: Self.bytes("\(folder)/.dockerignore") ?? [], as: UTF8.self))
        var entries: [Entry] = []
        // The engine needs these two, whatever they say about themselves.
        try Self.collect("", in: folder, ignored, keeping: [name, ".dockerignore"], into: &entries)
        self.entries = entries
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        try? LocalFiles().read(path, offset: 0, count: 1 << 20)
    }

    private static func collect(
        _ path: String, in root: String, _ ignored: IgnoreFile, keeping kept: Set<String>, into entries: inout [Entry]
    ) throws(Diagnostic) {
        for name in try names(in: path.isEmpty ? root : "\(root)/\(path)") {
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            let isIgnored = ignored.ignores(inner) && !kept.contains(inner)
            var status = stat()
            guard lstat("\(root)/\(inner)", &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if !isIgnored, let kind = try kind(of: "\(root)/\(inner)", status) {
                entries.append(Entry(path: inner, kind: kind, permissions: Int(status.st_mode & 0o7777)))
            }
            let mayHold = ignored.takesBack || kept.contains { $0.hasPrefix("\(inner)/") }
            if isFolder, !isIgnored || mayHold {
                try collect(inner, in: root, ignored, keeping: kept, into: &entries)
            }
        }
    }

    /// nil for what no archive holds: sockets.
    private static func kind(of path: String, _ status: stat) throws(Diagnostic) -> Entry.Kind? {
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file(size: Int(status.st_size))
        case S_IFLNK:
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { throw Diagnostic(.fileUnreadable, "cannot read the link '\(path)'") }
            return .link(target: String(decoding: buffer[..<count], as: UTF8.self))
        default: return nil
        }
    }

    private static func names(in folder: String) throws(Diagnostic) -> [String] {
        guard let handle = opendir(folder) else {
            throw Diagnostic(.fileUnreadable, "cannot list the folder '\(folder)'")
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    // MARK: - Checksum

    /// One for all that can make a difference to the image; `options` say how it is built.
    package func checksum(options: [String]) throws(Diagnostic) -> String {
        var text = (["drover build 1", dockerfile] + options).map { "\($0.utf8.count):\($0)\n" }.joined()
        for entry in entries {
            let mode = String(entry.permissions, radix: 8)
            switch entry.kind {
            case .folder: text += "folder \(mode) \(entry.path)\n"
            case .link(let target): text += "link \(entry.path)\n\(target)\n"
            case .file: text += "file \(mode) \(entry.path)\n\(try checksum(of: entry))\n"
            }
        }
        return "sha256:\(Hash.sha256(Array(text.utf8)).hex)"
    }

    private func checksum(of entry: Entry) throws(Diagnostic) -> String {
        guard let stream = HashStream(.sha256) else { throw Diagnostic(.unsupported, "libcrypto has no SHA-256") }
        let files = LocalFiles()
        var offset = 0
        do throws(ByteSourceFailure) {
            while true {
                let bytes = try files.read("\(folder)/\(entry.path)", offset: offset, count: 1 << 20)
                if bytes.isEmpty { return stream.finish().hex }
                stream.update(bytes)
                offset += bytes.count
            }
        } catch {
            throw Diagnostic(.fileUnreadable, error.message)
        }
    }

    var dockerfileText: String {
        get throws(Diagnostic) {
            guard let bytes = Self.bytes("\(folder)/\(dockerfile)") else {
                throw Diagnostic(.fileUnreadable, "cannot read '\(folder)/\(dockerfile)'")
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    // MARK: - Archive

    /// The folder as an archive; the Dockerfile comes last, so that what is cut off cannot be built.
    /// `text` stands for the Dockerfile's own.
    package func archive(dockerfile text: [UInt8]? = nil) -> [StreamPart] {
        let last = entries.filter { $0.path == dockerfile }
        var parts: [StreamPart] = []
        for entry in entries.filter({ $0.path != dockerfile }) + last {
            switch entry.kind {
            case .folder:
                parts.append(.bytes(TarHeader(path: "\(entry.path)/", kind: .folder, mode: entry.permissions).bytes))
            case .link(let target):
                parts.append(.bytes(TarHeader(path: entry.path, kind: .link(target), mode: 0o777).bytes))
            case .file where entry.path == dockerfile && text != nil:
                let text = text ?? []
                parts.append(
                    .bytes(TarHeader(path: entry.path, kind: .file, mode: entry.permissions, size: text.count).bytes))
                parts += [.bytes(text), .bytes(TarHeader.padding(after: text.count))]
            case .file(let size):
                parts.append(
                    .bytes(TarHeader(path: entry.path, kind: .file, mode: entry.permissions, size: size).bytes))
                parts.append(.file(path: "\(folder)/\(entry.path)", size: size))
                parts.append(.bytes(TarHeader.padding(after: size)))
            }
        }
        return parts + [.bytes(TarHeader.end)]
    }
}
