//! `copy`: brings files, folders or text to a host.

import Diagnostics
import Digests
import Values

package struct CopyModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.copy"], "Copies files, folders or text to the host",
        arguments: [
            ArgumentSpec("src", .path, "File or folder of the control node; with / at the end only what is in it"),
            ArgumentSpec("content", .raw, "The text itself; a dict or list becomes JSON"),
            ArgumentSpec("dest", .path, "Where it goes; a folder if it ends with /", required: true),
            ArgumentSpec("remote_src", .bool, "src is on the host", default: false),
            ArgumentSpec("force", .bool, "Replaces content that differs", default: true),
            ArgumentSpec("backup", .bool, "Keeps the old file beside the new one", default: false),
            ArgumentSpec("validate", .string, "Command that has to accept the new file; %s is its path"),
            ArgumentSpec("directory_mode", .mode, "Mode of folders that are created"),
            ArgumentSpec("follow", .bool, "Writes through a link at dest", default: false),
            ArgumentSpec("local_follow", .bool, "Follows links on the control node", default: true),
            ArgumentSpec("checksum", .string, "SHA-1 that the content must have"),
            ArgumentSpec("decrypt", .bool, "Decrypts vaulted files", default: true),
        ] + ArgumentSpec.fileAttributes, readsAhead: true)

    private let steps: @Sendable () throws(Diagnostic) -> Step

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        guard arguments["src"] == nil || arguments["content"] == nil else {
            throw arguments.invalid("content", "src and content are mutually exclusive", help: "give one of them only")
        }
        if let content = arguments["content"] {
            steps = try Self.delivery(try Self.bytes(of: content), nil, arguments, context)
            return
        }
        guard let source = arguments.string("src"), !source.isEmpty else {
            throw Diagnostic(.missingArgument, "src (or content) is required", at: arguments.range)
        }
        if arguments.bool("remote_src") == true {
            steps = try RemoteCopy(source, arguments, context: context).start
            return
        }
        do {
            let path = try context.controller.path(of: source.withoutFinalSlashes, in: .files)
            if context.controller.isFolder(path) {
                steps = try FolderCopy(path, source: source, arguments, context: context).start
            } else {
                let bytes = try context.controller.read(path, decrypt: arguments.bool("decrypt") ?? true)
                steps = try Self.delivery(bytes, path, arguments, context)
            }
        } catch {
            throw error.located(at: arguments.ranges["src"] ?? arguments.range)
        }
    }

    package func start() throws(Diagnostic) -> Step { try steps() }

    private static func delivery(
        _ bytes: [UInt8], _ source: String?, _ arguments: ModuleArguments, _ context: ModuleContext
    ) throws(Diagnostic) -> @Sendable () throws(Diagnostic) -> Step {
        var delivery = try FileDelivery(bytes, name: source?.fileName, source: source, arguments, context: context)
        if delivery.attributes.mode == .preserve {
            delivery.attributes.mode = source.flatMap { context.controller.permissions(of: $0) }.map { .octal($0) }
        }
        let found = MessageDigest.sha1.hex(of: bytes)
        if let wanted = arguments.string("checksum"), wanted.lowercased() != found {
            let failure = ModuleResult.failure(
                "Copied file does not match the expected checksum. Transfer failed.",
                fields: ["checksum": .string(found), "expected_checksum": .string(wanted)])
            return { () throws(Diagnostic) in .done(failure) }
        }
        let ready = delivery
        return { () throws(Diagnostic) in try ready.start() }
    }

    /// Text as it is, containers as JSON, other scalars as Python prints them.
    private static func bytes(of content: Value) throws(Diagnostic) -> [UInt8] {
        switch content {
        case .bytes(let bytes): bytes
        case .dict, .list, .tuple: Array(try content.json().utf8)
        default: Array(try content.text().utf8)
        }
    }
}
