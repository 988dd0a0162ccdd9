//! What a host says about an archive and the folder that it goes to.

import Values

struct ArchiveContents: Sendable {
    struct Entry: Sendable {
        let path: String
        let kind: FileStatus.Kind
        let mode: Int
        let uid: Int
        let gid: Int
    }

    private(set) var handler = ""
    private(set) var entries: [Entry] = []
    private var differences: [String] = []
    private var isRoot = false

    /// Lines that begin with `handler`, `user`, `differs` or `entry`.
    init(_ text: String) {
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("handler ") {
                handler = String(line.dropFirst(8))
            } else if line.hasPrefix("user ") {
                isRoot = line == "user 0"
            } else if line.hasPrefix("differs ") {
                differences.append(String(line.dropFirst(8)))
            } else if line.hasPrefix("entry ") {
                let parts = line.dropFirst(6).split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
                guard parts.count == 5, let mode = Int(parts[1], radix: 8), let uid = Int(parts[2]),
                    let gid = Int(parts[3])
                else { continue }
                let kind: FileStatus.Kind =
                    parts[0] == "directory" ? .directory : parts[0] == "symbolic link" ? .link : .file
                entries.append(Entry(path: String(parts[4]), kind: kind, mode: mode, uid: uid, gid: gid))
            }
        }
    }

    /// Whether anything is to be unpacked. What the task sets itself is compared apart.
    func differs(attributes: FileAttributes, arguments: ModuleArguments) -> Bool {
        var ignored: [String] = []
        if attributes.owner != nil { ignored.append(": Uid differs") }
        if attributes.group != nil { ignored.append(": Gid differs") }
        if attributes.mode != nil { ignored.append(": Mode differs") }
        // Without root's rights tar cannot give files away, and takes the umask off their modes.
        if !isRoot { ignored += [": Uid differs", ": Gid differs", ": Mode differs"] }
        if arguments.bool("keep_newer") ?? false { ignored.append(": Mod time differs") }
        return differences.contains { line in !ignored.contains { line.hasSuffix($0) } }
    }

    /// Commands that give every entry what is wanted.
    func commands(_ attributes: FileAttributes, in target: FileStatus) -> [String] {
        entries.compactMap { entry in
            var plan = AttributePlan()
            if attributes.owner != nil, target.wantedOwner != entry.uid { plan.uid = target.wantedOwner }
            if attributes.group != nil, target.wantedGroup != entry.gid { plan.gid = target.wantedGroup }
            if let mode = attributes.mode, entry.kind != .link {
                let isDirectory = entry.kind == .directory
                let wanted = mode.applied(to: entry.mode, isDirectory: isDirectory, umask: target.umask)
                if wanted != entry.mode { plan.mode = wanted }
            }
            let commands = plan.commands(on: RemotePath.literal("./" + entry.path), link: entry.kind == .link)
            return commands.isEmpty ? nil : commands
        }
    }
}
