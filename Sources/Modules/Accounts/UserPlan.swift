//! What `user` does: compares the account with the wish and calls the host's own tools.

import Connections
import Values

struct UserPlan: Sendable {
    private let wish: UserWish

    init(_ wish: UserWish) { self.wish = wish }

    private var name: String { wish.name.shellQuoted }

    func start() -> Step {
        .observe(Probe(probe)) { [self] observation in
            let host = AccountHost(observation.text, user: wish.name)
            if wish.absent { return host.user == nil ? .done(result(nil, changed: false)) : remove(host) }
            let change = host.user.map { modify($0, host) } ?? create(host)
            let missing = unknownGroups(host)
            guard let first = missing.first else { return change }
            let refusal = "Group \(first) does not exist"
            return .lacking(
                missing.map(Resource.group), failure: .failure(refusal, fields: ["name": .string(wish.name)]),
                then: change)
        }
    }

    private var probe: String {
        var text = AccountHost.probe(user: wish.name, local: wish.isOn("local"))
        if wish.isOn("generate_ssh_key"), !wish.absent { text += UserKey(wish).probe }
        if !wish.absent { text += UserHome.probe(wish) }
        return text + ":"
    }

    private func unknownGroups(_ host: AccountHost) -> [String] {
        ([wish.group].compactMap { $0 } + (wish.groups ?? [])).filter { host.group($0) == nil }
    }

    private func remove(_ host: AccountHost) -> Step {
        var words = [host.hasShadowTools ? "userdel" : "deluser"]
        if host.hasShadowTools, wish.isOn("force") { words.append("-f") }
        if wish.isOn("remove") { words.append(host.hasShadowTools ? "-r" : "--remove-home") }
        words.append(name)
        return apply([words.joined(separator: " ")], host, before: "present", after: "absent")
    }

    private func create(_ host: AccountHost) -> Step {
        let commands = host.hasShadowTools ? ShadowTools(wish, host).creation : BusyboxTools(wish, host).creation
        return apply(commands + aging(nil) + secrets(nil), host, before: "absent", after: "present")
    }

    private func modify(_ user: PasswdEntry, _ host: AccountHost) -> Step {
        let tools =
            host.hasShadowTools
            ? ShadowTools(wish, host).modification(of: user)
            : BusyboxTools(wish, host).modification(of: user)
        let commands = tools + aging(host.shadow) + secrets(host.shadow) + missingHome(user, host)
        guard !commands.isEmpty || (wish.isOn("generate_ssh_key") && host.key == nil) else {
            return .done(result(user, host.key, changed: false))
        }
        return apply(commands, host, before: "present", after: "changed")
    }

    /// An account that exists without its home folder gets one, as a new one would.
    private func missingHome(_ user: PasswdEntry, _ host: AccountHost) -> [String] {
        let home = (wish.home ?? user.home).shellQuoted
        guard wish.isOn("create_home"), host.lacksHome else { return [] }
        let skeleton = (wish.arguments.string("skeleton") ?? "/etc/skel").shellQuoted
        return [
            "{ [ -d \(home) ] || { mkdir -p \(home) && { [ ! -d \(skeleton) ] || cp -R \(skeleton)/. \(home); } "
                + "&& chmod 755 \(home) && chown -R \(name):\"$(id -g \(name))\" \(home); }; }"
        ]
    }

    /// Password ages, through chage.
    private func aging(_ shadow: ShadowEntry?) -> [String] {
        let wanted: [(String, String, Int?)] = [
            ("password_expire_max", "-M", shadow?.maximumAge), ("password_expire_min", "-m", shadow?.minimumAge),
            ("password_expire_warn", "-W", shadow?.warning),
            ("password_expire_account_disable", "-I", shadow?.inactive),
        ]
        let options = wanted.compactMap { argument, option, current -> String? in
            guard let days = wish.arguments.int(argument), days != current else { return nil }
            return "\(option) \(days)"
        }
        return options.isEmpty ? [] : ["chage \(options.joined(separator: " ")) \(name)"]
    }

