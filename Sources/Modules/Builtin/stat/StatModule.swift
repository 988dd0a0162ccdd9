//! `stat`: what is at a path.

import Diagnostics
import Digests
import Values

package struct StatModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.stat"], "Tells what is at a path",
        arguments: [
            ArgumentSpec("path", .path, "The path", required: true, aliases: ["dest", "name"]),
            ArgumentSpec("follow", .bool, "Looks at what a link points to", default: false),
            ArgumentSpec("get_checksum", .bool, "Computes the checksum of a file", default: true),
            ArgumentSpec(
                "checksum_algorithm", .string, "Algorithm of the checksum", default: "sha1",
                choices: MessageDigest.allCases.map(\.rawValue), aliases: ["checksum", "checksum_algo"]),
            ArgumentSpec(
                "get_mime", .bool, "Asks file for the type", default: true, aliases: ["mime", "mime_type", "mime-type"]),
            ArgumentSpec(
                "get_attributes", .bool, "Asks lsattr for attributes", default: true, aliases: ["attr", "attributes"]),
        ], readsAhead: true)

    private let probe: FileProbe
    private let wantsMime: Bool
    private let wantsAttributes: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let algorithm = MessageDigest(rawValue: arguments.string("checksum_algorithm") ?? "sha1")
        probe = FileProbe(
            RemotePath(arguments.string("path") ?? ""), follow: arguments.bool("follow") ?? false,
            checksum: arguments.bool("get_checksum") ?? true ? algorithm : nil)
        wantsMime = arguments.bool("get_mime") ?? true
        wantsAttributes = arguments.bool("get_attributes") ?? true
    }

    package func start() throws(Diagnostic) -> Step {
        let more = """
            LC_ALL=C; export LC_ALL
            p=\(probe.path.shellWord)
            case $p in -*) p=./$p;; esac
            \(wantsMime ? "file \(probe.follow ? "-L" : "") -b --mime \"$p\" 2>/dev/null" : ":"); printf '\\000'
            \(wantsAttributes ? "lsattr -vd \"$p\" 2>/dev/null" : ":"); printf '\\000'
            """
        return .observeAll([probe.probe, Probe(more)]) { answers in
            guard let status = probe.status(from: answers[0]) else { return .done(probe.unusable(answers[0])) }
            var fields = NulFields(answers[1].output)
            let (mime, attributes) = (fields.next() ?? "", fields.next() ?? "")
            return .done(ModuleResult(fields: ["stat": .dict(describe(status, mime: mime, attributes: attributes))]))
        }
    }

    private func describe(_ status: FileStatus, mime: String, attributes: String) -> OrderedMap {
        guard let details = status.details else { return ["exists": false] }
        var fields = StatFields.of(status.path, kind: status.kind, details)
        fields["exists"] = true
        fields["blocks"] = .int(details.blocks)
        fields["block_size"] = .int(details.blockSize)
        fields["device_type"] = .int(details.deviceType)
        fields["readable"] = .bool(status.isReadable)
        fields["writeable"] = .bool(status.isWritable)
        fields["executable"] = .bool(status.isExecutable)
        if status.kind == .link {
            fields["lnk_target"] = status.linkTarget.map { .string($0) }
            fields["lnk_source"] = status.realPath.map { .string($0) }
        }
        fields["checksum"] = status.checksum.map { .string($0) }
        if wantsMime { fields.merge(StatFields.mime(mime)) }
        if wantsAttributes { fields.merge(StatFields.attributes(attributes)) }
        return fields
    }
}
