//! SSH against a real sshd on the loopback interface.

import Connections
import Glibc
import SSH
import Testing

@Suite(.enabled(if: LoopbackServer.isInstalled, "needs Debian's openssh-server"), .serialized)
struct LoopbackTests {
    private func failure(_ host: SSHHost) async -> ConnectionFailure? {
        do {
            _ = try await host.run(ShellRequest("true"), as: .login)
            await host.close()
            return nil
        } catch let failure {
            await host.close()
            return failure
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func runsWithAKey() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let reply = try await host.run(ShellRequest("echo out; echo err >&2; exit 7"), as: .login)
        #expect((reply.status, text(reply.output), text(reply.errorOutput)) == (7, "out\n", "err\n"))
        await host.close()
    }

    @Test func refusesAWrongKeyAndSaysWhatWasTried() async throws {
        let server = try LoopbackServer()
        let failure = await failure(server.host { $0.identityFiles = ["\(server.folder)/other_key"] })
        #expect(failure?.kind == .authentication)
        #expect(failure?.message.contains("other_key") == true)
        #expect(failure?.message.contains("loop (\(LoopbackServer.user)@127.0.0.1:\(server.port))") == true)
    }

    @Test func refusesAnUnknownHostKey() async throws {
        let server = try LoopbackServer()
        let failure = await failure(server.host { $0.userKnownHostsFiles = ["\(server.folder)/none"] })
        #expect(failure?.kind == .hostKey)
        #expect(failure?.message.contains("SHA256:") == true)
        #expect(failure?.help?.contains("[127.0.0.1]:\(server.port) ssh-ed25519 ") == true)
    }

    @Test func acceptsANewHostKeyAndNotesIt() async throws {
        let server = try LoopbackServer()
        let file = "\(server.folder)/new/known_hosts"
        for policy in [SSHOptions.HostKeyPolicy.acceptNew, .strict] {
            let failure = await failure(
                server.host {
                    $0.userKnownHostsFiles = [file]
                    $0.hostKeyPolicy = policy
                })
            #expect(failure == nil)
        }
    }

    @Test func stopsAtAChangedHostKey() async throws {
        let server = try LoopbackServer()
        try server.noteHostKey("other_key")
        for policy in [SSHOptions.HostKeyPolicy.acceptNew, .strict] {
            let failure = await failure(server.host { $0.hostKeyPolicy = policy })
            #expect(failure?.kind == .hostKey)
            #expect(failure?.message.split(separator: "SHA256:").count == 3)
        }
        #expect(await failure(server.host { $0.hostKeyPolicy = .off }) == nil)
    }

    @Test func namesTheHostOfARefusedPort() async throws {
        var options = SSHOptions(name: "web1", host: "127.0.0.1", user: "nobody")
        options.port = LoopbackServer.freePort()
        let failure = await failure(SSHHost(options))
        #expect(failure?.kind == .unreachable)
        #expect(failure?.message.contains("web1 (nobody@127.0.0.1:\(options.port))") == true)
        #expect(failure?.message.contains("Connection refused") == true)
    }

    @Test func givesUpOnASilentServer() async throws {
        let listener = try SilentListener()
        var options = SSHOptions(name: "web1", host: "127.0.0.1", user: "nobody")
        options.port = listener.port
        options.connectTimeout = .milliseconds(500)
        let failure = await failure(SSHHost(options))
        #expect(failure?.kind == .unreachable)
    }

    @Test func givesUpOnAnAddressThatAnswersNothing() async throws {
        // Reserved for documentation: packets vanish, or the network says so at once.
        var options = SSHOptions(name: "web1", host: "192.0.2.1", user: "nobody")
        options.connectTimeout = .milliseconds(500)
        let failure = await failure(SSHHost(options))
        #expect(failure?.kind == .unreachable)
    }

    @Test func manyFirstRunsConnectOnce() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let parents = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<10 {
                group.addTask { try await host.run(ShellRequest("echo $PPID $$"), as: .login).output }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(parents.count == 1)
        await host.close()
    }

    @Test func moves20MegabytesEachWay() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let bytes = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let reply = try await host.run(ShellRequest("cat", input: bytes), as: .login)
        #expect(reply.output == bytes)
        await host.close()
    }

