//! What a host says about one account: its lines in passwd, shadow and group, and the tools to change them.

import Connections
import Diagnostics

/// A line of passwd.
struct PasswdEntry: Sendable, Equatable {
    var name: String
    var uid: Int
    var gid: Int
    var comment: String
    var home: String
    var shell: String

    init?(_ line: some StringProtocol) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard fields.count >= 7, let uid = Int(fields[2]), let gid = Int(fields[3]) else { return nil }
        (name, comment, home, shell) = (fields[0], fields[4], fields[5], fields[6].withoutOuterBlanks)
        (self.uid, self.gid) = (uid, gid)
    }
}

/// A line of shadow. It holds a secret: it never goes into a result, a difference or a log.
struct ShadowEntry: Sendable {
    let hash: String
    /// Days; nil where the field is empty.
    let minimumAge: Int?
    let maximumAge: Int?
    let warning: Int?
    let inactive: Int?
    let expires: Int?

    init?(_ line: some StringProtocol) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard fields.count >= 8 else { return nil }
        hash = fields[1]
        (minimumAge, maximumAge, warning) = (Int(fields[3]), Int(fields[4]), Int(fields[5]))
        (inactive, expires) = (Int(fields[6]), Int(fields[7]))
    }
}

/// A line of group.
struct GroupEntry: Sendable, Equatable {
    let name: String
    let gid: Int
    let members: [String]

    init?(_ line: some StringProtocol) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard fields.count >= 4, let gid = Int(fields[2]) else { return nil }
        (name, self.gid) = (fields[0], gid)
        members = fields[3].withoutOuterBlanks.split(separator: ",").map { String($0) }
    }
}

/// One look at a host's accounts.
struct AccountHost: Sendable {
    let user: PasswdEntry?
    let shadow: ShadowEntry?
    let groups: [GroupEntry]
    /// Whether the shadow tools (`useradd`, …) are there; busybox hosts have `adduser` only.
    let hasShadowTools: Bool
    /// Whether the account's home folder, as wished, does not exist.
    let lacksHome: Bool
    let key: KeyFile?

    struct KeyFile: Sendable {
        let path: String
        let fingerprint: String
        let publicKey: String
    }

    /// `name` is the account asked for: getent takes a number for an identifier and answers somebody else's line.
    init(_ text: String, user name: String? = nil) {
        var user: PasswdEntry?
        var shadow: ShadowEntry?
        var groups: [GroupEntry] = []
        var tools = false
        var lacksHome = false
        var key: (String, String, String) = ("", "", "")
        for line in text.split(separator: "\n") {
            let body = line.dropFirst(2)
            switch line.prefix(2) {
            case "P ": if let entry = PasswdEntry(body), entry.name == name { user = user ?? entry }
            case "S ": shadow = shadow ?? ShadowEntry(body)
            case "G ": if let group = GroupEntry(body) { groups.append(group) }
            case "T ": tools = body == "shadow"
            case "H ": lacksHome = true
            case "K ": key.0 = String(body)
            case "F ": key.1 = String(body)
            case "U ": key.2 = String(body)
            default: break
            }
        }
        (self.user, self.shadow, self.groups, hasShadowTools) = (user, shadow, groups, tools)
        self.lacksHome = lacksHome
        self.key = key.0.isEmpty ? nil : KeyFile(path: key.0, fingerprint: key.1, publicKey: key.2)
    }

    /// By name or number.
    func group(_ text: String) -> GroupEntry? {
        groups.first { $0.name == text } ?? Int(text).flatMap { gid in groups.first { $0.gid == gid } }
    }

    /// Names of the groups whose member the user is, beside the primary one.
    func supplementaryGroups(of name: String) -> [String] {
        groups.filter { $0.members.contains(name) }.map(\.name)
    }

    /// `local` leaves directories such as LDAP out.
    static func probe(user: String?, local: Bool) -> String {
        let source = local ? "cat /etc/group" : "getent group || cat /etc/group"
        var lines = [
            "export LC_ALL=C",
            "if command -v useradd >/dev/null && command -v usermod >/dev/null; then echo 'T shadow'; fi",
            "(\(source)) 2>/dev/null | sed 's/^/G /'",
        ]
        if let user {
            lines.append("n=\(user.shellQuoted)")
            // The name is compared as text, not as a pattern.
            let match = "awk -F: '$1 == ENVIRON[\"n\"]'"
            lines.append("export n")
            let passwd = local ? "\(match) /etc/passwd" : "getent passwd \"$n\" || \(match) /etc/passwd"
            lines.append("l=$( (\(passwd)) 2>/dev/null | head -n 1); [ -z \"$l\" ] || echo \"P $l\"")
            lines.append("\(match) /etc/shadow 2>/dev/null | sed 's/^/S /'")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Names that the tools and the files take.
enum AccountName {
    static func check(_ name: String, _ argument: String, in arguments: ModuleArguments) throws(Diagnostic) {
        let bad = name.isEmpty || name.hasPrefix("-") || name.contains { ":/\n, \t".contains($0) }
        guard !bad else {
            throw arguments.invalid(
                argument, "'\(name)' cannot be the name of an account",
                help: "names do not begin with '-' and hold no colon, slash, comma or blank")
        }
    }
}
