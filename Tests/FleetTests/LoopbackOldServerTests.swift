//! Servers that know less than today's OpenSSH, such as the one that Packer puts before a machine.

import Connections
import FoundationEssentials
import Glibc
import SSH
import Testing

@Suite(.enabled(if: LoopbackServer.isInstalled, "needs Debian's openssh-server"), .serialized)
struct LoopbackOldServerTests {
    /// A server with an RSA key that signs with SHA-1 only.
    private func oldServer(_ body: (LoopbackServer) async throws -> Void) async throws {
        let key = "/tmp/drover-old-key-\(UInt64.random(in: 0...UInt64.max))"
        defer { for path in [key, key + ".pub"] { unlink(path) } }
        LoopbackServer.call(["/usr/bin/ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key])
        try await body(try LoopbackServer(["HostKey \(key)", "HostKeyAlgorithms ssh-rsa"]))
    }

    private func reply(_ server: LoopbackServer, _ arguments: String) async throws -> String {
        var options = ConnectionOptions(name: "old")
        options.host = "127.0.0.1"
        options.port = server.port
        options.user = LoopbackServer.user
        options.privateKeyFile = server.key
        options.timeout = .seconds(120)
        options.arguments = "-F none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \(arguments)"
        let host = try options.connection().connection
        let result: Result<ShellReply, ConnectionFailure>
        do throws(ConnectionFailure) {
            result = .success(try await host.run(ShellRequest("echo fine"), as: .login))
        } catch {
            result = .failure(error)
        }
        await host.close()
        return String(decoding: try result.get().output, as: UTF8.self)
    }

    @Test func anOldHostKeyIsTakenWhereItIsAllowed() async throws {
        try await oldServer { server in
            #expect(try await reply(server, "-o HostKeyAlgorithms=+ssh-rsa") == "fine\n")
            do {
                _ = try await reply(server, "")
                Issue.record("SHA-1 is not taken unasked")
            } catch let failure as ConnectionFailure {
                #expect(failure.kind == .unreachable)
                #expect(failure.help?.contains("HostKeyAlgorithms=+ssh-rsa") == true)
            }
        }
    }

    @Test func aListOfAlgorithmsCounts() async throws {
        let server = try LoopbackServer(["KexAlgorithms ecdh-sha2-nistp256", "Ciphers aes256-ctr"])
        #expect(try await reply(server, "-o KexAlgorithms=ecdh-sha2-nistp256 -o Ciphers=aes256-ctr") == "fine\n")
        for arguments in ["-o KexAlgorithms=curve25519-sha256", "-o Ciphers=aes128-ctr", "-o MACs=none-such"] {
            await #expect(throws: ConnectionFailure.self, "\(arguments)") { try await reply(server, arguments) }
        }
    }

    /// Nor does it run two commands at a time.
    @Test(.timeLimit(.minutes(1)), .enabled(if: access("/usr/bin/flock", X_OK) == 0, "needs flock"))
    func contentArrivesWithoutASecondShell() async throws {
        let lock = "/tmp/drover-one-command-\(UInt64.random(in: 0...UInt64.max))"
        defer { unlink(lock) }
        let server = try LoopbackServer(["ForceCommand exec flock \(lock) sh -c \"$SSH_ORIGINAL_COMMAND\""])
        let host = server.host()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let reply = try await host.run(ShellRequest("cat", input: bytes), as: .login)
        #expect(reply.output == bytes)
        await host.close()
    }

    /// Packer's server before a container does not pass on that the input has ended.
    @Test(.timeLimit(.minutes(1)), .enabled(if: access("/bin/bash", X_OK) == 0, "needs bash"))
    func contentArrivesWithoutTheEndOfInput() async throws {
        let server = try LoopbackServer([
            "ForceCommand exec bash -c 'exec sh -c \"$SSH_ORIGINAL_COMMAND\" "
                + "< <(exec 2>/dev/null; cat; exec sleep 100)'"
        ])
        let host = server.host()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let reply = try await host.run(ShellRequest("cat", input: bytes), as: .login)
        #expect(reply.output == bytes)
        await host.close()
    }
}
