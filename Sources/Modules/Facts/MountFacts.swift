//! Mounted file systems with their sizes, and logical volumes.

import Values

enum MountFacts {
    static func facts(_ report: HostReport) -> OrderedMap {
        let sizes = sizesByPath(report)
        let identifiers = DeviceLinks(report).byDevice("by-uuid")
        var seen: Set<String> = []
        var mounts: [Value] = []
        for line in report.lines("mounts") {
            guard let mount = Mount(line), mount.isOfInterest, seen.insert(mount.path).inserted else { continue }
            var entry: OrderedMap = [
                "mount": .string(mount.path), "device": .string(mount.device), "fstype": .string(mount.type),
                "options": .string(mount.options + (mount.isBind ? ",bind" : "")), "dump": 0, "passno": 0,
            ]
            if let size = sizes[mount.path] { entry.merge(size) }
            let device = mount.device.split(separator: "/").last.map(String.init) ?? ""
            entry["uuid"] = .string(identifiers[device]?.first ?? "N/A")
            mounts.append(.dict(entry))
        }
        return ["mounts": .list(mounts)]
    }

    /// `block size, fragment size, blocks, available, inodes, free inodes, path` of each mount that answered.
    private static func sizesByPath(_ report: HostReport) -> [String: OrderedMap] {
        var sizes: [String: OrderedMap] = [:]
        for line in report.lines("sizes") {
            let words = line.split(separator: " ", maxSplits: 6)
            guard words.count == 7 else { continue }
            let numbers = words[..<6].compactMap { Int($0) }
            guard numbers.count == 6 else { continue }
            sizes[String(words[6])] = [
                "block_size": .int(numbers[0]), "block_total": .int(numbers[2]), "block_available": .int(numbers[3]),
                "block_used": .int(numbers[2] - numbers[3]), "size_total": .int(numbers[1] * numbers[2]),
                "size_available": .int(numbers[1] * numbers[3]), "inode_total": .int(numbers[4]),
                "inode_available": .int(numbers[5]), "inode_used": .int(numbers[4] - numbers[5]),
            ]
        }
        return sizes
    }

    /// One line of `/proc/self/mountinfo`.
    private struct Mount {
        let root: String
        let path: String
        let type: String
        let device: String
        let options: String

        init?(_ line: Substring) {
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
            root = words[3]
            path = Self.unescaped(words[4])
            type = words[dash + 1]
            device = Self.unescaped(words[dash + 2])
            var merged = words[5].split(separator: ",").map(String.init)
            for option in words[dash + 3].split(separator: ",").map(String.init) where !merged.contains(option) {
                if option != "rw" || !merged.contains("ro") { merged.append(option) }
            }
            options = merged.joined(separator: ",")
        }

        var isOfInterest: Bool { type != "none" && (device.hasPrefix("/") || device.contains(":/")) }
        // A subvolume of btrfs is mounted by its own right.
        var isBind: Bool { root != "/" && type != "btrfs" && device.hasPrefix("/dev/") }

        /// The kernel writes blanks and backslashes in octal: `\040`.
        static func unescaped(_ text: String) -> String {
            guard text.contains("\\") else { return text }
            var bytes: [UInt8] = []
            var rest = Array(text.utf8)[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\\"), rest.count >= 3,
                    let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
                {
                    bytes.append(code)
                    rest = rest.dropFirst(3)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

enum VolumeFacts {
    /// `lvm`, or `N/A` where there is none or it may not be asked.
    static func facts(_ report: HostReport) -> OrderedMap {
        guard report.names.contains("lvm") else { return ["lvm": "N/A"] }
        var groups: OrderedMap = [:]
        for row in rows("lvm", report) where row.count >= 5 {
            groups[row[0]] = [
                "num_pvs": .string(row[1]), "num_lvs": .string(row[2]), "size_g": .string(row[3]),
                "free_g": .string(row[4]),
            ]
        }
        var volumes: OrderedMap = [:]
        for row in rows("lvs", report) where row.count >= 3 {
            volumes[row[0]] = ["vg": .string(row[1]), "size_g": .string(row[2])]
        }
        var disks: OrderedMap = [:]
        for row in rows("pvs", report) where row.count >= 4 {
            disks[row[0]] = ["vg": .string(row[1]), "size_g": .string(row[2]), "free_g": .string(row[3])]
        }
        return ["lvm": ["vgs": .dict(groups), "lvs": .dict(volumes), "pvs": .dict(disks)]]
    }

    private static func rows(_ section: String, _ report: HostReport) -> [[String]] {
        report.lines(section).map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(\.withoutOuterBlanks)
        }
    }
}
