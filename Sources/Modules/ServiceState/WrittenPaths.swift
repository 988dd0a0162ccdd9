//! What a container wrote into its own layer, told in a few lines.

import Values

/// Lines of `docker diff`, without what always differs, and their summary.
struct WrittenPaths: Sendable {
    /// `A /path`, `C /path` or `D /path`, in the engine's order.
    let lines: [String]

    /// An extended regular expression of lines that say nothing: what every program writes while it runs. The host
    /// leaves them out, so that they do not push others over the limit.
    static let noise = #"^. (/tmp|/var/tmp|/run|/var/run|/var/lock|/dev|/proc|/sys)(/|$)|\.(pid|sock|lock)$"#

    /// Entries in a folder of which more are told as one.
    private static let most = 5

    init(_ lines: [String], mounts: [String]) {
        let paths = lines.map { String($0.dropFirst(2)) }
        let beneath = mounts.map { "\($0)/" }
        // Every folder on the way to a mount point or to something written.
        var parents: Set<String> = []
        for path in mounts + paths { parents.formUnion(path.ancestors) }
        let toMounts = Set(mounts.flatMap(\.ancestors))
        self.lines = zip(lines, paths).filter { line, path in
            if mounts.contains(path) || beneath.contains(where: path.hasPrefix) { return false }
            return !(parents.contains(path) && (line.hasPrefix("C ") || toMounts.contains(path)))
        }.map(\.0)
    }

    /// One entry for a new folder with all that is in it, and for a folder in which much was written.
    struct Entry: Equatable {
        let kind: Character
        let path: String
        var count: Int

        var text: String { "\(kind) \(path)\(count == 1 ? "" : " (\(count) paths)")" }
    }

    var summary: [Entry] {
        var entries: [Entry] = []
        for line in lines.sorted(by: { $0.dropFirst(2) < $1.dropFirst(2) }) {
            let path = String(line.dropFirst(2))
            let kind = line.first ?? "A"
            if kind == "A", let index = entries.lastIndex(where: { $0.kind == "A" && path.hasPrefix("\($0.path)/") }) {
                entries[index].count += 1
            } else {
                entries.append(Entry(kind: kind, path: path, count: 1))
            }
        }
        return Self.gathered(entries)
    }

    private static func gathered(_ entries: [Entry]) -> [Entry] {
        let folders = Dictionary(grouping: entries) { "\($0.kind) \($0.path.folder)" }
        var told: Set<String> = []
        return entries.compactMap { entry in
            let key = "\(entry.kind) \(entry.path.folder)"
            guard let siblings = folders[key], siblings.count > most else { return entry }
            guard told.insert(key).inserted else { return nil }
            let all = siblings.reduce(0) { $0 + $1.count }
            return Entry(kind: entry.kind, path: entry.path.folder + "/*", count: all)
        }
    }

    /// `{count, paths}`, at most 20 of them.
    var value: Value {
        .dict(["count": .int(lines.count), "paths": .list(summary.prefix(20).map { .string($0.text) })])
    }
}

extension String {
    /// `/a/b` for `/a/b/c`, nothing for `/a`.
    fileprivate var folder: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }

    /// The folders above a path.
    fileprivate var ancestors: [String] {
        var found: [String] = []
        var rest = folder
        while !rest.isEmpty {
            found.append(rest)
            rest = rest.folder
        }
        return found
    }
}
