//! How a host is reached and as whom: variables, keywords, command line, in that order.

import Connections
import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

/// The names that decide about a connection. What a host reports under them is ignored.
enum ConnectionVariables {
    static let names: Set<String> = [
        "ansible_connection", "ansible_host", "ansible_ssh_host", "ansible_port", "ansible_ssh_port", "ansible_user",
        "ansible_ssh_user", "ansible_password", "ansible_ssh_pass", "ansible_ssh_password",
        "ansible_private_key_file", "ansible_ssh_private_key_file", "ansible_ssh_common_args",
        "ansible_ssh_extra_args", "ansible_ssh_args", "ansible_host_key_checking", "ansible_ssh_host_key_checking",
        "ansible_timeout", "ansible_ssh_timeout", "ansible_become", "ansible_become_user", "ansible_become_method",
        "ansible_become_password", "ansible_become_pass", "ansible_become_exe", "ansible_become_flags",
        "ansible_sudo_pass", "ansible_sudo_password", "ansible_su_pass", "ansible_su_password", "ansible_doas_pass",
        "ansible_doas_password", "ansible_python_interpreter", "ansible_shell_type", "ansible_shell_executable",
        "ansible_remote_tmp", "ansible_ssh_retries",
    ]
}

/// Reads the settings of one task on one host.
struct ConnectionReader {
    let scope: HostScope
    let frame: Frame
    let defaults: RunSettings

    private var render: RenderScope { scope.renderScope }

    /// The value of the first of these variables that is defined.
    func variable(_ names: String...) throws(Diagnostic) -> Value? {
        for name in names {
            guard let value = try scope.written(name) else { continue }
            let final = try value.evaluate(in: render).materialized()
            if !final.isNone { return final }
        }
        return nil
    }

    func keyword(_ keyword: Keyword) throws(Diagnostic) -> Value? {
        guard let setting = frame.inherited(keyword) else { return nil }
        do {
            let value = try setting.value.evaluate(in: render).materialized()
            return value.isNone || value.isOmit ? nil : value
        } catch {
            throw error.located(at: setting.range)
        }
    }

    func text(_ value: Value?) throws(Diagnostic) -> String? { try value?.text() }

    /// The value of a keyword that has to be a boolean.
    func flag(of keyword: Keyword) throws(Diagnostic) -> Bool? {
        guard let value = try self.keyword(keyword) else { return nil }
        guard let flag = flag(value) else {
            throw Diagnostic(
                .playbookSyntax,
                "Error processing keyword '\(keyword.rawValue)': The value '\(try value.text())' could not be converted "
                    + "to 'bool'.", at: frame.inherited(keyword)?.range)
        }
        return flag
    }

    func flag(_ value: Value?) -> Bool? {
        switch value {
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .string(let text): Self.flag(text.lowercased())
        default: nil
        }
    }

    private static func flag(_ word: String) -> Bool? {
        if ["yes", "true", "on", "1", "y", "t"].contains(word) { return true }
        return ["no", "false", "off", "0", "n", "f", ""].contains(word) ? false : nil
    }

    func number(_ value: Value?) -> Int? {
        switch value {
        case .int(let number): number
        case .string(let text): Int(text)
        default: nil
        }
    }

    /// Where the connection goes.
    func options() throws(Diagnostic) -> ConnectionOptions {
        let base = defaults.connection
        let target = scope.host
        let isLocalName = ["localhost", "127.0.0.1", "::1"].contains(target)
        let implicit = scope.context.inventory.isImplicitLocalhost(target)
        let localName = implicit && isLocalName ? "local" : nil
        let kind = try text(variable("ansible_connection")).or(localName).or(text(keyword(.connection))) ?? base.kind
        var options = ConnectionOptions(name: target)
        options.kind = try connectionKind(kind)
        options.host = try text(variable("ansible_host", "ansible_ssh_host")) ?? target
        options.port =
            try number(variable("ansible_port", "ansible_ssh_port")).or(number(keyword(.port))) ?? base.port
        options.user =
            try text(variable("ansible_user", "ansible_ssh_user")).or(text(keyword(.remoteUser)))
            .or(text(keyword(.user))) ?? base.user
        options.password =
            try text(variable("ansible_password", "ansible_ssh_pass", "ansible_ssh_password")) ?? base.password
        options.privateKeyFile =
            try text(variable("ansible_private_key_file", "ansible_ssh_private_key_file")) ?? base.privateKeyFile
        options.arguments = try text(variable("ansible_ssh_args")) ?? base.sshArguments
        options.commonArguments = try text(variable("ansible_ssh_common_args")) ?? base.commonArguments
        options.extraArguments = try text(variable("ansible_ssh_extra_args")) ?? base.extraArguments
        options.timeout = .seconds(try number(variable("ansible_timeout", "ansible_ssh_timeout")) ?? base.timeout)
        options.retries =
            try number(variable("ansible_ssh_retries", "ansible_connection_retries")) ?? base.retries
        options.checksHostKeys =
            try flag(variable("ansible_ssh_host_key_checking", "ansible_host_key_checking")) ?? base.checksHostKeys
        return options
    }

    private func connectionKind(_ written: String) throws(Diagnostic) -> ConnectionOptions.Kind {
        if let kind = ConnectionOptions.Kind(rawValue: written.shortPluginName) { return kind }
        let known = ConnectionOptions.Kind.allCases.map(\.rawValue)
        throw Diagnostic(
            .unsupported, "the connection '\(written)' of '\(scope.host)' is not supported",
            at: frame.inherited(.connection)?.range,
            help: Suggestion.help(for: written, among: known) ?? "use " + known.joined(separator: ", "))
    }

    /// As whom a script runs.
    func identity() throws(Diagnostic) -> Identity {
        let base = defaults.become
        guard try flag(variable("ansible_become")).or(flag(of: .become)) ?? base.enabled else { return .login }
        let written = try text(variable("ansible_become_method")).or(text(keyword(.becomeMethod))) ?? base.method
        let methodName = written.shortPluginName
        guard let method = Become.Method(rawValue: methodName) else {
            throw Diagnostic(
                .unsupported, "the become method '\(methodName)' is not supported",
                at: frame.inherited(.becomeMethod)?.range,
                help: "use " + Become.Method.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return .become(
            Become(
                method: method,
                user: try text(variable("ansible_become_user")).or(text(keyword(.becomeUser))) ?? base.user,
                password: try text(
                    variable(
                        "ansible_become_password", "ansible_become_pass", "ansible_\(methodName)_password",
                        "ansible_\(methodName)_pass")) ?? base.password,
                executable: try text(variable("ansible_become_exe")).or(text(keyword(.becomeExe))) ?? base.executable,
                flags: try text(variable("ansible_become_flags")).or(text(keyword(.becomeFlags))) ?? base.flags))
    }
}

extension String {
    /// `ansible.builtin.ssh` and `community.docker.docker` as `ssh` and `docker`; the old `smart` and `paramiko` are ssh.
    var shortPluginName: String {
        let short = split(separator: ".").last.map(String.init) ?? self
        return ["smart", "paramiko", "paramiko_ssh"].contains(short) ? "ssh" : short
    }
}
