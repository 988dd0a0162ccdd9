//! `postgresql_db`: databases of a PostgreSQL server.

import Connections
import Diagnostics
import Values

package struct PostgresqlDbModule: Module {
    package static let spec = ModuleSpec(
        ["community.postgresql.postgresql_db"], "Makes and removes databases of PostgreSQL",
        arguments: [
            ArgumentSpec("name", .string, "The database", required: true, aliases: ["db"]),
            ArgumentSpec(
                "state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("owner", .string, "Role that owns it", default: ""),
            ArgumentSpec("template", .string, "Database that a new one is copied from", default: ""),
            ArgumentSpec("encoding", .string, "Encoding of a new one", default: ""),
            ArgumentSpec("lc_collate", .string, "Order of texts in a new one", default: ""),
            ArgumentSpec("lc_ctype", .string, "Kinds of characters in a new one", default: ""),
            ArgumentSpec("icu_locale", .string, "Locale of ICU for a new one", default: ""),
            ArgumentSpec("locale_provider", .string, "Who knows the locales: libc or icu", default: ""),
            ArgumentSpec("tablespace", .string, "Where it is stored", default: ""),
            ArgumentSpec("conn_limit", .string, "How many may be connected", default: ""),
            ArgumentSpec("comment", .string, "A comment on it; an empty one is removed"),
            ArgumentSpec("force", .bool, "Removes it although others are connected", default: false),
            ArgumentSpec("maintenance_db", .string, "Database to connect to", default: "postgres"),
        ] + PostgreSQLServer.arguments)

    private let server: PostgreSQLServer
    private let arguments: ModuleArguments
    private let name: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        name = arguments.string("name") ?? ""
        guard !name.isEmpty else { throw arguments.invalid("name", "a database has a name") }
        if let limit = arguments.string("conn_limit"), !limit.isEmpty, Int(limit) == nil {
            throw arguments.invalid("conn_limit", "'\(limit)' is no number")
        }
        server = PostgreSQLServer(arguments, database: arguments.string("maintenance_db") ?? "postgres")
    }

    private func given(_ argument: String) -> String? {
        arguments.string(argument).flatMap { $0.isEmpty ? nil : $0 }
    }

    package func start() throws(Diagnostic) -> Step {
        let encoding = PostgreSQLServer.literal(given("encoding") ?? "")
        let query = """
            SELECT pg_encoding_to_char(d.encoding) AS encoding, d.encoding = pg_char_to_encoding(\(encoding)) AS encodes, \
            d.datcollate AS lc_collate, d.datctype AS lc_ctype, r.rolname AS owner, t.spcname AS tablespace, \
            d.datconnlimit::text AS conn_limit, shobj_description(d.oid, 'pg_database') AS comment \
            FROM pg_database d LEFT JOIN pg_roles r ON r.oid = d.datdba LEFT JOIN pg_tablespace t ON t.oid = d.dattablespace \
            WHERE d.datname = \(PostgreSQLServer.literal(name))
            """
        let isWanted = arguments.string("state") != "absent"
        return server.ask(query) { found in
            guard let found else { return act(isWanted ? creation : []) }
            guard isWanted else { return act([removal]) }
            if let conflict = conflict(with: found) { return .done(.failure(conflict, fields: ["db": .string(name)])) }
            return act(alterations(of: found))
        } without: {
            act(isWanted ? creation : [])
        }
    }

    /// What of a database cannot be changed any more.
    private func conflict(with found: OrderedMap) -> String? {
        if given("encoding") != nil, found["encodes"]?.bool != true {
            let current = found["encoding"]?.string ?? ""
            return "Changing database encoding is not supported. Current encoding: \(current)"
        }
        for argument in ["lc_collate", "lc_ctype"] {
            guard let wanted = given(argument), let current = found[.string(argument)]?.string, current != wanted else {
                continue
            }
            let title = argument.uppercased()
            return "Changing \(title) is not supported. Current \(title): \(current)"
        }
        return nil
    }

    private var quoted: String { PostgreSQLServer.name(name) }
    private var removal: String {
        "DROP DATABASE \(quoted)" + (arguments.bool("force") ?? false ? " WITH (FORCE)" : "")
    }

    private var creation: [String] {
        var words = "CREATE DATABASE \(quoted)"
        for (argument, keyword) in [("owner", "OWNER"), ("template", "TEMPLATE")] {
            if let value = given(argument) { words += " \(keyword) \(PostgreSQLServer.name(value))" }
        }
        for (argument, keyword) in [
            ("encoding", "ENCODING"), ("lc_collate", "LC_COLLATE"), ("lc_ctype", "LC_CTYPE"),
            ("icu_locale", "ICU_LOCALE"), ("locale_provider", "LOCALE_PROVIDER"),
        ] {
            if let value = given(argument) { words += " \(keyword) \(PostgreSQLServer.literal(value))" }
        }
        if let space = given("tablespace") { words += " TABLESPACE \(PostgreSQLServer.name(space))" }
        if let limit = given("conn_limit") { words += " CONNECTION LIMIT \(limit)" }
        return [words] + (arguments.string("comment").flatMap { $0.isEmpty ? nil : [comment($0)] } ?? [])
    }

    private func comment(_ text: String) -> String {
        "COMMENT ON DATABASE \(quoted) IS \(PostgreSQLServer.literal(text))"
    }

    private func alterations(of found: OrderedMap) -> [String] {
        var statements: [String] = []
        for (argument, keyword) in [("owner", "OWNER TO"), ("tablespace", "SET TABLESPACE")] {
            if let wanted = given(argument), found[.string(argument)]?.string != wanted {
                statements.append("ALTER DATABASE \(quoted) \(keyword) \(PostgreSQLServer.name(wanted))")
            }
        }
        if let limit = given("conn_limit"), found["conn_limit"]?.string != limit {
            statements.append("ALTER DATABASE \(quoted) CONNECTION LIMIT \(limit)")
        }
        if let wanted = arguments.string("comment"), (found["comment"]?.string ?? "") != wanted {
            statements.append(comment(wanted))
        }
        return statements
    }

    private func act(_ statements: [String]) -> Step {
        let fields: OrderedMap = ["db": .string(name), "executed_commands": .strings(statements)]
        guard !statements.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let difference = Difference(
            beforeHeader: name, afterHeader: name, before: "", after: statements.map { $0 + ";\n" }.joined())
        return server.run(
            statements, change: Change(differences: [difference], fields: fields),
            failing: "Database query failed")
    }
}
