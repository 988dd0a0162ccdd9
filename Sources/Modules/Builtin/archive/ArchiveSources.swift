//! What goes into an archive: paths of the host, patterns resolved, folders walked.

import Diagnostics
import Regexes
import Values

/// The files and folders that a call names, as the host has them.
struct ArchiveSources: Sendable {
    /// In the order in which they were written.
    private(set) var expanded: [String] = []
    private(set) var excluded: [String] = []
    private(set) var missing: [String] = []
    /// Those of `expanded` that are there and not left out.
    private(set) var found: [String] = []
    private(set) var hasFolder = false
    private var folders: [String] = []
    private var files: [String] = []

    /// One record of three fields for each path: what it is, which argument it comes from, the path.
    static func probe(paths: [String], excluding excluded: [String]) -> Probe {
        func loop(_ patterns: [String], _ body: String) -> String {
            patterns.enumerated().map { index, pattern in
                "i=\(index); for p in \(RemotePath(pattern).shellPattern); do \(body); done\n"
            }.joined()
        }
        return Probe(
            """
            LC_ALL=C; export LC_ALL
            drover_source() {
            k=missing
            [ -d "$p" ] && k=folder || { { [ -e "$p" ] || [ -L "$p" ]; } && k=file; }
            printf '%s\\000%s\\000%s\\000' $k $i "$p"
            [ $k = folder ] || return 0
            find -H "$p" -mindepth 1 -type d -exec printf 'below/\\000\\000%s\\000' {} +
            find -H "$p" -mindepth 1 ! -type d -exec printf 'below\\000\\000%s\\000' {} +
            }
            \(loop(paths, "drover_source"))\(loop(excluded, "printf 'excluded\\000%s\\000%s\\000' $i \"$p\""))
            """)
    }

    init(_ answer: Observation, paths: [String]) {
        var fields = NulFields(answer.output)
        var records: [(kind: String, index: Int?, path: String)] = []
        while let kind = fields.next(), let index = fields.next(), let path = fields.next() {
            records.append((kind, Int(index), path))
        }
        excluded = records.filter { $0.kind == "excluded" }.map(\.path)
        var isTaken = false
        for (kind, index, path) in records where kind != "excluded" {
            if kind.hasPrefix("below") {
                guard isTaken else { continue }
                if kind == "below/" { folders.append(path) } else { files.append(path) }
                continue
            }
            // A pattern that nothing matches stands for nothing.
            let isPattern = index.map { paths[$0].contains { "*?[".contains($0) } } ?? false
            guard kind != "missing" || !isPattern else { continue }
            let path = path.withoutFinalSlashes
            expanded.append(path)
            isTaken = kind != "missing" && !excluded.contains(path)
            if kind == "missing", !excluded.contains(path) { missing.append(path) }
            guard isTaken else { continue }
            found.append(path)
            if kind == "folder" { hasFolder = true } else { files.append(path) }
        }
    }

    /// The folder that names in the archive begin below, with its slash.
    var root: String {
        let paths = found.isEmpty ? expanded : found + missing
        guard var common = paths.first.map({ Array($0.utf8) }) else { return "" }
        for path in paths.dropFirst() {
            common = zip(common, path.utf8).prefix { $0 == $1 }.map(\.0)
        }
        return String(decoding: common[..<((common.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)], as: UTF8.self)
    }

    /// What goes into the archive, folders first, relative to `root`.
    func members(excluding patterns: [Pattern], withFolders: Bool) throws(Diagnostic) -> [String] {
        let root = root
        var members: [String] = []
        for path in (withFolders ? folders.sorted() : []) + files.sorted() {
            let name = String(path.dropFirst(root.count))
            var isLeftOut = false
            for pattern in patterns where try pattern.match(name) != nil { isLeftOut = true }
            if !isLeftOut { members.append(name) }
        }
        return members
    }
}
