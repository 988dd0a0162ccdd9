//! The way to a PostgreSQL server: `psql` on the host, which the modules of databases and users share.

import Connections
import Diagnostics
import Values

/// Where and as whom `psql` connects. Everything travels in its environment, statements on standard input.
struct PostgreSQLServer: Sendable {
    private let environment: [(name: String, value: String)]
    private let role: String?

    static let arguments = [
        ArgumentSpec("login_user", .string, "Who connects", default: "postgres", aliases: ["login"]),
        ArgumentSpec("login_password", .string, "Password of the one who connects", secret: true),
        ArgumentSpec("login_host", .string, "Host of the server; else its socket", default: "", aliases: ["host"]),
        ArgumentSpec("login_unix_socket", .string, "Folder of its socket", default: "", aliases: ["unix_socket"]),
        ArgumentSpec("login_port", .int, "Port of the server", default: 5432, aliases: ["port"]),
        ArgumentSpec(
            "ssl_mode", .string, "How far TLS is insisted on", default: "prefer",
            choices: ["allow", "disable", "prefer", "require", "verify-ca", "verify-full"]),
        ArgumentSpec("ca_cert", .path, "Certificates that are trusted", aliases: ["ssl_rootcert"]),
        ArgumentSpec("ssl_cert", .path, "Certificate of the one who connects"),
        ArgumentSpec("ssl_key", .path, "Its key"),
        ArgumentSpec("session_role", .string, "Role that acts once connected"),
        ArgumentSpec("trust_input", .bool, "Accepted; names are always quoted", default: true),
    ]

    init(_ arguments: ModuleArguments, database: String) {
        var environment = [
            ("LC_ALL", "C"), ("PGUSER", arguments.string("login_user") ?? "postgres"), ("PGDATABASE", database),
            ("PGPORT", String(arguments.int("login_port") ?? 5432)),
            ("PGSSLMODE", arguments.string("ssl_mode") ?? "prefer"), ("PGCLIENTENCODING", "UTF8"),
        ]
        let host = arguments.string("login_host") ?? ""
        let socket = arguments.string("login_unix_socket") ?? ""
        // Roles for every system name localhost as well; it is the socket that is meant.
        let isLocal = host.isEmpty || host == "localhost" && !socket.isEmpty
        if !(host + socket).isEmpty { environment.append(("PGHOST", isLocal ? socket : host)) }
        for (name, argument) in [
            ("PGPASSWORD", "login_password"), ("PGSSLROOTCERT", "ca_cert"), ("PGSSLCERT", "ssl_cert"),
            ("PGSSLKEY", "ssl_key"),
        ] {
            if let value = arguments.string(argument), !value.isEmpty { environment.append((name, value)) }
        }
        self.environment = environment.map { (name: $0.0, value: $0.1) }
        role = arguments.string("session_role")
    }

    private static let client = """
        command -v psql >/dev/null || exit 127
        psql -X -A -t -q -w -v ON_ERROR_STOP=1 -f -
        """

    private func input(_ statements: [String]) -> [UInt8] {
        let setting = role.map { ["SET ROLE \(Self.name($0))"] } ?? []
        return Array((setting + statements).map { $0 + ";\n" }.joined().utf8)
    }

    /// One object, or nothing where the query finds none.
    func ask(
        _ query: String, then next: @escaping @Sendable (OrderedMap?) throws(Diagnostic) -> Step,
        without: @escaping @Sendable () -> Step
    ) -> Step {
        let rows = "SELECT row_to_json(found) FROM (\(query)) AS found"
        return .observe(Probe(Self.client, environment: environment, input: input([rows]))) {
            answer throws(Diagnostic) in
            guard answer.status == 0 else { return refusal(answer, without: without) }
            let row = try? JSON.parse(Array(answer.text.trimmed.utf8))
            return try next(row?.dict)
        }
    }

    /// In check mode an earlier task may have been about to bring the server or the user that connects.
    private func refusal(_ answer: Observation, without: () -> Step) -> Step {
        guard answer.status != 127 else {
            return .lacking([.anything], failure: .failure("this host has no psql"), then: without())
        }
        let failure = ModuleResult.failure("unable to connect to database: \(answer.errorText.trimmed)")
        return answer.status == 2 ? .lacking([.anything], failure: failure, then: without()) : .done(failure)
    }

    /// Whether statements would change what a query shows: they run in a transaction that is taken back.
    func rehearse(
        _ statements: [String], watching query: String, failing complaint: String,
        then next: @escaping @Sendable (Bool) throws(Diagnostic) -> Step, without: @escaping @Sendable () -> Step
    ) -> Step {
        let rows = "SELECT coalesce(json_agg(found)::text, '') FROM (\(query)) AS found"
        let rehearsal = ["BEGIN", rows, "SELECT chr(31)"] + statements + [rows, "ROLLBACK"]
        return .observe(Probe(Self.client, environment: environment, input: input(rehearsal))) {
            answer throws(Diagnostic) in
            if answer.status == 3, answer.text.contains(Self.seam) {
                // In check mode an earlier task may have been about to make what the statements name.
                let failure = ModuleResult.failure("\(complaint): \(Self.reason(answer.errorText))")
                return .lacking([.anything], failure: failure, then: without())
            }
            guard answer.status == 0 else { return refusal(answer, without: without) }
            let shown = answer.text.halves(at: Self.seam)
            return try next(shown?.0 != shown?.1)
        }
    }

    /// What stands between what was and what would be: the unit separator, as no name has one.
    private static let seam: Character = "\u{1F}"

    /// Statements as one act.
    func run(_ statements: [String], change: Change, failing complaint: String) -> Step {
        let script = Script(Self.client, input: input(statements), environment: environment)
        return .apply(change, script) { answer in
            guard answer.status == 0 else {
                return .done(.failure("\(complaint): \(Self.reason(answer.errorText))", fields: change.fields))
            }
            return .done(ModuleResult(changed: true, fields: change.fields))
        }
    }

    /// psql shows a faulty statement below its reason, and there may be a password in it.
    private static func reason(_ text: String) -> String {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LINE ") && !$0.hasPrefix(" ") }
        return lines.joined(separator: "\n").trimmed
    }

    static func name(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }

    static func literal(_ text: String) -> String {
        let quoted = text.replacing("'", with: "''")
        return text.contains("\\") ? "E'\(quoted.replacing("\\", with: "\\\\"))'" : "'\(quoted)'"
    }
}
