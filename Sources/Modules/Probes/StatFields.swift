//! The keys of `stat` and `find` results.

import Values

enum StatFields {
    /// What both modules tell about a path.
    static func of(_ path: String, kind: FileStatus.Kind, _ details: FileStatus.Details) -> OrderedMap {
        var fields: OrderedMap = [
            "path": .string(path), "mode": .string(details.permissions.octalMode), "size": .int(details.size),
            "uid": .int(details.uid), "gid": .int(details.gid), "inode": .int(details.inode),
            "dev": .int(details.device), "nlink": .int(details.links), "atime": .float(details.accessed),
            "mtime": .float(details.modified), "ctime": .float(details.statusChanged),
            "isdir": .bool(kind == .directory), "isreg": .bool(kind == .file), "islnk": .bool(kind == .link),
            "isfifo": .bool(kind == .fifo), "issock": .bool(kind == .socket), "isblk": .bool(kind == .block),
            "ischr": .bool(kind == .character), "isuid": .bool(details.mode & 0o4000 != 0),
            "isgid": .bool(details.mode & 0o2000 != 0),
        ]
        for (name, shift) in [("usr", 6), ("grp", 3), ("oth", 0)] {
            for (letter, bit) in [("r", 4), ("w", 2), ("x", 1)] {
                fields[letter + name] = .bool(details.mode >> shift & bit != 0)
            }
        }
        if !details.owner.isEmpty { fields["pw_name"] = .string(details.owner) }
        if !details.group.isEmpty { fields["gr_name"] = .string(details.group) }
        return fields
    }

    /// `text/plain; charset=us-ascii`.
    static func mime(_ text: String) -> OrderedMap {
        let parts = text.trimmed.split(separator: ";").map { String($0).trimmed }
        let charset = parts.dropFirst().first.flatMap { $0.split(separator: "=").last }.map(String.init)
        let type = parts.first ?? ""
        return [
            "mimetype": .string(type.contains("/") ? type : "unknown"), "charset": .string(charset ?? "unknown"),
        ]
    }

    /// `3099231614 --------------e------- path`.
    static func attributes(_ text: String) -> OrderedMap {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 2 else { return ["attributes": [], "attr_flags": "", "version": .none] }
        let flags = words[1].filter { $0 != "-" }
        return [
            "version": .string(words[0]), "attr_flags": .string(flags),
            "attributes": .list(flags.compactMap { attributeNames[$0] }.map { .string($0) }),
        ]
    }

    private static let attributeNames: [Character: String] = [
        "A": "noatime", "a": "append", "c": "compressed", "C": "nocow", "d": "nodump", "D": "dirsync", "e": "extents",
        "E": "encrypted", "h": "blocksize", "i": "immutable", "I": "indexed", "j": "journalled", "N": "inline",
        "s": "zero", "S": "synchronous", "t": "notail", "T": "blockroot", "u": "undelete", "X": "compressedraw",
        "Z": "compresseddirty",
    ]
}
