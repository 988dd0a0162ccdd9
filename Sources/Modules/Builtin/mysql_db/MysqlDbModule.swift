//! `mysql_db`: databases of a MySQL or MariaDB server.

import Connections
import Diagnostics
import Values

package struct MysqlDbModule: Module {
    package static let spec = ModuleSpec(
        ["community.mysql.mysql_db"], "Makes and removes databases of MySQL and MariaDB",
        arguments: [
            ArgumentSpec("name", .list(of: .string), "The databases", required: true, aliases: ["db"]),
            ArgumentSpec(
                "state", .string, "Whether they are there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("encoding", .string, "Character set of new ones", default: ""),
            ArgumentSpec("collation", .string, "Order of texts in new ones", default: ""),
        ] + MySQLServer.arguments)

    private let server: MySQLServer
    private let names: [String]
    private let isWanted: Bool
    private let options: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        names = arguments.strings("name") ?? []
        isWanted = arguments.string("state") != "absent"
        guard !names.isEmpty, !names.contains("") else { throw arguments.invalid("name", "a database has a name") }
        var options = ""
        for (argument, keyword) in [("encoding", "CHARACTER SET"), ("collation", "COLLATE")] {
            guard let value = arguments.string(argument), !value.isEmpty else { continue }
            guard value.utf8.allSatisfy(\.isNameByte) else {
                throw arguments.invalid(argument, "'\(value)' is no \(argument) of MySQL")
            }
            options += " \(keyword) \(value)"
        }
        self.options = options
        server = try MySQLServer(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let list = names.map(MySQLServer.literal).joined(separator: ", ")
        return server.ask(["SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (\(list))"]) {
            rows in
            act(present: Set(rows.compactMap(\.first)))
        } without: {
            act(present: [])
        }
    }

    private func act(present: Set<String>) -> Step {
        let differing = names.filter { present.contains($0) != isWanted }
        let statements = differing.map { name in
            isWanted ? "CREATE DATABASE \(MySQLServer.name(name))\(options)" : "DROP DATABASE \(MySQLServer.name(name))"
        }
        var fields: OrderedMap = ["db": .string(names.joined(separator: " ")), "db_list": .strings(names)]
        guard !statements.isEmpty else { return .done(ModuleResult(fields: fields)) }
        fields["executed_commands"] = .strings(statements)
        let lines = differing.map { $0 + "\n" }.joined()
        let difference = Difference(
            beforeHeader: "databases", afterHeader: "databases", before: isWanted ? "" : lines,
            after: isWanted ? lines : "")
        return server.run(statements, change: Change(differences: [difference], fields: fields))
    }
}
