//! What a MySQL user is to be, as statements.

import Diagnostics
import Digests
import Values

/// A statement, and how it is shown.
struct MySQLStatement: Sendable {
    let text: String
    let shown: String

    init(_ text: String, shown: String? = nil) {
        self.text = text
        self.shown = shown ?? text
    }
}

/// Password and privileges that a task asks for.
struct MySQLUserPlan: Sendable {
    private let password: String?
    private let isHash: Bool
    private let updatesPassword: Bool
    private let plugin: String?
    private let privileges: [(target: String, names: Set<String>)]?
    private let appends: Bool
    let preamble: [String]

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        password = arguments.string("password")
        isHash = arguments.bool("encrypted") ?? false
        updatesPassword = arguments.string("update_password") != "on_create"
        plugin = arguments.string("plugin")
        appends = arguments.bool("append_privs") ?? false
        preamble = arguments.bool("sql_log_bin") ?? true ? [] : ["SET SQL_LOG_BIN = 0"]
        if let plugin, !plugin.utf8.allSatisfy(\.isNameByte) {
            throw arguments.invalid("plugin", "'\(plugin)' is no plugin of MySQL")
        }
        privileges = try Self.privileges(arguments)
    }

    var hasPassword: Bool { password != nil }

    /// `db.table:P1,P2/db2.*:ALL`, or a mapping of the same.
    private static func privileges(
        _ arguments: ModuleArguments
    ) throws(Diagnostic) -> [(target: String, names: Set<String>)]? {
        guard let given = arguments["priv"], given != .none else { return nil }
        var parts: [(String, String)] = []
        if let map = given.dict {
            for (key, value) in map { parts.append((try key.text(), try value.text())) }
        } else {
            for part in try given.text().split(separator: "/") {
                guard let (target, names) = String(part).halves(at: ":") else {
                    throw arguments.invalid(
                        "priv", "'\(part)' is no privilege", help: "write db.table:PRIVILEGE,PRIVILEGE")
                }
                parts.append((target, names))
            }
        }
        return try parts.map { target, names throws(Diagnostic) in
            guard let quoted = MySQLGrants.quoted(target.trimmed) else {
                throw arguments.invalid("priv", "'\(target)' is no place for privileges", help: "write db.table or *.*")
            }
            let words = MySQLGrants.words(names)
            guard !words.isEmpty, words.allSatisfy(Self.isPrivilege) else {
                throw arguments.invalid("priv", "'\(names)' are no privileges")
            }
            return (quoted, Set(words))
        }
    }

    /// Letters and blanks, perhaps with columns; nothing that could end the statement.
    private static func isPrivilege(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isNameByte || " (),`".utf8.contains($0) }
    }

    // MARK: - Statements

    private func identified(isMariaDB: Bool) -> (text: String, shown: String) {
        if let plugin { return (" IDENTIFIED WITH \(plugin)", " IDENTIFIED WITH \(plugin)") }
        guard let password else { return ("", "") }
        let secret = MySQLServer.literal(password)
        let start =
            !isHash
            ? " IDENTIFIED BY " : isMariaDB ? " IDENTIFIED BY PASSWORD " : " IDENTIFIED WITH mysql_native_password AS "
        return (start + secret, start + "'********'")
    }

    func creation(of account: String, isMariaDB: Bool) -> MySQLStatement {
        let end = identified(isMariaDB: isMariaDB)
        return MySQLStatement("CREATE USER \(account)\(end.text)", shown: "CREATE USER \(account)\(end.shown)")
    }

    func passwordChange(of account: String, plugin current: String, stored: String, isMariaDB: Bool) -> MySQLStatement?
    {
        guard updatesPassword else { return nil }
        if let plugin, plugin == current { return nil }
        if let password, stored.uppercased() == (isHash ? password.uppercased() : Self.hash(password)) { return nil }
        guard plugin != nil || password != nil else { return nil }
        let end = identified(isMariaDB: isMariaDB)
        return MySQLStatement("ALTER USER \(account)\(end.text)", shown: "ALTER USER \(account)\(end.shown)")
    }

    /// `mysql_native_password`: SHA-1 twice.
    private static func hash(_ password: String) -> String {
        guard !password.isEmpty else { return "" }
        let once = MessageDigest.sha1.bytes(of: Array(password.utf8))
        return "*" + MessageDigest.sha1.hex(of: once).uppercased()
    }

    /// What has to be granted and revoked beside what an account has.
    func grants(to account: String, beside current: MySQLGrants) -> [MySQLStatement] {
        guard let privileges else { return [] }
        var statements: [String] = []
        if !appends {
            let wanted = Set(privileges.map(\.target))
            for target in current.targets where !wanted.contains(target) {
                statements += revocations(current[target], on: target, from: account)
            }
        }
        for (target, names) in privileges {
            let present = current[target]
            if !appends { statements += revocations(present.subtracting(names), on: target, from: account) }
            var missing = names.subtracting(present).subtracting(["USAGE"])
            if appends, present.contains("ALL PRIVILEGES") { missing.formIntersection([MySQLGrants.option]) }
            guard !missing.isEmpty else { continue }
            let granted = missing.subtracting([MySQLGrants.option]).sorted()
            let words = granted.isEmpty ? "USAGE" : granted.joined(separator: ", ")
            let option = missing.contains(MySQLGrants.option) ? " WITH GRANT OPTION" : ""
            statements.append("GRANT \(words) ON \(target) TO \(account)\(option)")
        }
        return statements.map { MySQLStatement($0) }
    }

    /// The right to grant goes by a statement of its own.
    private func revocations(_ surplus: Set<String>, on target: String, from account: String) -> [String] {
        let words = surplus.subtracting(["USAGE", MySQLGrants.option]).sorted()
        let lists = (surplus.contains(MySQLGrants.option) ? [MySQLGrants.option] : []) + [words.joined(separator: ", ")]
        return lists.filter { !$0.isEmpty }.map { "REVOKE \($0) ON \(target) FROM \(account)" }
    }
}
