//! The arguments of `apt` as options of apt-get, and the scripts that run it.

import Connections
import Values

/// How apt-get is called.
struct AptOptions: Sendable {
    let purge: Bool
    let policy: Int?
    let lockTimeout: Int
    private let installing: String
    private let common: String
    private let removesUnneeded: Bool

    init(_ arguments: ModuleArguments) {
        func isOn(_ name: String) -> Bool { arguments.bool(name) ?? false }
        purge = isOn("purge")
        policy = arguments.int("policy_rc_d")
        lockTimeout = max(0, arguments.int("lock_timeout") ?? 60)
        removesUnneeded = isOn("autoremove")
        var common = ["-o DPkg::Lock::Timeout=\(lockTimeout)"]
        for option in (arguments.string("dpkg_options") ?? "").split(separator: ",") where !option.isEmpty {
            common.append("-o " + "Dpkg::Options::=--\(option.withoutOuterBlanks)".shellQuoted)
        }
        self.common = common.joined(separator: " ")
        var options: [String] = []
        let force = isOn("force")
        if force || isOn("allow_unauthenticated") { options.append("--allow-unauthenticated") }
        if force || isOn("allow_downgrade") { options.append("--allow-downgrades") }
        if force || isOn("allow_change_held_packages") { options.append("--allow-change-held-packages") }
        if force { options.append("--allow-remove-essential") }
        if isOn("fail_on_autoremove") { options.append("--no-remove") }
        if isOn("only_upgrade") { options.append("--only-upgrade") }
        if let release = arguments.string("default_release") { options.append("-t " + release.shellQuoted) }
        if let recommends = arguments.bool("install_recommends") {
            options.append("-o APT::Install-Recommends=\(recommends ? "yes" : "no")")
        }
        installing = options.joined(separator: " ")
    }

    /// The words of one apt-get call without `apt-get` itself.
    func words(_ action: String, _ names: [String] = []) -> String {
        var words = [common]
        switch action {
        case "remove", "autoremove":
            if purge { words.append("--purge") }
            if removesUnneeded, action == "remove" { words.append("--auto-remove") }
        case "update", "clean", "autoclean": break
        default:
            words.append(installing)
            if action == "upgrade" { words.append("--with-new-pkgs") }
            if removesUnneeded, action != "build-dep" { words.append("--auto-remove") }
        }
        words.append(action)
        words += names.map(\.shellQuoted)
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    static let environment =
        "export LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none"

    /// With `-y`, so that what a run would refuse (a downgrade, a package on hold) is refused here as well.
    func simulation(_ words: String) -> Probe { Probe("\(Self.environment)\napt-get -s -y \(words)") }

    /// Runs apt-get for real, with a `policy-rc.d` of our own if one is asked for.
    func script(_ words: String) -> Script {
        guard let policy else { return Script("\(Self.environment)\napt-get -y -q \(words)", origin: .user) }
        return Script(
            """
            \(Self.environment)
            p=/usr/sbin/policy-rc.d; saved=
            if [ -e $p ]; then saved=$(mktemp $p.XXXXXX) && cp -p $p "$saved" || exit 1; fi
            trap 'if [ -n "$saved" ]; then mv -f "$saved" $p; else rm -f $p; fi; [ -z "$d" ] || rm -rf "$d"' EXIT
            printf '#!/bin/sh\\nexit \(policy)\\n' >$p && chmod 755 $p || exit 1
            apt-get -y -q \(words)
            """, origin: .user)
    }
}