    /// The hash goes in by standard input, never by a command line.
    private func secrets(_ shadow: ShadowEntry?) -> [String] {
        var commands: [String] = []
        let isNew = shadow == nil
        let mayUpdate = isNew || wish.arguments.string("update_password") != "on_create"
        if let password = wish.password, mayUpdate {
            // Being locked is no other password: setting it anew would unlock the account.
            let isSame = shadow.map { $0.hash.drop { $0 == "!" } == password.drop { $0 == "!" } } ?? false
            if !isSame {
                commands.append("chpasswd -e")
                if wish.lock == true, !password.hasPrefix("!") { commands.append("passwd -l \(name) >/dev/null") }
                return commands
            }
        }
        let isLocked = shadow?.hash.hasPrefix("!") ?? true
        if let lock = wish.lock, lock != isLocked { commands.append("passwd \(lock ? "-l" : "-u") \(name) >/dev/null") }
        return commands
    }

    private func apply(_ commands: [String], _ host: AccountHost, before: String, after: String) -> Step {
        let key = UserKey(wish)
        var lines = ["export LC_ALL=C"] + commands.map { "\($0) || exit $?" }
        if !wish.absent {
            if wish.isOn("generate_ssh_key"), host.key == nil { lines.append(key.generation) }
            lines.append(probe)
        }
        var script = Script(lines.joined(separator: "\n"))
        if commands.contains("chpasswd -e"), let password = wish.password {
            script.input = Array("\(wish.name):\(password)\n".utf8)
        }
        if let passphrase = wish.arguments.string("ssh_key_passphrase") {
            script.environment.append((UserKey.passphrase, passphrase))
        }
        let difference = Difference(
            beforeHeader: wish.name, afterHeader: wish.name, before: "state: \(before)\n", after: "state: \(after)\n")
        let predicted = result(host.user, changed: true).fields
        let change = Change(differences: [difference], fields: predicted, provides: provided(host))
        return .apply(change, script) { [self] outcome in
            guard outcome.status == 0 else {
                let message = outcome.errorText.withoutOuterBlanks
                return .done(
                    .failure(message, fields: ["name": .string(wish.name), "rc": .int(Int(outcome.status))]))
            }
            let now = AccountHost(outcome.text, user: wish.name)
            return .done(result(now.user, now.key, changed: true, isNew: host.user == nil))
        }
    }

    private func provided(_ host: AccountHost) -> [Resource] {
        guard !wish.absent else { return [] }
        let home = wish.home ?? host.user?.home ?? "/home/\(wish.name)"
        return [.user(wish.name), .group(wish.name)] + (wish.isOn("create_home") ? [.path(home)] : [])
    }

    private func result(
        _ user: PasswdEntry?, _ key: AccountHost.KeyFile? = nil, changed: Bool, isNew: Bool = false
    ) -> ModuleResult {
        var fields: OrderedMap = ["name": .string(wish.name), "state": wish.absent ? "absent" : "present"]
        if wish.absent {
            fields["force"] = .bool(wish.isOn("force"))
            fields["remove"] = .bool(wish.isOn("remove"))
        } else if let user {
            fields["uid"] = .int(user.uid)
            fields["group"] = .int(user.gid)
            fields["comment"] = .string(user.comment)
            fields["home"] = .string(user.home)
            fields["shell"] = .string(user.shell)
            if let groups = wish.groups { fields["groups"] = .string(groups.joined(separator: ",")) }
            if isNew {
                fields["create_home"] = .bool(wish.isOn("create_home"))
                fields["system"] = .bool(wish.isOn("system"))
            } else {
                fields["append"] = .bool(wish.isOn("append"))
                fields["move_home"] = .bool(wish.isOn("move_home"))
            }
        }
        if wish.password != nil { fields["password"] = "NOT_LOGGING_PASSWORD" }
        if let key {
            fields["ssh_key_file"] = .string(key.path)
            fields["ssh_fingerprint"] = .string(key.fingerprint)
            fields["ssh_public_key"] = .string(key.publicKey)
        }
        if let warning = wish.passwordWarning { fields["warnings"] = [.string(warning)] }
        return ModuleResult(changed: changed, fields: fields)
    }
}

/// Whether the home folder is there.
enum UserHome {
    static func probe(_ wish: UserWish) -> String {
        let home = wish.home.map { "h=\($0.shellQuoted)" } ?? "h=$(printf '%s' \"$l\" | cut -d: -f6)"
        return "\(home); [ -z \"$l\" ] || [ -d \"$h\" ] || echo 'H missing'\n"
    }
}
