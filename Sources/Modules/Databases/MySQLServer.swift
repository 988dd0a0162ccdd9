//! The way to a MySQL or MariaDB server: its client on the host, which the modules of databases and users share.

import Connections
import Diagnostics
import Values

/// Where and as whom the client connects. Options reach it as a file that only it sees, statements on standard input.
struct MySQLServer: Sendable {
    private let configuration: String
    private let options: String
    private let timeout: Int

    static let arguments = [
        ArgumentSpec("login_user", .string, "Who connects"),
        ArgumentSpec("login_password", .string, "Password of the one who connects", secret: true),
        ArgumentSpec("login_host", .string, "Host of the server; localhost is its socket", default: "localhost"),
        ArgumentSpec("login_port", .int, "Port of the server", default: 3306),
        ArgumentSpec("login_unix_socket", .string, "Its socket"),
        ArgumentSpec("config_file", .path, "Options of the client, overridden by those above", default: "~/.my.cnf"),
        ArgumentSpec("connect_timeout", .int, "Seconds to wait for the server", default: 30),
        ArgumentSpec("ca_cert", .path, "Certificates that are trusted", aliases: ["ssl_ca"]),
        ArgumentSpec("client_cert", .path, "Certificate of the one who connects", aliases: ["ssl_cert"]),
        ArgumentSpec("client_key", .path, "Its key", aliases: ["ssl_key"]),
        ArgumentSpec("check_implicit_admin", .bool, "First tries root without a password", default: false),
    ]

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        var options = ""
        let host = arguments.string("login_host") ?? "localhost"
        var given = [
            ("user", "login_user"), ("password", "login_password"), ("socket", "login_unix_socket"),
            ("ssl-ca", "ca_cert"), ("ssl-cert", "client_cert"), ("ssl-key", "client_key"),
        ].compactMap { option, argument in arguments.string(argument).map { (option, $0) } }
        if host != "localhost" { given += [("host", host), ("port", String(arguments.int("login_port") ?? 3306))] }
        for (option, value) in given {
            guard !value.contains("\n") else { throw arguments.invalid("login_user", "an option has one line") }
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            options += "\(option)=\"\(escaped)\"\n"
        }
        self.options = options
        configuration = arguments.string("config_file") ?? "~/.my.cnf"
        timeout = arguments.int("connect_timeout") ?? 30
    }

    /// The options come by descriptor 3, so that no password is in a file or a command line.
    private var client: String {
        """
        c=$(command -v mariadb || command -v mysql) || exit 127
        exec 4<&0
        { cat \(RemotePath(configuration).shellWord) 2>/dev/null; printf '\\n[client]\\n%s' "$DROVER_CLIENT"; } |
        "$c" --defaults-file=/dev/fd/3 --connect-timeout=\(timeout) --default-character-set=utf8mb4 -N -B 3<&0 0<&4
        """
    }

    private var environment: [(name: String, value: String)] {
        [(name: "LC_ALL", value: "C"), (name: "DROVER_CLIENT", value: options)]
    }

    private static func input(_ statements: [String]) -> [UInt8] {
        Array(statements.map { $0 + ";\n" }.joined().utf8)
    }

    /// The rows of all queries, each a list of columns.
    func ask(
        _ queries: [String], then next: @escaping @Sendable ([[String]]) throws(Diagnostic) -> Step,
        without: @escaping @Sendable () -> Step
    ) -> Step {
        .observe(Probe(client, environment: environment, input: Self.input(queries))) { answer throws(Diagnostic) in
            guard answer.status == 0 else { return refusal(answer, without: without) }
            let rows = answer.text.split(separator: "\n").map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map { Self.unescaped(String($0)) }
            }
            return try next(rows)
        }
    }

    /// In check mode an earlier task may have been about to bring the server or the user that connects.
    private func refusal(_ answer: Observation, without: () -> Step) -> Step {
        let reason =
            answer.status == 127
            ? "this host has no mysql" : "unable to connect to database: \(answer.errorText.trimmed)"
        return .lacking([.anything], failure: .failure(reason), then: without())
    }

    /// Statements as one act.
    func run(_ statements: [String], change: Change) -> Step {
        let script = Script(client, input: Self.input(statements), environment: environment)
        return .apply(change, script) { answer in
            guard answer.status == 0 else {
                return .done(.failure(Self.reason(answer.errorText), fields: change.fields))
            }
            return .done(ModuleResult(changed: true, fields: change.fields))
        }
    }

    /// The client shows the whole statement above its reason, and there may be a password in it.
    private static func reason(_ text: String) -> String {
        let reasons = text.split(separator: "\n").filter { $0.hasPrefix("ERROR ") }
        return reasons.isEmpty ? text.trimmed : reasons.joined(separator: "\n")
    }

    /// The client writes tabs, newlines and backslashes with a backslash.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        return text.replacing("\\t", with: "\t").replacing("\\n", with: "\n").replacing("\\\\", with: "\\")
    }

    static func name(_ text: String) -> String { "`\(text.replacing("`", with: "``"))`" }

    static func literal(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "''"))'"
    }
}
