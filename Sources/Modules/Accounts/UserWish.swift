//! The arguments of `user`.

import Diagnostics
import Values

struct UserWish: Sendable {
    let arguments: ModuleArguments
    let name: String
    let absent: Bool
    let uid: Int?
    let group: String?
    /// nil where the task says nothing about further groups.
    let groups: [String]?
    let comment: String?
    let home: String?
    let shell: String?
    /// A hash; secret.
    let password: String?
    let lock: Bool?
    /// Days since 1970; -1 for never.
    let expires: Int?
    let keyPath: String

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        self.arguments = arguments
        name = arguments.string("name") ?? ""
        try AccountName.check(name, "name", in: arguments)
        absent = arguments.string("state") == "absent"
        uid = arguments.int("uid")
        group = arguments.string("group")
        groups = arguments.strings("groups")?.filter { !$0.isEmpty }
        comment = arguments.string("comment")
        home = arguments.string("home")
        shell = arguments.string("shell")
        password = arguments.string("password")
        lock = arguments.bool("password_lock")
        if case .float(let seconds)? = arguments["expires"] {
            expires = seconds < 0 ? -1 : Int((seconds / 86400).rounded(.down))
        } else {
            expires = arguments.int("expires").map { $0 < 0 ? -1 : $0 / 86400 }
        }
        keyPath = arguments.string("ssh_key_file") ?? ".ssh/id_\(arguments.string("ssh_key_type") ?? "rsa")"
        for group in [group].compactMap({ $0 }) + (groups ?? []) {
            try AccountName.check(group, group == self.group ? "group" : "groups", in: arguments)
        }
        for (field, text) in [("comment", comment), ("home", home), ("shell", shell), ("password", password)] {
            if let text, text.contains(where: { $0 == ":" || $0 == "\n" }) {
                throw arguments.invalid(field, "\(field) holds a colon or a line break, which passwd cannot store")
            }
        }
        if isOn("non_unique"), uid == nil {
            throw arguments.invalid("non_unique", "non_unique needs uid", help: "say which number with uid")
        }
    }

    func isOn(_ name: String) -> Bool { arguments.bool(name) ?? false }

    /// What shadow shows for a password that nobody hashed is plain to read: worth a warning.
    var passwordWarning: String? {
        guard let password, !password.isEmpty, !["*", "!", "!!", "*************"].contains(password) else { return nil }
        let hash = password.drop { $0 == "!" }
        let fields = hash.split(separator: "$", omittingEmptySubsequences: true)
        if hash.hasPrefix("$"), fields.count >= 3 || hash.hasPrefix("$2") { return nil }
        return "The input password appears not to have been hashed. "
            + "The 'password' argument must be encrypted for this module to work properly."
    }
}
