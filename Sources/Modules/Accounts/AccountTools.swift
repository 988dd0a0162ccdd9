//! The commands that make and change users: the shadow tools, or busybox's.

import Connections

/// `useradd` and `usermod`.
struct ShadowTools: Sendable {
    private let wish: UserWish
    private let host: AccountHost

    init(_ wish: UserWish, _ host: AccountHost) {
        self.wish = wish
        self.host = host
    }

    var creation: [String] {
        var words = ["useradd"]
        if let uid = wish.uid { words.append("-u \(uid)\(wish.isOn("non_unique") ? " -o" : "")") }
        if let group = wish.group {
            words.append("-g \(group.shellQuoted)")
        } else if host.group(wish.name) != nil {
            // useradd would fail to make the user's own group.
            words.append("-N")
        }
        if let groups = wish.groups, !groups.isEmpty { words.append("-G \(groups.joined(separator: ",").shellQuoted)") }
        words += described(wish.comment, wish.home, wish.shell)
        if let days = wish.expires { words.append(expiry(days)) }
        if wish.isOn("system") { words.append("-r") }
        if wish.isOn("create_home") {
            words.append("-m")
            if let skeleton = wish.arguments.string("skeleton") { words.append("-k \(skeleton.shellQuoted)") }
            if let umask = wish.arguments.string("umask") { words.append("-K UMASK=\(umask.shellQuoted)") }
        } else {
            words.append("-M")
        }
        for limit in ["uid_min", "uid_max"] {
            if let number = wish.arguments.int(limit) { words.append("-K \(limit.uppercased())=\(number)") }
        }
        if let seuser = wish.arguments.string("seuser") { words.append("-Z \(seuser.shellQuoted)") }
        let parent = wish.isOn("create_home") ? wish.home.map(parentCommand) : nil
        return [parent, (words + [wish.name.shellQuoted]).joined(separator: " ")].compactMap { $0 }
    }

    /// useradd makes the home folder itself but not what is above it.
    private func parentCommand(_ home: String) -> String {
        "mkdir -p \"$(dirname \(home.shellQuoted))\""
    }

    func modification(of user: PasswdEntry) -> [String] {
        var words: [String] = []
        if let uid = wish.uid, uid != user.uid { words.append("-u \(uid)\(wish.isOn("non_unique") ? " -o" : "")") }
        if let group = wish.group, host.group(group)?.gid != user.gid {
            words.append("-g \(host.group(group).map { String($0.gid) } ?? group.shellQuoted)")
        }
        if let groups = changedGroups(user) {
            words.append("\(wish.isOn("append") ? "-a " : "")-G \(groups.joined(separator: ",").shellQuoted)")
        }
        words += described(
            wish.comment == user.comment ? nil : wish.comment, wish.home == user.home ? nil : wish.home,
            wish.shell == user.shell ? nil : wish.shell)
        if let home = wish.home, home != user.home, wish.isOn("move_home") { words.append("-m") }
        if let days = wish.expires, days != host.shadow?.expires ?? -1 { words.append(expiry(days)) }
        return words.isEmpty ? [] : ["usermod \(words.joined(separator: " ")) \(wish.name.shellQuoted)"]
    }

    /// The groups to give to usermod; nil where they are as wished.
    private func changedGroups(_ user: PasswdEntry) -> [String]? {
        guard let groups = wish.groups else { return nil }
        let primary = wish.group.flatMap { host.group($0)?.gid } ?? user.gid
        let wanted = Set(groups.filter { host.group($0)?.gid != primary }.map { host.group($0)?.name ?? $0 })
        let current = Set(host.supplementaryGroups(of: user.name))
        if wish.isOn("append") { return wanted.isSubset(of: current) ? nil : groups }
        return wanted == current.subtracting(host.groups.filter { $0.gid == primary }.map(\.name)) ? nil : groups
    }

