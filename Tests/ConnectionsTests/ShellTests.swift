//! The remote shell over local pipes, under every POSIX shell that is installed.

import Connections
import Glibc
import TestPrograms
import Testing

/// A shell that stands for `/bin/sh`.
enum TestShell: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case dash = "/usr/bin/dash"
    case bash = "/usr/bin/bash"
    case mksh = "/usr/bin/mksh"
    case busybox = "/tmp/drover-tests-busybox/sh"

    var testDescription: String { rawValue }

    /// busybox is a shell only under the name of one.
    var path: String? {
        if self == .busybox {
            guard access("/usr/bin/busybox", X_OK) == 0 else { return nil }
            mkdir("/tmp/drover-tests-busybox", 0o755)
            symlink("/usr/bin/busybox", rawValue)
        }
        return access(rawValue, X_OK) == 0 ? rawValue : nil
    }

    static let installed = allCases.filter { $0.path != nil }
}

@Suite struct ShellTests {
    private func host(_ shell: TestShell) -> LocalHost { LocalHost(name: "test", shell: shell.rawValue) }

    private func run(_ shell: TestShell, _ request: ShellRequest) async throws -> ShellReply {
        let host = host(shell)
        let reply = try await host.run(request, as: .login)
        await host.close()
        return reply
    }

    @Test("every shell is here", arguments: TestShell.allCases)
    func installed(_ shell: TestShell) throws {
        guard shell.path == nil else { return }
        try Test.cancel("\(shell.rawValue) is not installed, so nothing here was tried with it")
    }

    @Test(arguments: TestShell.installed, [ShellRequest.Capture.direct, .isolated])
    func statusAndBothStreams(_ shell: TestShell, _ capture: ShellRequest.Capture) async throws {
        let reply = try await run(shell, ShellRequest("echo out; echo err >&2; exit 3", capture: capture))
        #expect(reply.status == 3)
        #expect(reply.output == Array("out\n".utf8))
        #expect(reply.errorOutput == Array("err\n".utf8))
    }

    @Test(arguments: TestShell.installed, [ShellRequest.Capture.direct, .isolated])
    func everyByteBothWays(_ shell: TestShell, _ capture: ShellRequest.Capture) async throws {
        let bytes = (0..<3).flatMap { _ in Array(UInt8.min...UInt8.max) }
        let reply = try await run(
            shell,
            ShellRequest(
                "cat; cat \"$UP\" >&2", input: bytes,
                uploads: [
                    .init(variable: "UP", bytes: bytes.reversed())
                ], capture: capture))
        #expect(reply.status == 0)
        #expect(reply.output == bytes)
        #expect(reply.errorOutput == bytes.reversed())
    }

    @Test(arguments: TestShell.installed, [ShellRequest.Capture.direct, .isolated])
    func emptyInputIsEndOfFile(_ shell: TestShell, _ capture: ShellRequest.Capture) async throws {
        let reply = try await run(shell, ShellRequest("cat; echo done", capture: capture))
        #expect(reply.output == Array("done\n".utf8))
    }

    @Test(arguments: TestShell.installed)
    func furtherRequestsAreAnsweredBehindTheOthers(_ shell: TestShell) async throws {
        let host = host(shell)
        let library = ShellLibrary("drover_say() { echo said $1; }")
        let all = try await host.run(
            [ShellRequest("cat", input: [97])],
            and: [
                ShellRequest("drover_say 1", library: library), ShellRequest("drover_say 2; exit 3", library: library),
            ],
            as: .login)
        #expect(all.replies.map(\.output) == [[97]])
        #expect(all.further.map { String(decoding: $0.output, as: UTF8.self) } == ["said 1\n", "said 2\n"])
        #expect(all.further.map(\.status) == [0, 3])
        #expect(try await host.run(ShellRequest("drover_say 3", library: library), as: .login).status == 0)
        await host.close()
    }

