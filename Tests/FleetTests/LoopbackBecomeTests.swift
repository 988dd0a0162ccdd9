//! Becoming another user on a real sshd, with users that vanish with the tests.

import Connections
import Glibc
import SSH
import Testing

@Suite(
    .enabled(if: LoopbackServer.isInstalled && TemporaryUser.isPossible, "needs root, sshd, sudo and useradd"),
    .serialized)
struct LoopbackBecomeTests {
    private let server: LoopbackServer

    init() throws { server = try LoopbackServer() }

    private func host(_ user: TemporaryUser) -> SSHHost { server.host { $0.user = user.name } }

    private func failure(_ host: SSHHost, _ become: Become) async -> ConnectionFailure? {
        do {
            _ = try await host.run(ShellRequest("true"), as: .become(become))
            return nil
        } catch { return error }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func sudoWithoutAPassword() async throws {
        let user = try TemporaryUser(rule: "ALL=(ALL) NOPASSWD: ALL")
        let host = host(user)
        for become in [Become(), Become(password: "not needed"), Become(flags: "-H")] {
            let reply = try await host.run(ShellRequest("id -un; cat", input: [1, 0, 2]), as: .become(become))
            #expect(reply.output == Array("root\n".utf8) + [1, 0, 2])
        }
        let login = try await host.run(ShellRequest("id -un"), as: .login)
        #expect(text(login.output) == "\(user.name)\n")
        await host.close()
    }

    @Test func sudoWithAPassword() async throws {
        let user = try TemporaryUser(rule: "ALL=(ALL) ALL")
        let host = host(user)
        let big = [UInt8](repeating: 7, count: 100_000)
        let become = Become(password: user.password)
        let reply = try await host.run(ShellRequest("id -un; wc -c", input: big), as: .become(become))
        #expect(text(reply.output) == "root\n100000\n")
        #expect(reply.errorOutput == [])
        let arguments = try await host.run(ShellRequest("cat /proc/[0-9]*/cmdline"), as: .become(become))
        #expect(!text(arguments.output).contains(user.password))
        await host.close()
    }

    @Test func sudoRefusesAWrongPassword() async throws {
        let user = try TemporaryUser(rule: "ALL=(ALL) ALL")
        let host = host(user)
        let failure = await failure(host, Become(password: "wrong"))
        #expect(failure?.kind == .become)
        #expect(failure?.message.contains("refused the password") == true)
        let login = try await host.run(ShellRequest("echo fine"), as: .login)
        #expect(text(login.output) == "fine\n")
        await host.close()
    }

    @Test func sudoThatWantsAPasswordAndGetsNone() async throws {
        let user = try TemporaryUser(rule: "ALL=(ALL) ALL")
        let host = host(user)
        let failure = await failure(host, Become())
        #expect(failure?.kind == .become)
        #expect(failure?.message.contains("password is required") == true)
        await host.close()
    }

    @Test func suWithAPassword() async throws {
        let user = try TemporaryUser(rule: nil)
        let other = try TemporaryUser(rule: nil)
        let host = host(user)
        let right = Become(method: .su, user: other.name, password: other.password)
        let reply = try await host.run(ShellRequest("id -un"), as: .become(right))
        #expect(text(reply.output) == "\(other.name)\n")
        let failure = await failure(host, Become(method: .su, user: other.name, password: "wrong"))
        #expect(failure?.kind == .become)
        await host.close()
    }

    @Test(.enabled(if: access("/usr/bin/tcsh", X_OK) == 0, "needs tcsh"))
    func cshAsLoginShell() async throws {
        try await runs(loginShell: "/usr/bin/tcsh")
    }

    @Test(.enabled(if: access("/usr/bin/fish", X_OK) == 0, "needs fish"))
    func fishAsLoginShell() async throws {
        try await runs(loginShell: "/usr/bin/fish")
    }

    private func runs(loginShell: String) async throws {
        let user = try TemporaryUser(rule: "ALL=(ALL) NOPASSWD: ALL", loginShell: loginShell)
        let host = host(user)
        for identity in [Identity.login, .become(Become()), .become(Become(method: .sudo, user: user.name))] {
            let reply = try await host.run(ShellRequest("echo \"it's! fine\"", capture: .isolated), as: identity)
            #expect(text(reply.output) == "it's! fine\n")
        }
        await host.close()
    }

    @Test func aTimeoutAsAnotherUserEndsItsProcesses() async throws {
        let user = try TemporaryUser(rule: "ALL=(ALL) NOPASSWD: ALL")
        let host = host(user)
        do {
            _ = try await host.run(
                ShellRequest("sleep 434343", timeout: .milliseconds(500)), as: .become(Become()))
            Issue.record("the command should have been ended")
        } catch { #expect(error.kind == .timeout) }
        let left = try await host.run(ShellRequest("ps -A -o args= | grep -c '^sleep 434343'"), as: .login)
        #expect(text(left.output) == "0\n")
        await host.close()
    }
}