    private func described(_ comment: String?, _ home: String?, _ shell: String?) -> [String] {
        [("-c", comment), ("-d", home), ("-s", shell)].compactMap { option, text in
            text.map { "\(option) \($0.shellQuoted)" }
        }
    }

    private func expiry(_ days: Int) -> String {
        days < 0 ? "-e ''" : "-e \(UTCTime(epoch: days * 86400).text.prefix(10))"
    }
}

/// busybox's `adduser`; what it cannot change is changed in `/etc/passwd`.
struct BusyboxTools: Sendable {
    private let wish: UserWish
    private let host: AccountHost

    init(_ wish: UserWish, _ host: AccountHost) {
        self.wish = wish
        self.host = host
    }

    var creation: [String] {
        var words = ["adduser -D"]
        if let uid = wish.uid { words.append("-u \(uid)") }
        if let group = wish.group, let entry = host.group(group) { words.append("-G \(entry.name.shellQuoted)") }
        if let comment = wish.comment { words.append("-g \(comment.shellQuoted)") }
        if let home = wish.home { words.append("-h \(home.shellQuoted)") }
        if let shell = wish.shell { words.append("-s \(shell.shellQuoted)") }
        if let skeleton = wish.arguments.string("skeleton") { words.append("-k \(skeleton.shellQuoted)") }
        if wish.isOn("system") { words.append("-S") }
        if !wish.isOn("create_home") { words.append("-H") }
        let user = (words + [wish.name.shellQuoted]).joined(separator: " ")
        return [user] + (wish.groups ?? []).map { "addgroup \(wish.name.shellQuoted) \($0.shellQuoted)" }
    }

    func modification(of user: PasswdEntry) -> [String] {
        var commands: [String] = []
        if let groups = wish.groups {
            let current = Set(host.supplementaryGroups(of: user.name))
            let wanted = Set(groups.map { host.group($0)?.name ?? $0 })
            for group in wanted.subtracting(current).sorted() {
                commands.append("addgroup \(wish.name.shellQuoted) \(group.shellQuoted)")
            }
            if !wish.isOn("append") {
                for group in current.subtracting(wanted).sorted() {
                    commands.append("delgroup \(wish.name.shellQuoted) \(group.shellQuoted)")
                }
            }
        }
        var changed = user
        changed.uid = wish.uid ?? user.uid
        changed.gid = wish.group.flatMap { host.group($0)?.gid } ?? user.gid
        changed.comment = wish.comment ?? user.comment
        changed.home = wish.home ?? user.home
        changed.shell = wish.shell ?? user.shell
        if changed != user { commands += rewriting(changed, from: user) }
        return commands
    }

    /// Replaces the fields of one line of passwd, whole and in one step.
    private func rewriting(_ changed: PasswdEntry, from user: PasswdEntry) -> [String] {
        let values = [String(changed.uid), String(changed.gid), changed.comment, changed.home, changed.shell]
        let assignments = zip(["u", "g", "c", "h", "s"], values).map { "drover_\($0)=\($1.shellQuoted)" }
        let program = """
            BEGIN { FS = OFS = ":" } $1 == ENVIRON["n"] { $3 = ENVIRON["drover_u"]; $4 = ENVIRON["drover_g"]; \
            $5 = ENVIRON["drover_c"]; $6 = ENVIRON["drover_h"]; $7 = ENVIRON["drover_s"] } { print }
            """
        var commands: [String] = []
        if changed.home != user.home, wish.isOn("move_home") {
            commands.append("mv \(user.home.shellQuoted) \(changed.home.shellQuoted)")
        }
        let rewrite = "n=\(wish.name.shellQuoted) \(assignments.joined(separator: " ")) awk \(program.shellQuoted)"
        commands.append(
            "{ \(rewrite) /etc/passwd >/etc/passwd.drover && chmod 644 /etc/passwd.drover "
                + "&& mv /etc/passwd.drover /etc/passwd; }")
        return commands
    }
}