    /// What nobody waits for harms nobody: it hangs, ends its shell, or cannot be sent at all.
    @Test(
        arguments: TestShell.installed,
        [
            ShellRequest("sleep 60", timeout: .milliseconds(200)), ShellRequest("kill -9 $$"),
            ShellRequest("echo \u{0}"), ShellRequest("cat", input: Array(repeating: 97, count: 40_000)),
        ])
    func furtherRequestsThatGoWrongSpoilNothing(_ shell: TestShell, _ bad: ShellRequest) async throws {
        let host = host(shell)
        let all = try await host.run(
            [ShellRequest("echo own")], and: [ShellRequest("echo early"), bad, ShellRequest("echo late")], as: .login)
        #expect(all.replies.map(\.output) == [Array("own\n".utf8)])
        #expect(all.further.map(\.output) == [Array("early\n".utf8)])
        let next = try await host.run(ShellRequest("echo next"), as: .login)
        #expect(next.output == Array("next\n".utf8))
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func commandsCannotSwallowTheNextRequest(_ shell: TestShell) async throws {
        let host = host(shell)
        let replies = try await host.run(
            [
                ShellRequest("cat"), ShellRequest("read -r line; echo \"<$line>\"", input: [97, 10, 98, 10]),
                ShellRequest("echo 3"),
            ],
            as: .login)
        #expect(replies.map { String(decoding: $0.output, as: UTF8.self) } == ["", "<a>\n", "3\n"])
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func environmentIsVerbatim(_ shell: TestShell) async throws {
        let value = "a'b\"c\\d $HOME `id`\n\n  ! \u{e9}\t=\n"
        for capture in [ShellRequest.Capture.direct, .isolated] {
            let reply = try await run(
                shell, ShellRequest("printenv X", environment: [("X", value), ("EMPTY", "")], capture: capture))
            #expect(reply.output == Array((value + "\n").utf8))
        }
    }

    @Test(arguments: TestShell.installed)
    func nothingIsLeftAfterTheOutput(_ shell: TestShell) async throws {
        let reply = try await run(shell, ShellRequest("printf 'no newline'; printf '\\n\\n' >&2"))
        #expect(reply.output == Array("no newline".utf8))
        #expect(reply.errorOutput == [10, 10])
    }

    @Test(arguments: TestShell.installed)
    func scriptsCannotHurtTheLoop(_ shell: TestShell) async throws {
        let host = host(shell)
        for script in ["kill $$", "kill -9 $$", "set -e; false; echo no", "trap 'exit 9' EXIT; exit 1", "exec sleep 0"]
        {
            _ = try await host.run(ShellRequest(script, capture: .isolated), as: .login)
        }
        let killed = try await host.run(ShellRequest("kill -9 $$", capture: .isolated), as: .login)
        #expect(killed.status == 137)
        #expect(killed.errorOutput.isEmpty)
        let wrong = try await host.run(ShellRequest("if then (", capture: .direct), as: .login)
        #expect(wrong.status != 0)
        let after = try await host.run(ShellRequest("echo alive"), as: .login)
        #expect(after.output == Array("alive\n".utf8))
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func daemonsMayKeepTheirOutput(_ shell: TestShell) async throws {
        let reply = try await run(shell, ShellRequest("sleep 900 & echo $!", capture: .isolated))
        let daemon = try #require(pid_t(String(decoding: reply.output.dropLast(), as: UTF8.self)))
        // The answer did not wait for the daemon's end.
        #expect(kill(daemon, SIGKILL) == 0)
    }

    @Test(arguments: TestShell.installed)
    func aShellThatIsKilledIsReplaced(_ shell: TestShell) async throws {
        let host = host(shell)
        await #expect { try await host.run(ShellRequest("kill -9 $$"), as: .login) } throws: {
            ($0 as? ConnectionFailure)?.kind == .shellEnded
        }
        let reply = try await host.run(ShellRequest("echo again"), as: .login)
        #expect(reply.output == Array("again\n".utf8))
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func functionsAreLearntOnceAndAgainByTheNextShell(_ shell: TestShell) async throws {
        let host = host(shell)
        let library = ShellLibrary(
            "drover_known=${drover_known:-0}1\ndrover_hello() {\nprintf \"$1 it's $drover_known\"\n}")
        let request = ShellRequest("drover_hello you", library: library)
        let replies = try await host.run([request, request], as: .login)
        #expect(replies.map { String(decoding: $0.output, as: UTF8.self) } == ["you it's 01", "you it's 01"])
        _ = try? await host.run(ShellRequest("kill -9 $$"), as: .login)
        let again = try await host.run(request, as: .login)
        #expect(String(decoding: again.output, as: UTF8.self) == "you it's 01")
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func timeoutEndsTheWholeTree(_ shell: TestShell) async throws {
        let host = host(shell)
        let seconds = 424_200 + (TestShell.allCases.firstIndex(of: shell) ?? 0)
        let script = "sh -c 'sleep \(seconds) & sleep \(seconds)'"
        for capture in [ShellRequest.Capture.direct, .isolated] {
            await #expect {
                try await host.run(ShellRequest(script, capture: capture, timeout: .milliseconds(400)), as: .login)
            } throws: { ($0 as? ConnectionFailure)?.kind == .timeout }
            let left = try await host.run(ShellRequest("ps -A -o args= | grep '^sleep \(seconds)'"), as: .login)
            #expect(String(decoding: left.output, as: UTF8.self) == "")
        }
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func bigContentBothWays(_ shell: TestShell) async throws {
        let bytes = [UInt8](unsafeUninitializedCapacity: 5_000_000) { buffer, count in
            for index in 0..<5_000_000 { buffer[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 7) }
            count = 5_000_000
        }
        let reply = try await run(
            shell,
            ShellRequest(
                "cat; cksum <\"$UP\" >&2", input: bytes,
                uploads: [
                    .init(variable: "UP", bytes: bytes)
                ]))
        #expect(reply.output == bytes)
        #expect(String(decoding: reply.errorOutput, as: UTF8.self).hasSuffix(" 5000000\n"))
    }

    @Test(arguments: TestShell.installed)
    func scriptsCannotSeeTheMarkerAndMarkersOfOthersAreOutput(_ shell: TestShell) async throws {
        let host = host(shell)
        let seen = try await host.run(ShellRequest("set | grep -c 'drover[0-9a-f]\\{32\\} '"), as: .login)
        #expect(seen.output == Array("0\n".utf8))
        let marker = "\ndrover0123456789abcdef0123456789abcdef 0\n"
        let reply = try await host.run(
            ShellRequest("cat; cat >&2 <<E\(marker)E\necho end", input: Array(marker.utf8)), as: .login)
        #expect(reply.output == Array((marker + "end\n").utf8))
        await host.close()
    }

    @Test(arguments: TestShell.installed)
    func privateFolderIsRemoved(_ shell: TestShell) async throws {
        let host = host(shell)
        let reply = try await host.run(
            ShellRequest(
                "d=${UP%/*}; echo \"$d\"; ls -ld \"$d\" | cut -c1-10", uploads: [.init(variable: "UP", bytes: [1])]),
            as: .login)
        let lines = String(decoding: reply.output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.last == "drwx------")
        #expect(access(lines[0], F_OK) == 0)
        await host.close()
        for _ in 0..<100 where access(lines[0], F_OK) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(access(lines[0], F_OK) != 0)
    }

    @Test(arguments: TestShell.installed)
    func aFolderThatTakesNothingIsPassedOver(_ shell: TestShell) async throws {
        let wrapper = "/tmp/drover-tests-\(UInt64.random(in: 0...UInt64.max))"
        try TestProgram.write("#!/bin/sh\nTMPDIR=/proc HOME=/proc exec \(shell.rawValue) \"$@\"\n", to: wrapper)
        defer { unlink(wrapper) }
        let host = LocalHost(name: "test", shell: wrapper)
        let reply = try await host.run(ShellRequest("echo fine", capture: .isolated), as: .login)
        await host.close()
        #expect(reply.output == Array("fine\n".utf8))
    }

    @Test(arguments: TestShell.installed)
    func identitiesRunAtTheSameTime(_ shell: TestShell) async throws {
        let host = host(shell)
        async let first = host.run(ShellRequest("echo 1"), as: .login)
        async let second = host.run(ShellRequest("echo 2"), as: .login)
        let (a, b) = try await (first, second)
        #expect([a.output, b.output] == [[49, 10], [50, 10]])
        await host.close()
    }

    @Test func aCancelledTaskEndsItsCommand() async throws {
        let host = LocalHost(name: "test")
        let task = Task { try await host.run(ShellRequest("sleep 464646"), as: .login) }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        await #expect(throws: ConnectionFailure.self) { try await task.value }
        let left = try await host.run(ShellRequest("ps -A -o args= | grep -c '^sleep 464646'"), as: .login)
        #expect(left.output == Array("0\n".utf8))
        await host.close()
    }

    @Test(.enabled(if: getuid() == 0, "needs root"))
    func chroot() async throws {
        var options = ConnectionOptions(name: "box")
        options.kind = .chroot
        options.host = "/"
        let host = try options.connection().connection
        let reply = try await host.run(ShellRequest("echo \"it's fine\"", capture: .isolated), as: .login)
        #expect(reply.output == Array("it's fine\n".utf8))
        await host.close()
    }

    @Test func badNamesAndNulAreRefused() async throws {
        let host = LocalHost(name: "test")
        for request in [
            ShellRequest("true", environment: [("A B", "x")]), ShellRequest("true", environment: [("A", "\0")]),
            ShellRequest("echo \0"), ShellRequest("true", uploads: [.init(variable: "1;x", bytes: [])]),
        ] {
            await #expect(throws: ConnectionFailure.self) { try await host.run(request, as: .login) }
        }
        await host.close()
    }

    @Test func aHundredMegabytesComeBack() async throws {
        let host = LocalHost(name: "test")
        let reply = try await host.run(ShellRequest("head -c 100000000 /dev/zero"), as: .login)
        #expect(reply.output.count == 100_000_000)
        await host.close()
    }
}
