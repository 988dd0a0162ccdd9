//! `known_hosts`: keys of SSH servers in a user's file.

import Diagnostics
import Values

package struct KnownHostsModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.known_hosts"], "Adds and removes keys of SSH servers",
        arguments: [
            ArgumentSpec("name", .string, "The server, as it is called in the key", required: true, aliases: ["host"]),
            ArgumentSpec("key", .string, "Lines as ssh-keyscan prints them: name, type and key"),
            ArgumentSpec("path", .path, "The file", default: "~/.ssh/known_hosts"),
            ArgumentSpec("hash_host", .bool, "Hide the name behind a hash", default: false),
            ArgumentSpec(
                "state", .string, "Whether the keys are there", default: "present", choices: ["absent", "present"]),
        ],
        requiredIf: [.init("state", is: "present", ["key"])], readsAhead: true)

    private let edit: TextEdit
    private let name: String
    private let keys: [KnownHost]
    private let isPresent: Bool
    private let hashesNames: Bool
    private let echo: OrderedMap

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = (arguments.string("name") ?? "").lowercased()
        isPresent = arguments.string("state") != "absent"
        hashesNames = arguments.bool("hash_host") ?? false
        let lines = (arguments.string("key") ?? "").pythonLines.map(\.trimmed).filter { !$0.isEmpty }
        keys = lines.filter { !$0.hasPrefix("#") }.compactMap(KnownHost.init)
        if let line = lines.first(where: { !$0.hasPrefix("#") && KnownHost($0) == nil }) {
            throw arguments.invalid(
                "key", "'\(line)' is no key of a server", help: "write it as ssh-keyscan does: name type base64")
        }
        for key in keys where !key.names(name) {
            throw arguments.invalid(
                "key",
                "Host parameter does not match hashed host field in supplied key: the key is for "
                    + "'\(key.hosts)', not for '\(name)'", help: "begin the key with the name: '\(name) ssh-ed25519 …'")
        }
        if isPresent, keys.isEmpty { throw arguments.invalid("key", "No key specified when adding a host") }
        var edit = try TextEdit(arguments, context: context)
        edit.create = isPresent
        edit.attributes = FileAttributes(mode: .octal(0o644))
        edit.setsAttributesOnCreation = true
        self.edit = edit
        echo = arguments.values
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target throws(Diagnostic) in
            guard let content else {
                guard isPresent else { return .finished(ModuleResult(fields: echo)) }
                return .edited(edited([]))
            }
            return .edited(edited(TextLines.split(content)))
        }
    }

    private func edited(_ lines: [[UInt8]]) -> TextEdit.Edited {
        var missing = isPresent ? keys : []
        var result: [[UInt8]] = []
        for line in lines {
            guard let found = KnownHost(TextLines.text(line).trimmed), found.names(name) else {
                result.append(line)
                continue
            }
            if isPresent, !found.isRevoked {
                guard let index = missing.firstIndex(where: { $0.type == found.type }) else {
                    // A second key of the type is wrong; other types are none of our business.
                    if !keys.contains(where: { $0.type == found.type }) || keys.contains(where: found.hasKey) {
                        result.append(line)
                    }
                    continue
                }
                let wanted = missing.remove(at: index)
                let isRight = wanted.hasKey(found) && found.isHashed == hashesNames
                result.append(isRight ? line : written(wanted))
            } else if keys.isEmpty || keys.contains(where: found.hasKey) {
                continue
            } else {
                result.append(line)
            }
        }
        if !missing.isEmpty, let last = result.indices.last, result[last].last != UInt8(ascii: "\n") {
            result[last].append(UInt8(ascii: "\n"))
        }
        result += missing.map(written)
        return TextEdit.Edited(content: Array(result.joined()), fields: echo)
    }

    private func written(_ key: KnownHost) -> [UInt8] {
        Array(((hashesNames && !key.isHashed ? key.hashed(name) : key).line + "\n").utf8)
    }
}