    @Test func fiftyConnectionsAtOnceComeThroughMaxStartups() async throws {
        let server = try LoopbackServer(["MaxStartups 3:50:6"])
        let failures = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { await failure(server.host())?.message } }
            return await group.reduce(into: [String]()) { if let message = $1 { $0.append(message) } }
        }
        #expect(failures == [])
    }

    @Test func aLoginShellMayBeNoisy() async throws {
        let server = try LoopbackServer([
            "ForceCommand echo welcome; echo careful >&2; eval \"$SSH_ORIGINAL_COMMAND\""
        ])
        let host = server.host()
        let reply = try await host.run(ShellRequest("echo fine"), as: .login)
        #expect((text(reply.output), text(reply.errorOutput)) == ("fine\n", ""))
        await host.close()
    }

    @Test func aServerThatDiesIsUnreachable() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let parent = try await host.run(ShellRequest("cut -d' ' -f4 /proc/$PPID/stat; echo $PPID"), as: .login)
        let processes = text(parent.output).split(separator: "\n").compactMap { pid_t($0) }
        try #require(processes.count == 2 && processes.allSatisfy { $0 > 1 })
        async let running = host.run(ShellRequest("sleep 30"), as: .login)
        try await Task.sleep(for: .milliseconds(200))
        // The sshd that serves this connection is the parent of the login shell.
        kill(processes[1], SIGKILL)
        do {
            _ = try await running
            Issue.record("the command should have failed")
        } catch let failure as ConnectionFailure {
            #expect(failure.kind == .unreachable)
        }
        await host.close()
    }

    @Test func aServerThatAnswersNothingAnyMoreIsUnreachable() async throws {
        let server = try LoopbackServer()
        let host = server.host { $0.deadPeerTimeout = .seconds(1) }
        // Longer than the limit: whoever is silent and answers is there.
        let parent = try await host.run(ShellRequest("sleep 1.5; echo $PPID"), as: .login)
        // The sshd that serves this connection is the parent of the login shell.
        let serving = try #require(pid_t(text(parent.output).filter(\.isNumber)))
        // The kernel goes on acknowledging what arrives.
        kill(serving, SIGSTOP)
        defer { kill(serving, SIGKILL) }
        do {
            _ = try await host.run(ShellRequest("true"), as: .login)
            Issue.record("nobody can have answered")
        } catch let failure {
            #expect(failure.kind == .unreachable)
            #expect(failure.message.contains("it has said nothing for 1.0 seconds"), "\(failure.message)")
        }
        await host.close()
    }

    @Test func closesWithoutLeavingAnything() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let reply = try await host.run(
            ShellRequest("dirname \"$UP\"", uploads: [.init(variable: "UP", bytes: [1])]), as: .login)
        let folder = text(reply.output).filter { $0 != "\n" }
        #expect(access(folder, F_OK) == 0)
        await host.close()
        await host.close()
        for _ in 0..<100 where access(folder, F_OK) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(access(folder, F_OK) != 0)
    }
}

/// Accepts connections (in the kernel) and says nothing.
private final class SilentListener {
    let port = LoopbackServer.freePort()
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    init() throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0 && listen(descriptor, 8) == 0)
    }

    deinit { _ = close(descriptor) }
}

/// Streams over SSH: slower than their source.
@Suite(.enabled(if: LoopbackServer.isInstalled, "needs Debian's openssh-server"), .serialized)
struct LoopbackStreamTests {
    /// Counts the pieces that were asked for.
    private actor Source: ByteSource {
        private(set) var taken = 0
        private let pieces: Int

        init(pieces: Int) { self.pieces = pieces }

        func next() async throws(ByteSourceFailure) -> [UInt8]? {
            guard taken < pieces else { return nil }
            taken += 1
            return [UInt8](repeating: UInt8(truncatingIfNeeded: taken), count: 1 << 20)
        }
    }

    @Test func everyByteArrivesAndTheConnectionGoesOn() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let reply = try await host.run(ShellRequest("wc -c"), reading: Source(pieces: 40), as: .login)
        #expect(String(decoding: reply.output, as: UTF8.self).filter(\.isNumber) == "\(40 << 20)")
        #expect(try await host.run(ShellRequest("echo on"), as: .login).output == Array("on\n".utf8))
        await host.close()
    }

    @Test func onlyWhatIsReadIsAskedFor() async throws {
        let server = try LoopbackServer()
        let host = server.host()
        let source = Source(pieces: 1000)
        let reply = try await host.run(ShellRequest("sleep 0.5; exit 4"), reading: source, as: .login)
        #expect(reply.status == 4)
        #expect(await source.taken < 20)
        await host.close()
    }

    @Test func oneSessionIsEnough() async throws {
        let server = try LoopbackServer(["MaxSessions 1"])
        let host = server.host()
        _ = try await host.run(ShellRequest("true"), as: .login)
        let reply = try await host.run(ShellRequest("wc -c"), reading: Source(pieces: 3), as: .login)
        #expect(String(decoding: reply.output, as: UTF8.self).filter(\.isNumber) == "\(3 << 20)")
        #expect(try await host.run(ShellRequest("echo on"), as: .login).output == Array("on\n".utf8))
        await host.close()
    }
}
