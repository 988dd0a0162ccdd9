//! `postgresql_user`: roles of a PostgreSQL server that may log in.

import Connections
import Diagnostics
import Values

package struct PostgresqlUserModule: Module {
    package static let spec = ModuleSpec(
        ["community.postgresql.postgresql_user"], "Makes, changes and removes users of PostgreSQL",
        arguments: [
            ArgumentSpec("name", .string, "The user", required: true, aliases: ["user"]),
            ArgumentSpec(
                "state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("password", .string, "Its password, or the stored form of one", secret: true),
            ArgumentSpec("encrypted", .bool, "Accepted; servers store no plain passwords", default: true),
            ArgumentSpec("no_password_changes", .bool, "Sets the password of new users alone", default: false),
            ArgumentSpec("role_attr_flags", .string, "Attributes such as CREATEDB,NOSUPERUSER", default: ""),
            ArgumentSpec("expires", .string, "When the password ends, or infinity"),
            ArgumentSpec("conn_limit", .int, "How many connections it may have"),
            ArgumentSpec("comment", .string, "A comment on it"),
            ArgumentSpec(
                "fail_on_user", .bool, "A user who still owns something cannot be removed: that is a failure",
                default: true, aliases: ["fail_on_role"]),
            ArgumentSpec("priv", .string, "Of earlier versions: has to be empty or omitted"),
            ArgumentSpec("groups", .list(of: .string), "Of earlier versions: has to be empty or omitted"),
            ArgumentSpec("login_db", .string, "Database to connect to", default: "postgres", aliases: ["db"]),
        ] + PostgreSQLServer.arguments)

    /// Attributes and the columns of `pg_authid` that hold them.
    private static let columns = [
        "SUPERUSER": "rolsuper", "CREATEROLE": "rolcreaterole", "CREATEUSER": "rolcreaterole",
        "CREATEDB": "rolcreatedb",
        "INHERIT": "rolinherit", "LOGIN": "rolcanlogin", "REPLICATION": "rolreplication", "BYPASSRLS": "rolbypassrls",
    ]

    private let arguments: ModuleArguments
    private let server: PostgreSQLServer
    private let name: String
    private let flags: [String]

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        name = arguments.string("name") ?? ""
        guard !name.isEmpty else { throw arguments.invalid("name", "a user has a name") }
        for argument in ["priv", "groups"]
        where arguments.string(argument)?.isEmpty == false || arguments.list(argument)?.isEmpty == false {
            throw arguments.invalid(
                argument, "'\(argument)' does not exist any more", help: "grant it by command: psql -c 'GRANT …'")
        }
        let words = (arguments.string("role_attr_flags") ?? "").split { $0 == "," || $0 == " " }
        flags = words.map { $0.uppercased() }
        for flag in flags where Self.columns[Self.attribute(flag).name] == nil {
            throw arguments.invalid(
                "role_attr_flags", "Invalid role_attr_flags specified: \(flag)",
                help: Suggestion.help(for: flag, among: Self.columns.keys.sorted()))
        }
        server = PostgreSQLServer(
            arguments, database: arguments.string("login_db").flatMap { $0.isEmpty ? nil : $0 } ?? "postgres")
    }

    private static func attribute(_ flag: String) -> (name: String, isSet: Bool) {
        flag.hasPrefix("NO") ? (String(flag.dropFirst(2)), false) : (flag, true)
    }

    package func start() throws(Diagnostic) -> Step {
        let expiry = PostgreSQLServer.literal(arguments.string("expires") ?? "infinity")
        let query = """
            SELECT a.*, a.rolvaliduntil IS NOT DISTINCT FROM \(expiry)::timestamptz AS expires, \
            shobj_description(a.oid, 'pg_authid') AS comment FROM pg_authid a \
            WHERE a.rolname = \(PostgreSQLServer.literal(name))
            """
        let isWanted = arguments.string("state") != "absent"
        return server.ask(query) { found in
            guard isWanted else { return found == nil ? act([]) : act([removal]) }
            guard let found else { return act(creation) }
            return act(alterations(of: found))
        } without: {
            act(isWanted ? creation : [])
        }
    }

    private var quoted: String { PostgreSQLServer.name(name) }

    /// A statement, and how it is shown.
    private struct Statement: Sendable {
        let text: String
        let shown: String

        init(_ text: String, shown: String? = nil) {
            self.text = text
            self.shown = shown ?? text
        }
    }

    private var removal: Statement { Statement("DROP USER \(quoted)") }

    /// The words behind WITH: flags, password, end, limit.
    private func statement(_ verb: String, flags: [String], password: String?, expires: Bool, limit: Int?) -> Statement
    {
        var end = flags.map { " \($0)" }.joined()
        if expires, let expiry = arguments.string("expires") {
            end += " VALID UNTIL \(PostgreSQLServer.literal(expiry))"
        }
        if let limit { end += " CONNECTION LIMIT \(limit)" }
        guard let password else { return Statement("\(verb) USER \(quoted) WITH\(end)") }
        let secret = password.isEmpty ? "NULL" : PostgreSQLServer.literal(password)
        return Statement(
            "\(verb) USER \(quoted) WITH PASSWORD \(secret)\(end)",
            shown: "\(verb) USER \(quoted) WITH PASSWORD '********'\(end)")
    }

    private var creation: [Statement] {
        let password = arguments.string("password").flatMap { $0.isEmpty ? nil : $0 }
        let made = statement(
            "CREATE", flags: flags, password: password, expires: true, limit: arguments.int("conn_limit"))
        let comment = arguments.string("comment").flatMap { $0.isEmpty ? nil : [commenting($0)] } ?? []
        return [made] + comment
    }

    private func alterations(of found: OrderedMap) -> [Statement] {
        var password = arguments.string("password")
        let stored = PostgreSQLSecret(stored: found["rolpassword"]?.string ?? "")
        if arguments.bool("no_password_changes") ?? false || password.map({ matches($0, stored) }) ?? true {
            password = nil
        }
        let differing = flags.filter { flag in
            let (name, isSet) = Self.attribute(flag)
            return found[.string(Self.columns[name] ?? "")]?.bool != isSet
        }
        let expires = arguments.string("expires") != nil && found["expires"]?.bool != true
        let limit = arguments.int("conn_limit").flatMap { $0 == found["rolconnlimit"]?.int ? nil : $0 }
        var statements: [Statement] = []
        if password != nil || !differing.isEmpty || expires || limit != nil {
            statements.append(
                statement("ALTER", flags: differing, password: password, expires: expires, limit: limit))
        }
        if let comment = arguments.string("comment"), (found["comment"]?.string ?? "") != comment {
            statements.append(commenting(comment))
        }
        return statements
    }

    private func matches(_ password: String, _ stored: PostgreSQLSecret) -> Bool {
        password.isEmpty ? stored.stored.isEmpty : stored.isOf(password, user: name)
    }

    private func commenting(_ text: String) -> Statement {
        Statement("COMMENT ON ROLE \(quoted) IS \(PostgreSQLServer.literal(text))")
    }

    private func act(_ statements: [Statement]) -> Step {
        let shown = statements.map(\.shown)
        let fields: OrderedMap = ["user": .string(name), "queries": .strings(shown)]
        guard !statements.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let difference = Difference(
            beforeHeader: name, afterHeader: name, before: "", after: shown.map { $0 + ";\n" }.joined())
        let isRemoval = arguments.string("state") == "absent"
        let step = server.run(
            statements.map(\.text), change: Change(differences: [difference], fields: fields),
            failing: isRemoval ? "Unable to remove user" : "cannot change the user \(name)")
        return isRemoval ? removing(step, fields) : step
    }

    /// Says whether the user is gone; where the author allows it, a user who owns something may stay.
    private func removing(_ step: Step, _ fields: OrderedMap) -> Step {
        guard case .apply(let change, let script, let then) = step else { return step }
        let isTolerant = !(arguments.bool("fail_on_user") ?? true)
        return .apply(change, script) { answer throws(Diagnostic) in
            guard answer.status == 0 || isTolerant else { return try then(answer) }
            let removed: OrderedMap = ["user_removed": .bool(answer.status == 0)]
            return .done(ModuleResult(changed: answer.status == 0, fields: fields.merging(removed)))
        }
    }
}
