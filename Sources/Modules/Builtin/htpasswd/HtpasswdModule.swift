//! `htpasswd`: users of a web server's password file.

import Diagnostics
import Digests
import Values

package struct HtpasswdModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.htpasswd"], "Keeps users and passwords in a web server's password file",
        arguments: [
            ArgumentSpec("path", .path, "The file", required: true, aliases: ["dest", "destfile"]),
            ArgumentSpec("name", .string, "The user", required: true, aliases: ["username"]),
            ArgumentSpec("password", .string, "The user's password", secret: true),
            ArgumentSpec(
                "hash_scheme", .string, "How the password is kept", default: "apr_md5_crypt",
                choices: [
                    "apr_md5_crypt", "bcrypt", "des_crypt", "ldap_sha1", "md5_crypt", "plaintext", "sha256_crypt",
                    "sha512_crypt",
                ], aliases: ["crypt_scheme"]),
            ArgumentSpec(
                "state", .string, "Whether the user is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("create", .bool, "Makes a file that is missing", default: true),
        ] + ArgumentSpec.fileAttributes)

    private let edit: TextEdit
    private let name: String
    private let password: String?
    private let scheme: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        password = arguments.string("state") == "absent" ? nil : arguments.string("password") ?? ""
        scheme = arguments.string("hash_scheme") ?? "apr_md5_crypt"
        guard !name.isEmpty, !name.contains(where: { $0 == ":" || $0.isNewline }) else {
            throw arguments.invalid("name", "'\(name)' is no name of a user", help: "it has one line and no colon")
        }
        if let password, password.isEmpty || password.contains("\n") {
            throw arguments.invalid("password", "a user who is present has a password of one line")
        }
        var edit = try TextEdit(arguments, context: context)
        edit.create = password != nil && arguments.bool("create") ?? true
        self.edit = edit
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target throws(Diagnostic) in
            guard let password else { return remove(from: content, target) }
            guard content != nil || edit.create else {
                return .lacking(
                    .path(target.path), failure: .failure("Destination \(target.path) does not exist"), then: nil)
            }
            return set(password, in: content, target)
        }
    }

    private static func isWellFormed(_ line: String) -> Bool {
        line.trimmed.isEmpty || line.trimmed.hasPrefix("#") || line.contains(":")
    }

    private func isUser(_ line: [UInt8]) -> Bool { TextLines.text(line).hasPrefix("\(name):") }

    private func remove(from content: [UInt8]?, _ target: FileStatus) -> TextEdit.Decision {
        let lines = TextLines.split(content ?? [])
        guard lines.contains(where: isUser) else {
            let message = "\(name) not present"
            return .finished(ModuleResult(fields: ["msg": .string(message)]))
        }
        let rest = Array(lines.filter { !isUser($0) }.joined())
        return .edited(TextEdit.Edited(content: rest, message: "Remove \(name)"))
    }

    private func set(
        _ password: String, in content: [UInt8]?, _ target: FileStatus
    ) -> TextEdit.Decision {
        var lines = TextLines.split(content ?? [])
        if let odd = lines.firstIndex(where: { !Self.isWellFormed(TextLines.text($0)) }) {
            let message = "malformed htpasswd file (error reading line \(odd + 1))"
            return .finished(.failure(message))
        }
        let place = lines.firstIndex(where: isUser)
        if let place, ApacheHash.isHash(String(TextLines.text(lines[place]).dropFirst(name.count + 1)), of: password) {
            return .edited(TextEdit.Edited(content: content ?? [], unchanged: "\(name) already present"))
        }
        guard let hash = hash(password) else {
            return .finished(.failure("the password cannot be kept as \(scheme)"))
        }
        let line = Array("\(name):\(hash)\n".utf8)
        if let place {
            lines[place] = line
        } else {
            if let last = lines.last, last.last != UInt8(ascii: "\n") {
                lines[lines.count - 1].append(UInt8(ascii: "\n"))
            }
            lines.append(line)
        }
        let message = content == nil ? "Created \(target.path) and added \(name)" : "Add/update \(name)"
        return .edited(TextEdit.Edited(content: Array(lines.joined()), message: message))
    }

    private func hash(_ password: String) -> String? {
        switch scheme {
        case "plaintext": password
        case "ldap_sha1": ApacheHash.sha1(password)
        case "apr_md5_crypt": ApacheHash.apr1(password, salt: PasswordHash.randomSalt(length: 8))
        case "des_crypt": try? PasswordHash.des(password)
        default: PasswordScheme(name: scheme).flatMap { try? PasswordHash.hash(password, scheme: $0) }
        }
    }
}
