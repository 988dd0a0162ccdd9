//! `fetch`: brings a file of the host to the control node.

import Diagnostics
import Digests
import Values

package struct FetchModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.fetch"], "Brings a file of the host to the control node",
        arguments: [
            ArgumentSpec("src", .path, "The file of the host", required: true),
            ArgumentSpec("dest", .string, "Folder of the control node; the file goes to dest/HOST/src", required: true),
            ArgumentSpec("flat", .bool, "The file goes to dest itself, or into it if it ends with /", default: false),
            ArgumentSpec("fail_on_missing", .bool, "Fails if the file is not there", default: true),
            ArgumentSpec("validate_checksum", .bool, "Compares checksums after the transfer", default: true),
        ], supportsCheckMode: false)

    private let source: String
    private let folder: String
    private let flat: Bool
    private let failsOnMissing: Bool
    private let validates: Bool
    private let context: ModuleContext
    private let arguments: ModuleArguments

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        source = arguments.string("src") ?? ""
        folder = arguments.string("dest") ?? ""
        flat = arguments.bool("flat") ?? false
        failsOnMissing = arguments.bool("fail_on_missing") ?? true
        validates = arguments.bool("validate_checksum") ?? true
        self.context = context
        self.arguments = arguments
    }

    package func start() throws(Diagnostic) -> Step {
        let probe = FileProbe(RemotePath(source), follow: true, checksum: .sha1)
        return probe.step { found throws(Diagnostic) in
            let fields: OrderedMap = ["file": .string(found.path)]
            guard found.exists else {
                let message = "the remote file does not exist"
                if failsOnMissing { return .done(.failure("\(message), not transferring", fields: fields)) }
                return .done(
                    ModuleResult(fields: fields.merging(["msg": .string("\(message), not transferring, ignored")])))
            }
            guard found.kind != .directory else {
                return .done(.failure("remote file is a directory, fetch cannot work on directories", fields: fields))
            }
            guard found.isReadable, let checksum = found.checksum else {
                return .done(.failure("file is not readable: \(found.path) (use 'become: true')", fields: fields))
            }
            return try transfer(found.path, checksum: checksum, to: try local(found.path))
        }
    }

    /// Where the file goes. Neither the host's name nor its path may lead out of the folder.
    private func local(_ path: String) throws(Diagnostic) -> String {
        let base = context.controller.destination(folder)
        if flat { return folder.hasSuffix("/") ? "\(base.withoutFinalSlashes)/\(path.fileName)" : base }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !parts.contains(".."), !context.host.contains("/"), context.host != "..", context.host != "." else {
            throw arguments.invalid(
                "src", "'\(path)' would leave the folder '\(folder)' of the control node",
                help: "write the path without '..', or set 'flat: true'")
        }
        return "\(base.withoutFinalSlashes)/\(context.host)/\(parts.joined(separator: "/"))"
    }

    private func transfer(_ path: String, checksum: String, to local: String) throws(Diagnostic) -> Step {
        let present = try? context.controller.read(local, decrypt: false)
        var fields: OrderedMap = ["dest": .string(local), "checksum": .string(checksum)]
        if let present, MessageDigest.sha1.hex(of: present) == checksum {
            fields["file"] = .string(path)
            fields["md5sum"] = .string(MessageDigest.md5.hex(of: present))
            return .done(ModuleResult(fields: fields))
        }
        let known = fields
        // The host is only read, but the control node changes: hence an act.
        return .apply(Change(fields: known), Script("cat < \(RemotePath.literal(path))")) { answer throws(Diagnostic) in
            guard answer.status == 0 else {
                return .done(.failure(HostRefusal.message("read", path, answer), fields: known))
            }
            let received = MessageDigest.sha1.hex(of: answer.output)
            guard received == checksum || !validates else {
                let more: OrderedMap = ["file": .string(path), "remote_checksum": .string(checksum)]
                return .done(
                    .failure("checksum mismatch: the file changed while it was read", fields: known.merging(more)))
            }
            try context.controller.store(answer.output, at: local)
            var result = known
            result["checksum"] = .string(received)
            result["md5sum"] = .string(MessageDigest.md5.hex(of: answer.output))
            result["remote_checksum"] = .string(checksum)
            result["remote_md5sum"] = Value.none
            return .done(ModuleResult(changed: true, fields: result))
        }
    }
}
