//! `find`: files that meet conditions.

import Diagnostics
import Digests
import Values

package struct FindModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.find"], "Finds files that meet conditions",
        arguments: [
            ArgumentSpec("paths", .list(of: .path), "Folders to look in", required: true, aliases: ["name", "path"]),
            ArgumentSpec("patterns", .list(of: .string), "Patterns of names", aliases: ["pattern"]),
            ArgumentSpec("excludes", .list(of: .string), "Patterns of names to leave out", aliases: ["exclude"]),
            ArgumentSpec("use_regex", .bool, "The patterns are regular expressions", default: false),
            ArgumentSpec(
                "file_type", .string, "What to find", default: "file", choices: ["any", "directory", "file", "link"]),
            ArgumentSpec("recurse", .bool, "Looks into folders, too", default: false),
            ArgumentSpec("depth", .int, "How deep to look"),
            ArgumentSpec("hidden", .bool, "Finds names that begin with a dot", default: false),
            ArgumentSpec("follow", .bool, "Follows links", default: false),
            ArgumentSpec("age", .string, "Older than this (2d, 1w); younger if negative"),
            ArgumentSpec(
                "age_stamp", .string, "Which time counts", default: "mtime", choices: ["atime", "ctime", "mtime"]),
            ArgumentSpec("size", .string, "At least this size (10m); at most if negative"),
            ArgumentSpec("contains", .string, "Regular expression that a line begins with"),
            ArgumentSpec("read_whole_file", .bool, "contains looks at the file as a whole", default: false),
            ArgumentSpec("get_checksum", .bool, "Computes checksums", default: false),
            ArgumentSpec(
                "checksum_algorithm", .string, "Algorithm of the checksum", default: "sha1",
                choices: MessageDigest.allCases.map(\.rawValue), aliases: ["checksum", "checksum_algo"]),
            ArgumentSpec("limit", .int, "Stops after so many"),
        ])

    private let paths: [String]
    private let depth: Int?
    private let follow: Bool
    private let filter: FindFilter
    private let checksum: MessageDigest?
    private let limit: Int?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        paths = arguments.strings("paths") ?? []
        depth = arguments.bool("recurse") == true ? arguments.int("depth") : 1
        follow = arguments.bool("follow") ?? false
        filter = try FindFilter(arguments)
        let algorithm = MessageDigest(rawValue: arguments.string("checksum_algorithm") ?? "sha1")
        checksum = arguments.bool("get_checksum") == true ? algorithm : nil
        limit = arguments.int("limit")
    }

    package func start() throws(Diagnostic) -> Step {
        .observeAll(paths.map { Probe(listing($0)) }) { answers throws(Diagnostic) in
            var skipped: OrderedMap = [:]
            var matches: [FileStatus] = []
            var examined = 0
            for (path, answer) in zip(paths, answers) {
                if answer.status == 71 {
                    skipped[path] = .string("'\(path)' is not a directory")
                    continue
                }
                let now = Double(answer.text.prefix { $0 != "\n" }) ?? 0
                for status in FileStatus.parseListing(answer.text.drop { $0 != "\n" }.dropFirst()) {
                    examined += 1
                    if try filter.accepts(status, now: now) { matches.append(status) }
                }
            }
            return try inspect(matches, examined: examined, skipped: skipped)
        }
    }

    private func listing(_ path: String) -> String {
        """
        LC_ALL=C; export LC_ALL
        d=\(RemotePath(path).shellWord)
        [ -d "$d" ] || exit 71
        date +%s
        \(FileScripts.listing(flags: follow ? "-L" : "", depth: depth))
        """
    }

    /// Contents and checksums are asked for only where everything else fits.
    private func inspect(_ found: [FileStatus], examined: Int, skipped: OrderedMap) throws(Diagnostic) -> Step {
        guard checksum != nil || filter.needsContent else { return .done(result(found, examined, skipped)) }
        let probes = found.map {
            FileProbe(
                RemotePath(literal: $0.path), follow: follow, checksum: checksum,
                contentLimit: filter.needsContent ? 16 << 20 : nil)
        }
        return FileProbe.step(probes) { statuses throws(Diagnostic) in
            var kept: [FileStatus] = []
            for status in statuses where try filter.acceptsContent(of: status) { kept.append(status) }
            return .done(result(kept, examined, skipped))
        }
    }

    private func result(_ found: [FileStatus], _ examined: Int, _ skipped: OrderedMap) -> ModuleResult {
        let files = found.prefix(limit ?? .max).compactMap { status -> Value? in
            guard let details = status.details else { return nil }
            var fields = StatFields.of(status.path, kind: status.kind, details)
            fields["checksum"] = status.checksum.map { .string($0) }
            return .dict(fields)
        }
        let message = skipped.isEmpty ? "All paths examined" : "Not all paths examined, check warnings for details"
        return ModuleResult(fields: [
            "files": .list(files), "matched": .int(files.count), "examined": .int(examined), "msg": .string(message),
            "skipped_paths": .dict(skipped),
        ])
    }
}
