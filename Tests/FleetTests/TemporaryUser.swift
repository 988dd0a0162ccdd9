//! A user of this machine that vanishes with the test.

import FoundationEssentials
import Glibc

/// A user with a password and rules for sudo. Only root can make one.
final class TemporaryUser: Sendable {
    static let isPossible =
        getuid() == 0 && access("/usr/sbin/useradd", X_OK) == 0 && access("/usr/bin/sudo", X_OK) == 0
        && access("/etc/sudoers.d", W_OK) == 0

    let name: String
    let password = "secret-\(UInt32.random(in: 0...UInt32.max))"
    private var rules: String { "/etc/sudoers.d/\(name)" }

    /// - Parameters:
    ///   - rule: what follows the user's name in sudoers.
    ///   - tools: a folder whose programs sudo finds first.
    init(rule: String?, loginShell: String = "/bin/sh", tools: String? = nil) throws {
        name = "drover\(UInt32.random(in: 0...999_999))"
        LoopbackServer.call(["/usr/sbin/useradd", "-m", "-s", loginShell, name])
        let file = "/tmp/\(name)"
        try "\(name):\(password)\n".write(toFile: file, atomically: true, encoding: .utf8)
        LoopbackServer.call(["/bin/sh", "-c", "chpasswd <\(file); rm \(file)"])
        if let rule {
            let path = tools.map { ", secure_path=\"\($0):/usr/sbin:/usr/bin:/sbin:/bin\"" } ?? ""
            try "\(name) \(rule)\nDefaults:\(name) !lecture, passwd_tries=3\(path)\n".write(
                toFile: rules, atomically: true, encoding: .utf8)
            chmod(rules, 0o440)
        }
    }

    deinit {
        unlink(rules)
        LoopbackServer.call(["/bin/sh", "-c", "userdel -f -r \(name) 2>/dev/null"])
    }
}
