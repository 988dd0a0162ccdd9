//! `authorized_key`: who may log in by SSH key.

import Diagnostics
import Values

package struct AuthorizedKeyModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.authorized_key"], "Adds or removes SSH keys of a user",
        arguments: [
            ArgumentSpec("user", .string, "Whose keys", required: true),
            ArgumentSpec("key", .string, "Public keys, one a line", required: true),
            ArgumentSpec("path", .path, "The file; default is ~user/.ssh/authorized_keys"),
            ArgumentSpec(
                "state", .string, "Whether the keys are there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("exclusive", .bool, "Removes every other key", default: false),
            ArgumentSpec("key_options", .string, "Options in front of the keys"),
            ArgumentSpec("comment", .string, "Comment behind the keys"),
            ArgumentSpec("manage_dir", .bool, "Makes the folder of the file", default: true),
            ArgumentSpec("follow", .bool, "Writes through a link", default: false),
            ArgumentSpec("validate_certs", .bool, "Checks certificates of a URL", default: true),
        ], readsAhead: true)

    private let edit: TextEdit
    private let user: String
    private let keys: [AuthorizedKey]
    private let present: Bool
    private let exclusive: Bool
    private let echo: OrderedMap

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        user = arguments.string("user") ?? ""
        present = arguments.string("state") != "absent"
        exclusive = arguments.bool("exclusive") ?? false
        let text = arguments.string("key") ?? ""
        if text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("file://") {
            throw arguments.invalid(
                "key", "keys from a URL are not supported", help: "use lookup('file', …) or lookup('url', …)")
        }
        var keys: [AuthorizedKey] = []
        for line in text.pythonLines.map(\.trimmed) where !line.isEmpty && !line.hasPrefix("#") {
            guard var key = AuthorizedKey(line) else {
                throw arguments.invalid(
                    "key", "invalid key specified: \(line)", help: "a line is: [options] type base64 [comment]")
            }
            if let options = arguments.string("key_options") { key.options = options }
            if let comment = arguments.string("comment") { key.comment = comment }
            keys.append(key)
        }
        self.keys = keys
        var edit = try TextEdit(arguments, context: context)
        edit.path = arguments.string("path") ?? "~\(user)/.ssh/authorized_keys"
        edit.create = arguments.bool("manage_dir") ?? true
        edit.attributes = FileAttributes(owner: user, mode: .octal(0o600))
        edit.attributes.takesLoginGroup = true
        edit.setsAttributesOnCreation = true
        edit.folderPreparation = Self.preparation
        self.edit = edit
        echo = arguments.values
    }

    /// The folder belongs to the user, who alone may look into it.
    private static let preparation: @Sendable (FileStatus) -> String = { target in
        let folder = RemotePath.literal(target.path.parentFolder)
        let owner = "\(target.wantedOwner ?? 0):\(target.wantedGroup ?? 0)"
        return "mkdir -p -m 700 -- \(folder) && chown \(owner) -- \(folder) || exit 71"
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target throws(Diagnostic) in
            let lines = changed(TextLines.split(content ?? []))
            let edited = TextEdit.Edited(
                content: Array(lines.joined()), fields: echo.merging(["keyfile": .string(target.path)]))
            let isHomeKnown = !target.path.hasPrefix("~")
            guard isHomeKnown, target.wantedOwner != nil else {
                let failure = ModuleResult.failure(
                    "Failed to lookup user \(user): there is no such user on the host")
                return .lacking(.user(user), failure: failure, then: isHomeKnown ? edited : nil)
            }
            if content == nil, !present { return .finished(ModuleResult(fields: echo)) }
            return .edited(edited)
        }
    }

    private func changed(_ lines: [[UInt8]]) -> [[UInt8]] {
        var missing = present ? keys : []
        var result: [[UInt8]] = []
        for line in lines {
            guard let found = AuthorizedKey(TextLines.text(line).trimmed) else {
                if !exclusive || TextLines.text(line).hasPrefix("#") { result.append(line) }
                continue
            }
            guard let wanted = keys.first(where: { $0.isSameKey(as: found) }) else {
                if !exclusive { result.append(line) }
                continue
            }
            guard present else { continue }
            // A key that is there twice stays once.
            guard let index = missing.firstIndex(where: { $0.isSameKey(as: found) }) else { continue }
            missing.remove(at: index)
            result.append(wanted.says(the: found) ? line : Array((wanted.text + "\n").utf8))
        }
        if !missing.isEmpty, let last = result.indices.last, result[last].last != UInt8(ascii: "\n") {
            result[last].append(UInt8(ascii: "\n"))
        }
        return result + missing.map { Array(($0.text + "\n").utf8) }
    }
}

/// One line of an authorized_keys file.
struct AuthorizedKey: Sendable {
    var options: String
    let type: String
    let key: String
    var comment: String

    /// nil for comments and whatever else is no key.
    init?(_ line: String) {
        let bytes = Array(line.utf8)
        guard let first = bytes.first, first != UInt8(ascii: "#") else { return nil }
        var words = Self.words(bytes)[...]
        options = ""
        if let word = words.first, !Self.isType(word) {
            options = word
            words = words.dropFirst()
        }
        guard let type = words.popFirst(), Self.isType(type), let key = words.popFirst(), key.hasPrefix("AAAA") else {
            return nil
        }
        self.type = type
        self.key = key
        comment = words.joined(separator: " ")
    }

    var text: String { [options, type, key, comment].filter { !$0.isEmpty }.joined(separator: " ") }

    func isSameKey(as other: AuthorizedKey) -> Bool { type == other.type && key == other.key }

    /// Whether options and comment agree, too.
    func says(the found: AuthorizedKey) -> Bool {
        options == found.options && (comment.isEmpty || comment == found.comment)
    }

    private static func isType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) }
    }

    /// Words separated by blanks outside of double quotes, which options may contain.
    private static func words(_ bytes: [UInt8]) -> [String] {
        var words: [[UInt8]] = [[]]
        var isQuoted = false
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\""), previous != UInt8(ascii: "\\") { isQuoted.toggle() }
            if byte.isBlank, !isQuoted { words.append([]) } else { words[words.count - 1].append(byte) }
            previous = byte
        }
        return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }
}
