//! From settings in OpenSSH's words to the options of a connection.

import Glibc

/// The user's side of a connection: home, name, agent.
package struct SSHUser: Sendable, Hashable {
    package var home: String
    package var name: String
    package var agentSocket: String?

    package init(home: String, name: String, agentSocket: String? = nil) {
        self.home = home
        self.name = name
        self.agentSocket = agentSocket
    }

    /// Whoever runs this program.
    package static var current: SSHUser {
        let entry = getpwuid(getuid())
        let home = getenv("HOME").map { String(cString: $0) } ?? entry.map { String(cString: $0.pointee.pw_dir) }
        let name = entry.map { String(cString: $0.pointee.pw_name) }
        return SSHUser(
            home: home ?? "/", name: name ?? "root", agentSocket: getenv("SSH_AUTH_SOCK").map { String(cString: $0) })
    }
}

extension SSHOptions {
    /// Reads the configuration files for `host` and puts everything together; settings given win.
    /// `configurationFile` stands for the usual two files; `none` for no file.
    package init(
        name: String, host: String, settings: SSHSettings, configurationFile: String? = nil, user: SSHUser = .current,
        jumpsLeft: Int = 8
    ) throws(SSHArguments.Mistake) {
        var configuration = SSHConfiguration(host: host, settings: settings, home: user.home, user: user.name)
        if let configurationFile {
            if configurationFile != "none" { configuration.read(file: configurationFile) }
        } else {
            configuration.read(file: "\(user.home)/.ssh/config")
            configuration.read(file: "/etc/ssh/ssh_config")
        }
        let found = configuration.settings
        self.init(name: name, host: host, user: found["User"] ?? user.name)
        self.host = (found["HostName"] ?? host).replacingTokens(["h": host])
        if let text = found["Port"] { port = try Self.number(text, "Port", 1...65535) }
        try readPolicies(found)
        readFiles(found, user, asked: host)
        try readProxy(
            found, asked: host, configurationFile: configurationFile, user: user, jumpsLeft: jumpsLeft)
    }

    private mutating func readPolicies(_ found: SSHSettings) throws(SSHArguments.Mistake) {
        identitiesOnly = found["IdentitiesOnly"]?.lowercased() == "yes"
        compression = found["Compression"]?.lowercased() == "yes"
        hostKeyAlias = found["HostKeyAlias"]
        algorithms = SSHAlgorithms(found)
        switch found["StrictHostKeyChecking"]?.lowercased() {
        case nil, "yes", "ask", "true": hostKeyPolicy = .strict
        case "no", "off", "false": hostKeyPolicy = .off
        case "accept-new": hostKeyPolicy = .acceptNew
        case let other?:
            throw SSHArguments.Mistake(
                message: "StrictHostKeyChecking is yes, accept-new or no, not '\(other)'")
        }
        switch found["AddressFamily"]?.lowercased() {
        case "inet": addressFamily = .ipv4
        case "inet6": addressFamily = .ipv6
        default: addressFamily = .any
        }
        if let text = found["ConnectTimeout"], text.lowercased() != "none" {
            connectTimeout = .seconds(try Self.number(text, "ConnectTimeout", 1...86400))
        }
        if let text = found["ServerAliveInterval"], text != "0" {
            let interval = try Self.number(text, "ServerAliveInterval", 1...86400)
            let count = try found["ServerAliveCountMax"].map { text throws(SSHArguments.Mistake) in
                try Self.number(text, "ServerAliveCountMax", 1...1000)
            }
            // Never later than without the setting: people set it to notice sooner.
            deadPeerTimeout = min(deadPeerTimeout, max(.seconds(interval * (count ?? 3)), .seconds(5)))
        }
    }

