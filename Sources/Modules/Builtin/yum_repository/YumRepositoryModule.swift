//! `yum_repository`: sections of the files in yum.repos.d.

import Diagnostics
import Values

package struct YumRepositoryModule: Module {
    /// Options that go into the file under their own names.
    private static let options: [ArgumentSpec] =
        [
            "bandwidth", "cost", "deltarpm_metadata_percentage", "deltarpm_percentage", "gpgcakey", "include",
            "metadata_expire", "metalink", "mirrorlist", "mirrorlist_expire", "priority", "proxy", "proxy_username",
            "retries", "throttle", "timeout", "ui_repoid_vars", "username",
        ].map { ArgumentSpec($0, .string, "The option of that name") }
        + [
            "async", "countme", "enabled", "enablegroups", "gpgcheck", "keepalive", "module_hotfixes", "protect",
            "repo_gpgcheck", "s3_enabled", "skip_if_unavailable", "ssl_check_cert_permissions",
        ].map { ArgumentSpec($0, .bool, "The option of that name") }
        + [
            ArgumentSpec("baseurl", .list(of: .string), "Addresses"),
            ArgumentSpec("gpgkey", .list(of: .string), "Addresses of keys"),
            ArgumentSpec(
                "exclude", .list(of: .string), "Packages that are never taken from here", aliases: ["excludepkgs"]),
            ArgumentSpec("includepkgs", .list(of: .string), "The only packages that are taken from here"),
            ArgumentSpec(
                "failovermethod", .string, "Order of several addresses", choices: ["roundrobin", "priority"]),
            ArgumentSpec("http_caching", .string, "What caches may keep", choices: ["all", "packages", "none"]),
            ArgumentSpec(
                "ip_resolve", .string, "Version of IP", choices: ["4", "6", "IPv4", "IPv6", "whatever"]),
            ArgumentSpec("keepcache", .string, "Whether packages are kept", choices: ["0", "1"]),
            ArgumentSpec(
                "metadata_expire_filter", .string, "When metadata counts as old",
                choices: ["never", "read-only:past", "read-only:present", "read-only:future"]),
            ArgumentSpec("password", .string, "Password for the repository", secret: true),
            ArgumentSpec("proxy_password", .string, "Password for the proxy", secret: true),
            ArgumentSpec("sslcacert", .string, "Certificates of authorities", aliases: ["ca_cert"]),
            ArgumentSpec("sslclientcert", .string, "Certificate of the client", aliases: ["client_cert"]),
            ArgumentSpec("sslclientkey", .string, "Key of the client", aliases: ["client_key"]),
            ArgumentSpec("sslverify", .bool, "Checks certificates", aliases: ["validate_certs"]),
        ]

    package static let spec = ModuleSpec(
        ["ansible.builtin.yum_repository"], "Adds and removes repositories of yum and dnf",
        arguments: [
            ArgumentSpec("name", .string, "Id of the repository", required: true),
            ArgumentSpec("description", .string, "Its name for people"),
            ArgumentSpec("file", .string, "File in reposdir without .repo; the id if absent"),
            ArgumentSpec("reposdir", .path, "Folder of the files", default: "/etc/yum.repos.d"),
            ArgumentSpec("state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
        ] + options + ArgumentSpec.fileAttributes, readsAhead: true)

    private let edit: TextEdit
    private let name: String
    private let isPresent: Bool
    private let lines: [String]

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        isPresent = arguments.string("state") != "absent"
        let isAddressed = ["baseurl", "metalink", "mirrorlist"].contains { arguments[$0] != nil }
        if isPresent, !isAddressed {
            throw Diagnostic(
                .missingArgument, "Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.", at: arguments.range)
        }
        if isPresent, arguments.string("description") == nil {
            throw Diagnostic(.missingArgument, "Parameter 'description' is required.", at: arguments.range)
        }
        let file = arguments.string("file") ?? name
        for (argument, text) in [("name", name), ("file", file)] {
            guard !text.isEmpty, !text.contains("\n"), !text.contains("/"), !text.contains("]") else {
                throw arguments.invalid(argument, "'\(text)' cannot be the \(argument) of a repository")
            }
        }
        lines = try Self.lines(arguments)
        var edit = try TextEdit(arguments, context: context)
        edit.path = "\(arguments.string("reposdir") ?? "")/\(file).repo"
        edit.create = isPresent
        if edit.attributes.mode == nil { edit.attributes.mode = .octal(0o644) }
        edit.setsAttributesOnCreation = arguments["mode"] == nil
        self.edit = edit
    }

    /// `option = value`, sorted by option, as Ansible writes them.
    private static func lines(_ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        var options: [(String, String)] = []
        for spec in Self.options {
            guard let value = arguments[spec.name], value != .none else { continue }
            let separator = spec.name == "exclude" || spec.name == "includepkgs" ? " " : "\n"
            options.append((spec.name == "exclude" ? "exclude" : spec.name, try text(value, separator)))
        }
        if let description = arguments.string("description") { options.append(("name", description)) }
        return options.sorted { $0.0 < $1.0 }.flatMap { name, value in
            let parts = value.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            return ["\(name) = \(parts[0])"] + parts.dropFirst().map { "\t\($0)" }
        }
    }

    private static func text(_ value: Value, _ separator: String) throws(Diagnostic) -> String {
        switch value {
        case .bool(let isTrue): return isTrue ? "1" : "0"
        case .list(let items):
            return try items.map { item throws(Diagnostic) in try item.text() }.joined(separator: separator)
        default: return try value.text()
        }
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target in
            let fields: OrderedMap = ["repo": .string(name), "state": isPresent ? "present" : "absent"]
            guard let content else {
                guard isPresent else { return .finished(ModuleResult(fields: fields)) }
                return .edited(.init(content: bytes(["[\(name)]"] + lines + [""]), fields: fields))
            }
            let old = TextLines.split(content).map(TextLines.text)
            let new = edited(old)
            return .edited(.init(content: new == old ? content : bytes(new), fields: fields))
        }
    }

    private func bytes(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

    /// The section is replaced as a whole if it says anything else.
    private func edited(_ old: [String]) -> [String] {
        let start = old.firstIndex { $0.trimmed == "[\(name)]" }
        guard let start else {
            guard isPresent else { return old }
            let gap = old.isEmpty || old.last == "" ? [] : [""]
            return old + gap + ["[\(name)]"] + lines + [""]
        }
        let end = old[(start + 1)...].firstIndex { $0.hasPrefix("[") } ?? old.count
        let body = old[(start + 1)..<end].filter { !$0.trimmed.isEmpty }
        if isPresent, Self.comparable(Array(body)) == Self.comparable(lines) { return old }
        let section = isPresent ? ["[\(name)]"] + lines + [""] : []
        return Array(old[..<start]) + section + Array(old[end...])
    }

    /// Blanks around `=` and the order of options are no difference.
    private static func comparable(_ lines: [String]) -> [String] {
        var options: [String] = []
        for line in lines {
            if line.first == " " || line.first == "\t", let last = options.popLast() {
                options.append(last + "\n" + line.trimmed)
            } else if let (key, value) = line.halves(at: "=") {
                options.append("\(key.trimmed)=\(value.trimmed)")
            } else {
                options.append(line)
            }
        }
        return options.sorted()
    }
}
