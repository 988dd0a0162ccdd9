//! `postgresql_privs`: what roles of a PostgreSQL server may do.

import Connections
import Diagnostics
import Values

package struct PostgresqlPrivsModule: Module {
    package static let spec = ModuleSpec(
        ["community.postgresql.postgresql_privs"], "Grants and revokes privileges of PostgreSQL",
        arguments: [
            ArgumentSpec("login_db", .string, "The database", required: true, aliases: ["db", "database"]),
            ArgumentSpec(
                "state", .string, "Whether they are granted", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("privs", .string, "The privileges, between commas", aliases: ["priv"]),
            ArgumentSpec(
                "type", .string, "What they are privileges on", default: "table",
                choices: PostgreSQLPrivileges.Kind.allCases.map(\.rawValue)),
            ArgumentSpec("objs", .string, "Its names, between commas, or ALL_IN_SCHEMA", aliases: ["obj"]),
            ArgumentSpec("schema", .string, "Where they are; public, if it is not named"),
            ArgumentSpec("roles", .string, "Who has them, between commas", required: true, aliases: ["role"]),
            ArgumentSpec("target_roles", .string, "Whose future objects default_privs are about"),
            ArgumentSpec(
                "grant_option", .bool, "Whether they may be handed on; left as it is where it is not said",
                aliases: ["admin_option"]),
            ArgumentSpec("fail_on_role", .bool, "Whether a role that is missing is a failure", default: true),
        ] + PostgreSQLServer.arguments)

    private let server: PostgreSQLServer
    private let privileges: PostgreSQLPrivileges
    private let isStrict: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        privileges = try PostgreSQLPrivileges(arguments)
        isStrict = arguments.bool("fail_on_role") ?? true
        server = PostgreSQLServer(arguments, database: arguments.string("login_db") ?? "")
    }

    package func start() throws(Diagnostic) -> Step {
        let names = privileges.roles.map(PostgreSQLServer.literal).joined(separator: ", ")
        let query = "SELECT array_agg(rolname) AS roles FROM pg_roles WHERE rolname IN (\(names))"
        return server.ask(query) { found in
            let known = found?["roles"]?.list?.compactMap(\.string) ?? []
            return grant(toThose: known)
        } without: {
            act(privileges.statements(for: privileges.roles))
        }
    }

    private func grant(toThose known: [String]) -> Step {
        let there = privileges.roles.filter { PostgreSQLPrivileges.isImplicit($0) || known.contains($0) }
        let missing = privileges.roles.filter { !there.contains($0) }
        if let first = missing.first, isStrict {
            let failure = ModuleResult.failure("Role '\(first)' does not exist")
            return .lacking([.anything], failure: failure, then: act(privileges.statements(for: privileges.roles)))
        }
        let warnings = missing.map { "Role '\($0)' does not exist, pass it" }
        guard !there.isEmpty else { return unchanged([], warnings) }
        let statements = privileges.statements(for: there)
        return server.rehearse(statements, watching: privileges.record, failing: complaint) { differs in
            differs ? act(statements, warnings) : unchanged(statements, warnings)
        } without: {
            act(statements, warnings)
        }
    }

    private let complaint = "cannot change privileges"

    private func fields(_ statements: [String], _ warnings: [String]) -> OrderedMap {
        let text = statements.map { $0 + ";" }.joined(separator: "\n")
        let queries: OrderedMap = ["queries": .strings(text.isEmpty ? [] : [text])]
        return warnings.isEmpty ? queries : queries.merging(["warnings": .strings(warnings)])
    }

    private func unchanged(_ statements: [String], _ warnings: [String]) -> Step {
        .done(ModuleResult(fields: fields(statements, warnings)))
    }

    private func act(_ statements: [String], _ warnings: [String] = []) -> Step {
        let change = Change(fields: fields(statements, warnings))
        return server.run(["BEGIN"] + statements + ["COMMIT"], change: change, failing: complaint)
    }
}
