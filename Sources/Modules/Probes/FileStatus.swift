//! What a host says about one path.

import Digests
import Values

/// One path and what is there, as `lstat` and its companions tell it.
package struct FileStatus: Sendable {
    package enum Kind: Sendable { case absent, file, directory, link, fifo, socket, block, character }

    /// The numbers that only exist where something exists.
    package struct Details: Sendable {
        /// All bits of `st_mode`.
        package var mode: Int
        package var uid: Int
        package var gid: Int
        package var owner: String
        package var group: String
        package var size: Int
        package var accessed: Double
        package var modified: Double
        package var statusChanged: Double
        package var links: Int
        package var inode: Int
        package var device: Int
        package var blocks: Int
        package var blockSize: Int
        package var deviceType: Int

        /// The permission bits including set-uid, set-gid and sticky.
        package var permissions: Int { mode & 0o7777 }
    }

    /// The expanded path.
    package var path: String
    package var kind: Kind
    package var details: Details?
    /// What a symbolic link says.
    package var linkTarget: String?
    /// The path with every symbolic link resolved.
    package var realPath: String?
    package var isReadable = false
    package var isWritable = false
    package var isExecutable = false
    package var parentIsDirectory = false
    package var parentIsWritable = false
    package var umask = 0o022
    package var checksum: String?
    /// Only if it was asked for and is not larger than the limit.
    package var content: [UInt8]?
    /// The numeric ids of the owner and group that were asked about; nil if the host does not know them.
    package var wantedOwner: Int?
    package var wantedGroup: Int?

    package var exists: Bool { kind != .absent }

    /// The same under the name that no link leads to, where it can be replaced.
    var resolved: FileStatus {
        guard let realPath, exists else { return self }
        var copy = self
        copy.path = realPath
        return copy
    }

    /// Ansible's word for what is there. A regular file with several names is a `hard` link.
    package var state: String {
        switch kind {
        case .absent: "absent"
        case .directory: "directory"
        case .link: "link"
        default: (details?.links ?? 1) > 1 ? "hard" : "file"
        }
    }

    /// `mode`, `owner`, `group`, `uid`, `gid`, `size` and `state`, as every file module reports them.
    package var resultFields: OrderedMap {
        guard let details else { return ["state": .string(state)] }
        return [
            "gid": .int(details.gid), "group": .string(details.group), "mode": .string(details.permissions.octalMode),
            "owner": .string(details.owner), "size": .int(details.size), "state": .string(state),
            "uid": .int(details.uid),
        ]
    }
}

extension Int {
    /// `0644`.
    package var octalMode: String {
        let digits = String(self, radix: 8)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.utf8.count)) + digits
    }
}
