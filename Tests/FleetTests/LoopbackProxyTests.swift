//! Ways to a host that are not a plain TCP connection, and secrets of the way.

import Connections
import FoundationEssentials
import Glibc
import SSH
import Testing

@Suite(.enabled(if: LoopbackServer.isInstalled, "needs Debian's openssh-server"), .serialized)
struct LoopbackProxyTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func throughAJumpHost() async throws {
        let jump = try LoopbackServer()
        let server = try LoopbackServer()
        let host = server.host { $0.jumps = [jump.options] }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let reply = try await host.run(ShellRequest("cat", input: bytes), as: .login)
        #expect(reply.output == bytes)
        await host.close()
    }

    @Test func throughTwoJumpHosts() async throws {
        let jumps = [try LoopbackServer(), try LoopbackServer()]
        let server = try LoopbackServer()
        let host = server.host { $0.jumps = jumps.map(\.options) }
        let reply = try await host.run(ShellRequest("echo fine"), as: .login)
        #expect(text(reply.output) == "fine\n")
        await host.close()
    }

    @Test func aJumpHostThatForwardsNothingIsNamed() async throws {
        let jump = try LoopbackServer(["AllowTcpForwarding no"])
        let server = try LoopbackServer()
        let host = server.host { $0.jumps = [jump.options] }
        do {
            _ = try await host.run(ShellRequest("true"), as: .login)
            Issue.record("the jump host should have refused")
        } catch {
            #expect(error.kind == .unreachable)
            #expect(error.message.contains(":\(jump.port)") && error.message.contains(":\(server.port)"))
        }
        await host.close()
    }

    @Test(.enabled(if: access("/usr/bin/ssh", X_OK) == 0, "needs a program that forwards"))
    func throughAProxyCommand() async throws {
        let jump = try LoopbackServer()
        let server = try LoopbackServer()
        let command =
            "ssh -F none -i \(jump.key) -o UserKnownHostsFile=\(jump.knownHosts) -p \(jump.port) "
            + "-W 127.0.0.1:\(server.port) \(LoopbackServer.user)@127.0.0.1"
        let host = server.host { $0.proxyCommand = command }
        let reply = try await host.run(ShellRequest("echo fine"), as: .login)
        #expect(text(reply.output) == "fine\n")
        await host.close()
    }

    /// Which signatures a server takes may come in a packet of its own, behind a slow line.
    @Test func anRSAKeyWaitsForWhatTheServerTakes() async throws {
        let server = try LoopbackServer()
        let key = "\(server.folder)/rsa"
        LoopbackServer.call(["/usr/bin/ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key])
        try String(contentsOfFile: "\(key).pub", encoding: .utf8).write(
            toFile: "\(server.folder)/authorized_keys", atomically: true, encoding: .utf8)
        let host = server.host {
            $0.identityFiles = [key]
            $0.proxyCommand = "\(Lab.tree)/Tests/Fleet/lib/late-extensions 127.0.0.1 \(server.port)"
        }
        let reply = try await host.run(ShellRequest("echo fine"), as: .login)
        #expect(text(reply.output) == "fine\n")
        await host.close()
    }

    @Test func aHostThatDoesNotAnswerIsAskedAgain() async throws {
        for (retries, attempts) in [(0, 1), (2, 3)] {
            let server = try LoopbackServer()
            let log = "\(server.folder)/attempts"
            let host = server.host(retries: retries) { $0.proxyCommand = "echo again >>\(log); false" }
            do {
                _ = try await host.run(ShellRequest("true"), as: .login)
                Issue.record("nothing could have answered")
            } catch {
                #expect(error.kind == .unreachable)
            }
            await host.close()
            let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == attempts)
        }
    }

    @Test func aRefusedLoginIsNotTriedAgain() async throws {
        let server = try LoopbackServer()
        let log = "\(server.folder)/attempts"
        let host = server.host(retries: 5) {
            $0.identityFiles = ["\(server.folder)/other_key"]
            $0.proxyCommand = "sh -c 'echo again >>\(log); exec busybox nc 127.0.0.1 \(server.port)'"
        }
        do {
            _ = try await host.run(ShellRequest("true"), as: .login)
            Issue.record("the key is not allowed")
        } catch {
            #expect(error.kind == .authentication, "\(error)")
        }
        await host.close()
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "again\n")
    }

    @Test func aProxyCommandThatFailsIsUnreachable() async throws {
        let server = try LoopbackServer()
        let host = server.host { $0.proxyCommand = "false" }
        await #expect(throws: ConnectionFailure.self) { try await host.run(ShellRequest("true"), as: .login) }
        await host.close()
    }

    @Test func certificatesAreUsed() async throws {
        let server = try LoopbackServer()
        let authority = "\(server.folder)/authority"
        LoopbackServer.call(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", authority])
        let trusting = try LoopbackServer(["TrustedUserCAKeys \(authority).pub"])
        LoopbackServer.call([
            "/usr/bin/ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", LoopbackServer.user,
            "\(trusting.folder)/other_key.pub",
        ])
        let host = trusting.host { $0.identityFiles = ["\(trusting.folder)/other_key"] }
        let reply = try await host.run(ShellRequest("echo fine"), as: .login)
        #expect(text(reply.output) == "fine\n")
        await host.close()
    }

    @Test func compressionMovesTheSameBytes() async throws {
        let server = try LoopbackServer()
        let host = server.host { $0.compression = true }
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let reply = try await host.run(ShellRequest("cat", input: bytes), as: .login)
        #expect(reply.output == bytes)
        await host.close()
    }

    @Test func oneSessionIsEnough() async throws {
        let server = try LoopbackServer(["MaxSessions 1"])
        let host = server.host()
        let big = [UInt8](repeating: 1, count: 100_000)
        let reply = try await host.run(ShellRequest("wc -c", input: big), as: .login)
        #expect(text(reply.output) == "100000\n")
        let other = Become(method: .su, user: LoopbackServer.user)
        let became = try await host.run(ShellRequest("id -un"), as: .become(other))
        #expect(text(became.output) == "\(LoopbackServer.user)\n")
        await host.close()
    }
}
