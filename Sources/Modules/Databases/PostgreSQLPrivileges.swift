//! Privileges on a PostgreSQL server as statements, and the record by which one sees whether they change anything.

import Diagnostics
import Values

/// Who is to have which privileges on what.
struct PostgreSQLPrivileges: Sendable {
    enum Kind: String, CaseIterable {
        case database, defaultPrivs = "default_privs", foreignDataWrapper = "foreign_data_wrapper"
        case foreignServer = "foreign_server", function, group, language, table, tablespace, schema, sequence, type
        case procedure, parameter
    }

    private let kind: Kind
    private let isGranted: Bool
    private let privileges: [String]
    /// Quoted; nil: all of the schema.
    private let objects: [String]?
    private let schema: String?
    private let creators: [String]
    private let mayHandOn: Bool?
    let roles: [String]

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        kind = Kind(rawValue: arguments.string("type") ?? "") ?? .table
        isGranted = arguments.string("state") != "absent"
        mayHandOn = arguments.bool("grant_option")
        roles = Self.names(arguments.string("roles"))
        creators = Self.names(arguments.string("target_roles"))
        privileges = try Self.privileges(arguments, of: kind)
        schema = try Self.schema(arguments, of: kind)
        objects = try Self.objects(arguments, of: kind, in: schema)
        guard !roles.isEmpty else { throw arguments.invalid("roles", "privileges are somebody's") }
    }

    private static func names(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// Roles that the server itself knows by these words.
    static func isImplicit(_ role: String) -> Bool {
        ["PUBLIC", "CURRENT_ROLE", "CURRENT_USER", "SESSION_USER"].contains(role.uppercased())
    }

    private static func role(_ name: String) -> String {
        isImplicit(name) ? name.uppercased() : PostgreSQLServer.name(name)
    }

    private static let known: Set<String> = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "CREATE", "CONNECT", "TEMPORARY",
        "TEMP", "EXECUTE", "USAGE", "SET", "ALTER SYSTEM", "MAINTAIN", "ALL",
    ]

    private static func privileges(_ arguments: ModuleArguments, of kind: Kind) throws(Diagnostic) -> [String] {
        let given = names(arguments.string("privs")).map {
            $0.uppercased() == "ALL PRIVILEGES" ? "ALL" : $0.uppercased()
        }
        if kind == .group {
            guard given.isEmpty else {
                throw arguments.invalid("privs", #"Argument "privs" is not allowed for type "group"."#)
            }
            return []
        }
        guard !given.isEmpty else {
            throw arguments.invalid("privs", #"Argument "privs" is required for type "\#(kind.rawValue)"."#)
        }
        if let unknown = given.first(where: { !known.contains($0) }) {
            throw arguments.invalid(
                "privs", "'\(unknown)' is no privilege", help: "there are \(known.sorted().joined(separator: ", "))")
        }
        return given
    }

    private static func schema(_ arguments: ModuleArguments, of kind: Kind) throws(Diagnostic) -> String? {
        let given = arguments.string("schema")
        if given == "not-specified" { return nil }
        switch kind {
        case .table, .sequence, .function, .procedure, .type, .defaultPrivs: return given ?? "public"
        default:
            guard given == nil else {
                throw arguments.invalid("schema", #"Argument "schema" is not allowed for type "\#(kind.rawValue)"."#)
            }
            return nil
        }
    }

    private static func objects(
        _ arguments: ModuleArguments, of kind: Kind, in schema: String?
    ) throws(Diagnostic) -> [String]? {
        var given = arguments.string("objs") ?? ""
        if kind == .database, given.isEmpty { given = arguments.string("login_db") ?? "" }
        if given == "ALL_IN_SCHEMA", [.table, .sequence, .function, .procedure].contains(kind) { return nil }
        let names = names(given)
        guard !names.isEmpty else {
            throw arguments.invalid("objs", #"Argument "objs" is required for type "\#(kind.rawValue)"."#)
        }
        let place = schema.map { PostgreSQLServer.name($0) + "." } ?? ""
        var objects: [String] = []
        for name in names {
            switch kind {
            case .function, .procedure: objects.append(place + (try routine(name, arguments)))
            case .defaultPrivs: objects += try future(name, arguments)
            case .table, .sequence, .type: objects.append(place + PostgreSQLServer.name(name))
            default: objects.append(PostgreSQLServer.name(name))
            }
        }
        return objects
    }

    /// `add(int:int)`: the types stand unquoted, so that nothing else may be in there.
    private static func routine(_ text: String, _ arguments: ModuleArguments) throws(Diagnostic) -> String {
        guard let start = text.firstIndex(of: "("), text.hasSuffix(")") else {
            throw arguments.invalid(
                "objs", #"Illegal function / procedure signature: "\#(text)"."#,
                help: "write add(int:int), or add() without any")
        }
        let types = text[text.index(after: start)...].dropLast()
        guard types.utf8.allSatisfy({ $0.isNameByte || " :.\"[]".utf8.contains($0) }) else {
            throw arguments.invalid("objs", "'\(types)' are no types")
        }
        return PostgreSQLServer.name(String(text[..<start])) + "(" + types.replacing(":", with: ",") + ")"
    }

    private static func future(_ name: String, _ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        if name == "ALL_DEFAULT" { return kinds }
        guard kinds.contains(name) || name == "SCHEMAS" else {
            throw arguments.invalid(
                "objs", "there are no default privileges on '\(name)'",
                help: "there are those on \(kinds.joined(separator: ", ")), SCHEMAS, and ALL_DEFAULT")
        }
        return [name]
    }

    private static let kinds = ["TABLES", "SEQUENCES", "FUNCTIONS", "TYPES"]

    /// What makes it so for these roles.
    func statements(for roles: [String]) -> [String] {
        let roles = roles.map(Self.role).joined(separator: ",")
        if kind == .defaultPrivs { return defaults(for: roles) }
        let what = kind == .group ? (objects ?? []).joined(separator: ",") : "\(rights) ON \(target)"
        let option = kind == .group ? "ADMIN" : "GRANT"
        guard isGranted else { return ["REVOKE \(what) FROM \(roles)"] }
        let granted = "GRANT \(what) TO \(roles)" + (mayHandOn == true ? " WITH \(option) OPTION" : "")
        return mayHandOn == false ? [granted, "REVOKE \(option) OPTION FOR \(what) FROM \(roles)"] : [granted]
    }

    private var rights: String { privileges.joined(separator: ",") }

    private var target: String {
        let word = kind.rawValue.replacing("_", with: " ")
        guard let objects else {
            return "ALL \(word.uppercased())S IN SCHEMA \(PostgreSQLServer.name(schema ?? "public"))"
        }
        return "\(word) \(objects.joined(separator: ","))"
    }

    /// Defaults are replaced as a whole, so that none remains which is not named; without them none of any kind does.
    private func defaults(for roles: String) -> [String] {
        var start = "ALTER DEFAULT PRIVILEGES"
        if !creators.isEmpty { start += " FOR ROLE \(creators.map(Self.role).joined(separator: ","))" }
        if let schema { start += " IN SCHEMA \(PostgreSQLServer.name(schema))" }
        let named = objects ?? []
        let revoked = (isGranted ? named : Self.kinds).map { "\(start) REVOKE ALL ON \($0) FROM \(roles)" }
        guard isGranted else { return revoked }
        let option = mayHandOn == true ? " WITH GRANT OPTION" : ""
        return revoked + named.map { "\(start) GRANT \(rights) ON \($0) TO \(roles)\(option)" }
    }

    /// A query whose answer differs where a privilege of this kind does.
    var record: String {
        switch kind {
        case .database: return Self.record("datacl", of: "pg_database")
        case .table, .sequence:
            return Self.record("relacl", of: "pg_class")
        case .function, .procedure: return Self.record("proacl", of: "pg_proc")
        case .schema: return Self.record("nspacl", of: "pg_namespace")
        case .language: return Self.record("lanacl", of: "pg_language")
        case .tablespace: return Self.record("spcacl", of: "pg_tablespace")
        case .type: return Self.record("typacl", of: "pg_type")
        case .foreignDataWrapper: return Self.record("fdwacl", of: "pg_foreign_data_wrapper")
        case .foreignServer: return Self.record("srvacl", of: "pg_foreign_server")
        case .parameter: return Self.record("paracl", of: "pg_parameter_acl", key: "parname")
        case .defaultPrivs:
            return Self.record(
                "defaclacl", of: "pg_default_acl", key: "concat_ws('.', defaclrole, defaclnamespace, defaclobjtype)")
        case .group: return "SELECT roleid, member, admin_option FROM pg_auth_members ORDER BY 1, 2, 3"
        }
    }

    private static func record(_ list: String, of catalog: String, key: String = "oid") -> String {
        """
        SELECT \(key) AS key, ARRAY(SELECT unnest(\(list))::text ORDER BY 1) AS list \
        FROM \(catalog) WHERE \(list) IS NOT NULL ORDER BY 1
        """
    }
}