    private mutating func readFiles(_ found: SSHSettings, _ local: SSHUser, asked: String) {
        let tokens = self.tokens(local, asked: asked)
        let path = { (text: String) in text.replacingTokens(tokens).expandingTilde(local.home) }
        identityFiles = found.all("IdentityFile").map(path).filter { $0 != "none" }
        certificateFiles = found.all("CertificateFile").map(path)
        switch found["IdentityAgent"] {
        case nil, "SSH_AUTH_SOCK": agentSocket = local.agentSocket
        case "none": agentSocket = nil
        case let socket?: agentSocket = path(socket)
        }
        let files = { (text: String?, usual: [String]) in
            text.map { $0.split(separator: " ").map { path(String($0)) } } ?? usual
        }
        userKnownHostsFiles = files(
            found["UserKnownHostsFile"], ["\(local.home)/.ssh/known_hosts", "\(local.home)/.ssh/known_hosts2"])
        globalKnownHostsFiles = files(
            found["GlobalKnownHostsFile"], ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"])
    }

    private mutating func readProxy(
        _ found: SSHSettings, asked: String, configurationFile: String?, user local: SSHUser, jumpsLeft: Int
    ) throws(SSHArguments.Mistake) {
        if let command = found["ProxyCommand"], command.lowercased() != "none" {
            for word in [host, asked, self.user] where !word.isHarmlessInShell {
                throw SSHArguments.Mistake(message: "'\(word)' cannot be a part of a ProxyCommand")
            }
            proxyCommand = command.replacingTokens(tokens(local, asked: asked))
            return
        }
        guard let list = found["ProxyJump"], list.lowercased() != "none" else { return }
        guard jumpsLeft > 0 else {
            throw SSHArguments.Mistake(message: "ProxyJump leads in a circle (at '\(asked)')")
        }
        for text in list.split(separator: ",") {
            let (settings, jump) = try Self.jump(String(text))
            jumps.append(
                try SSHOptions(
                    name: "\(name), through \(jump)", host: jump, settings: settings,
                    configurationFile: configurationFile, user: local, jumpsLeft: jumpsLeft - 1))
        }
    }

    /// `[user@]host[:port]`, or the same as an `ssh://` address.
    private static func jump(_ text: String) throws(SSHArguments.Mistake) -> (SSHSettings, String) {
        var settings = SSHSettings()
        var rest = text.hasPrefix("ssh://") ? text.dropFirst(6) : text[...]
        if let at = rest.lastIndex(of: "@") {
            settings.add("User", String(rest[..<at]))
            rest = rest[rest.index(after: at)...]
        }
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            let after = rest[rest.index(after: end)...]
            if after.hasPrefix(":") { settings.add("Port", String(after.dropFirst())) }
            rest = rest[rest.index(after: rest.startIndex)..<end]
        } else if let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon {
            settings.add("Port", String(rest[rest.index(after: colon)...]))
            rest = rest[..<colon]
        }
        guard !rest.isEmpty else { throw SSHArguments.Mistake(message: "ProxyJump names no host: '\(text)'") }
        return (settings, String(rest))
    }

    private func tokens(_ local: SSHUser, asked: String) -> [Character: String] {
        [
            "h": host, "n": asked, "p": String(port), "r": user, "d": local.home, "u": local.name,
            "k": hostKeyAlias ?? asked,
        ]
    }

    private static func number(
        _ text: String, _ keyword: String, _ range: ClosedRange<Int>
    ) throws(SSHArguments.Mistake) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw SSHArguments.Mistake(
                message: "\(keyword) is a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }
}

extension String {
    /// `%h` and its like; `%%` is a percent sign, unknown ones stay.
    fileprivate func replacingTokens(_ tokens: [Character: String]) -> String {
        guard contains("%") else { return self }
        var result = ""
        var rest = self[...]
        while let character = rest.popFirst() {
            guard character == "%", let token = rest.popFirst() else {
                result.append(character)
                continue
            }
            result += token == "%" ? "%" : tokens[token] ?? "%\(token)"
        }
        return result
    }

    /// Names that a shell could take for something else are refused, as OpenSSH does.
    fileprivate var isHarmlessInShell: Bool {
        !hasPrefix("-") && !contains { $0.isWhitespace || "'`\"$\\;&<>|(){}".contains($0) }
    }

    fileprivate func expandingTilde(_ home: String) -> String { hasPrefix("~/") ? home + dropFirst() : self }
}
