//! Flags about reaching hosts and becoming other users.

import ArgumentParser

/// How hosts are reached, and as whom.
struct LoginFlags: ParsableArguments {
    @Option(name: [.customShort("u"), .customLong("user")], parsing: .unconditional, help: "Log in as this user.")
    var user: String?

    @Option(
        name: [.customShort("c"), .customLong("connection")], parsing: .unconditional,
        help: "How to reach hosts: ssh or local.")
    var connection: String?

    @Option(
        name: [.customLong("private-key"), .customLong("key-file")], parsing: .unconditional,
        help: "Log in with this key.")
    var privateKey: String?

    @Option(
        name: [.customShort("T"), .customLong("timeout")], parsing: .unconditional,
        help: "Seconds to wait for a connection.")
    var timeout: Int?

    @Option(name: .customLong("ssh-common-args"), parsing: .unconditional, help: "Further options of ssh.")
    var sshCommonArgs: String?

    @Option(name: .customLong("ssh-extra-args"), parsing: .unconditional, help: "Further options of ssh.")
    var sshExtraArgs: String?

    @Option(
        name: .customLong("sftp-extra-args"), parsing: .unconditional,
        help: "Accepted and ignored: files travel over the shell.")
    var sftpExtraArgs: String?

    @Option(
        name: .customLong("scp-extra-args"), parsing: .unconditional,
        help: "Accepted and ignored: files travel over the shell.")
    var scpExtraArgs: String?

    @Flag(name: [.customShort("k"), .customLong("ask-pass")], help: "Ask for the SSH password.")
    var askPass = false

    @Option(
        name: [.customLong("connection-password-file"), .customLong("conn-pass-file")],
        parsing: .unconditional, help: "A file with the SSH password.")
    var connectionPasswordFile: String?

    // The words of Ansible 1.8, which Vagrant falls back to where it finds no Python package of Ansible.
    @Flag(
        name: [.customShort("b"), .customLong("become"), .customLong("sudo")], help: "Become another user (root).")
    var become = false

    @Option(name: .customLong("become-method"), parsing: .unconditional, help: "sudo, su or doas.")
    var becomeMethod: String?

    @Option(
        name: [.customLong("become-user"), .customLong("sudo-user")], parsing: .unconditional,
        help: "The user to become.")
    var becomeUser: String?

    @Flag(
        name: [.customShort("K"), .customLong("ask-become-pass"), .customLong("ask-sudo-pass")],
        help: "Ask for the password of become.")
    var askBecomePass = false

    @Option(
        name: [.customLong("become-password-file"), .customLong("become-pass-file")],
        parsing: .unconditional, help: "A file with the password of become.")
    var becomePasswordFile: String?

    @Option(
        name: [.customShort("f"), .customLong("forks")], parsing: .unconditional,
        help: "Hosts to work on at once.")
    var forks: Int?

    func validate() throws {
        if askPass, connectionPasswordFile != nil {
            throw ValidationError("--ask-pass and --connection-password-file exclude each other")
        }
        if askBecomePass, becomePasswordFile != nil {
            throw ValidationError("--ask-become-pass and --become-password-file exclude each other")
        }
    }
}

/// What commands that act on hosts share.
struct ConnectionFlags: ParsableArguments {
    @OptionGroup var login: LoginFlags

    @Flag(name: [.customShort("C"), .customLong("check")], help: "Change nothing; say what would change.")
    var check = false

    @Flag(name: [.customShort("D"), .customLong("diff")], help: "Show what changes in files.")
    var diff = false

    @Option(
        name: [.customShort("M"), .customLong("module-path")], parsing: .unconditionalSingleValue,
        help: "Folders of modules of your own, as scripts or programs, separated by colons.")
    var modulePath: [String] = []

    @Option(name: .customLong("output"), parsing: .unconditional, help: "text, or json: one event a line.")
    var output = OutputFormat.text

    init() {}

    /// Only ways to hosts, for a command that changes none.
    init(_ login: LoginFlags) throws {
        self = try Self.parse([])
        self.login = login
    }
}

/// How a run is reported.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

extension ConnectionFlags {
    /// What they are where a command has none of these flags.
    static var none: ConnectionFlags { (try? ConnectionFlags.parse([])) ?? ConnectionFlags() }
}
