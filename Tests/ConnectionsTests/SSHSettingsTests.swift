//! OpenSSH's words: arguments, configuration files, and the options that come of them.

import Connections
import Diagnostics
import Glibc
import SSH
import Testing

@Suite struct SSHSettingsTests {
    private let user = SSHUser(home: "/home/ann", name: "ann", agentSocket: "/run/agent")

    private func options(
        _ host: String, arguments: String = "", configuration: String = "",
        _ change: (inout ConnectionOptions) -> Void = { _ in }
    ) throws -> SSHOptions {
        let path = "/tmp/drover-ssh-config-\(UInt64.random(in: 0...UInt64.max))"
        try #require(write(configuration, to: path))
        defer { unlink(path) }
        var options = ConnectionOptions(name: host)
        options.localUser = user
        options.arguments = "-F \(path) \(arguments)"
        change(&options)
        return try options.sshOptions().options
    }

    private func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        return fputs(text, file) >= 0
    }

    @Test func argumentsInEverySpelling() throws {
        let options = try options(
            "web",
            arguments: "-o Port=2200 -oUser=bob -4C -i ~/key -i'/my key' -o 'UserKnownHostsFile=/a /b' "
                + "-o \"StrictHostKeyChecking accept-new\" -o ConnectTimeout=3")
        #expect((options.port, options.user, options.addressFamily, options.compression) == (2200, "bob", .ipv4, true))
        #expect(options.identityFiles == ["/home/ann/key", "/my key"])
        #expect(options.userKnownHostsFiles == ["/a", "/b"])
        #expect(options.hostKeyPolicy == .acceptNew)
        #expect(options.connectTimeout == .seconds(3))
    }

    @Test func defaults() throws {
        let options = try options("web")
        #expect((options.host, options.port, options.user) == ("web", 22, "ann"))
        #expect(options.hostKeyPolicy == .strict)
        #expect(options.agentSocket == "/run/agent")
        #expect(options.connectTimeout == .seconds(10))
        #expect(options.userKnownHostsFiles.first == "/home/ann/.ssh/known_hosts")
    }

    @Test func multiplexingIsAcceptedAndUnknownOptionsAreNamed() throws {
        var options = ConnectionOptions(name: "web")
        options.arguments = "-C -o ControlMaster=auto -o ControlPersist=60s -o ControlPath=/x -o Frobnicate=yes"
        #expect(try options.sshOptions().unknown == ["Frobnicate"])
    }

    @Test(
        arguments: [
            ("-o", "needs a value"), ("-o Port", "Keyword=value"), ("-o Port=x", "Port is a number"), ("'-p", "quote"),
            ("-Z", "no option -Z"), ("web", "not an option"), ("-o StrictHostKeyChecking=maybe", "maybe"),
        ])
    func mistakesAreNamed(_ arguments: String, _ words: String) throws {
        var options = ConnectionOptions(name: "web")
        options.commonArguments = arguments
        #expect { try options.sshOptions() } throws: { error in
            let diagnostic = error as? Diagnostic
            return diagnostic?.message.contains(words) == true && diagnostic?.message.contains("'web'") == true
        }
    }

    @Test func ansiblesOrderOfPrecedence() throws {
        let options = try options("web", arguments: "-o User=first", configuration: "User fourth\nPort 4") {
            $0.user = "second"
            $0.commonArguments = "-o User=third -o Port=3 -o IdentityFile=/c"
            $0.port = 2
            $0.privateKeyFile = "/b"
        }
        #expect((options.user, options.port) == ("first", 2))
        #expect(options.identityFiles == ["/b", "/c"])
    }

    @Test func hostKeyCheckingOffYieldsToArguments() throws {
        #expect(try options("web") { $0.checksHostKeys = false }.hostKeyPolicy == .off)
        let explicit = try options("web", arguments: "-o StrictHostKeyChecking=yes") { $0.checksHostKeys = false }
        #expect(explicit.hostKeyPolicy == .strict)
    }

    @Test func configurationBlocks() throws {
        let configuration = """
            # comment
            Host other
                Port 1
            Host w?b *.example !not.example
                HostName=%h.internal
                IdentityFile "~/.ssh/%r key"
                ProxyCommand nc -x "a b" %h %p
            Host *
                User bob
                Port 2022
                UserKnownHostsFile /dev/null
            Match host *.internal user bob
                HostKeyAlias alias
            Match all
                ServerAliveInterval 5
                ServerAliveCountMax 2
            Match exec "true"
                ConnectTimeout 99
            """
        let web = try options("web", configuration: configuration)
        #expect((web.host, web.user, web.port) == ("web.internal", "bob", 2022))
        #expect(web.identityFiles == ["/home/ann/.ssh/bob key"])
        #expect(web.proxyCommand == "nc -x \"a b\" web.internal 2022")
        #expect(web.hostKeyAlias == "alias", "Match host looks at HostName")
        #expect((web.deadPeerTimeout, web.connectTimeout) == (.seconds(10), .seconds(10)))
        let not = try options("not.example", configuration: configuration)
        #expect((not.host, not.proxyCommand) == ("not.example", nil))
        let matched = try options("x.internal", configuration: configuration)
        #expect(matched.hostKeyAlias == "alias")
    }

    @Test func includes() throws {
        let path = "/tmp/drover-ssh-include-\(UInt64.random(in: 0...UInt64.max))"
        try #require(write("Port 77\nInclude \(path)\n", to: path))
        defer { unlink(path) }
        #expect(try options("web", configuration: "Include \(path)*\nPort 1").port == 77)
        #expect(try options("web", configuration: "Host no\nInclude \(path)\nHost *\nPort 1").port == 1)
    }

    @Test func jumpHostsReadTheConfiguration() throws {
        let options = try options(
            "web", arguments: "-J carl@a:1,ssh://b", configuration: "Host b\nHostName 10.0.0.1\nUser dora\n")
        #expect(options.jumps.map(\.host) == ["a", "10.0.0.1"])
        #expect(options.jumps.map(\.user) == ["carl", "dora"])
        #expect(options.jumps.map(\.port) == [1, 22])
    }

    @Test func aCircleOfJumpsIsAMistake() {
        #expect(throws: Diagnostic.self) { try options("web", configuration: "Host *\nProxyJump x") }
    }

    @Test(arguments: ["-oProxyCommand=x", ""])
    func hostsThatLookLikeOptionsAreRefused(_ host: String) {
        for kind in [ConnectionOptions.Kind.ssh, .docker, .chroot] {
            var options = ConnectionOptions(name: "web")
            options.kind = kind
            options.host = host
            #expect(throws: Diagnostic.self) { try options.connection() }
        }
    }

    @Test(arguments: ["a;b", "$(id)", "-x", "a b"])
    func proxyCommandsTakeNoShellSyntax(_ host: String) {
        #expect(throws: Diagnostic.self) { try options(host, arguments: "-o 'ProxyCommand=nc %h %p'") }
    }

    @Test func descriptionsHideSecrets() throws {
        var options = ConnectionOptions(name: "web")
        options.password = "s3cret"
        let identity = Identity.become(Become(password: "s3cret"))
        for text in ["\(options)", "\(try options.sshOptions().options)", "\(identity)", String(reflecting: identity)] {
            #expect(!text.contains("s3cret"))
        }
    }
}
