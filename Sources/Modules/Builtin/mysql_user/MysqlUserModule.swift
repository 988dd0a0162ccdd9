//! `mysql_user`: accounts of a MySQL or MariaDB server and what they may do.

import Connections
import Diagnostics
import Digests
import Values

package struct MysqlUserModule: Module {
    package static let spec = ModuleSpec(
        ["community.mysql.mysql_user"], "Makes, changes and removes users of MySQL and MariaDB",
        arguments: [
            ArgumentSpec("name", .string, "The user", required: true, aliases: ["user"]),
            ArgumentSpec("host", .string, "Where the user comes from", default: "localhost"),
            ArgumentSpec("host_all", .bool, "Acts on the user's accounts of all hosts", default: false),
            ArgumentSpec(
                "state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("password", .string, "The password", secret: true),
            ArgumentSpec("encrypted", .bool, "The password is its mysql_native_password hash", default: false),
            ArgumentSpec(
                "update_password", .string, "always, or of new users alone", default: "always",
                choices: ["always", "on_create"]),
            ArgumentSpec("plugin", .string, "How a new user logs in, e.g. unix_socket"),
            ArgumentSpec("priv", .raw, "Privileges: db.table:P1,P2/db2.*:ALL, or a mapping"),
            ArgumentSpec("append_privs", .bool, "Keeps the other privileges", default: false),
            ArgumentSpec("sql_log_bin", .bool, "Whether replicas hear of it", default: true),
        ] + MySQLServer.arguments,
        mutuallyExclusive: [["password", "plugin"]])

    private let server: MySQLServer
    private let plan: MySQLUserPlan
    private let name: String
    private let host: String?
    private let isWanted: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        server = try MySQLServer(arguments)
        name = arguments.string("name") ?? ""
        host = arguments.bool("host_all") ?? false ? nil : arguments.string("host") ?? "localhost"
        isWanted = arguments.string("state") != "absent"
        plan = try MySQLUserPlan(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let place = host.map { " AND Host = \(MySQLServer.literal($0))" } ?? ""
        let query =
            "SELECT Host, plugin, authentication_string FROM mysql.user WHERE User = \(MySQLServer.literal(name))\(place)"
        return server.ask(["SELECT VERSION()", query]) { rows throws(Diagnostic) in
            let isMariaDB = rows.first?.first?.contains("MariaDB") ?? false
            let accounts = rows.dropFirst().filter { $0.count >= 3 }
            guard isWanted else { return act(accounts.map { .init("DROP USER \(account($0[0]))") }, "User deleted") }
            guard !accounts.isEmpty else { return create(isMariaDB: isMariaDB) }
            return try update(Array(accounts), isMariaDB: isMariaDB)
        } without: {
            isWanted ? create(isMariaDB: true) : act([], "")
        }
    }

    private func account(_ host: String) -> String { "\(MySQLServer.literal(name))@\(MySQLServer.literal(host))" }

    private func create(isMariaDB: Bool) -> Step {
        guard let host else { return .done(.failure("a user of all hosts cannot be made: name its host")) }
        let account = account(host)
        return act(
            [plan.creation(of: account, isMariaDB: isMariaDB)] + plan.grants(to: account, beside: MySQLGrants([])),
            "User added", password: plan.hasPassword)
    }

    private func update(_ accounts: [[String]], isMariaDB: Bool) throws(Diagnostic) -> Step {
        let passwords = accounts.compactMap {
            plan.passwordChange(of: account($0[0]), plugin: $0[1], stored: $0[2], isMariaDB: isMariaDB)
        }
        let queries = accounts.map { "SHOW GRANTS FOR \(account($0[0]))" }
        return server.ask(queries) { rows in
            let grants = rows.compactMap(\.first)
            // Each account names itself in its grants.
            let changes = accounts.flatMap { entry in
                let mine = grants.filter { MySQLGrants.isFor(host: entry[0], $0) }
                return plan.grants(to: account(entry[0]), beside: MySQLGrants(mine))
            }
            let message = changes.isEmpty ? "Password updated" : "Privileges updated"
            return act(passwords + changes, message, password: !passwords.isEmpty)
        } without: {
            act(passwords, "Password updated")
        }
    }

    private func act(_ statements: [MySQLStatement], _ message: String, password: Bool = false) -> Step {
        let nothing = isWanted ? "User unchanged" : "User doesn't exist"
        let fields: OrderedMap = [
            "user": .string(name), "msg": .string(statements.isEmpty ? nothing : message),
            "password_changed": .bool(password),
        ]
        guard !statements.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let shown = statements.map { $0.shown + ";\n" }.joined()
        let difference = Difference(beforeHeader: name, afterHeader: name, before: "", after: shown)
        return server.run(
            plan.preamble + statements.map(\.text), change: Change(differences: [difference], fields: fields))
    }
}
