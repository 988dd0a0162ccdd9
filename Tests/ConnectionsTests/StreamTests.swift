//! Scripts that read a stream, under every POSIX shell that is installed.

import Connections
import Testing

@Suite struct StreamTests {
    private func run(
        _ shell: TestShell, _ script: String, _ source: any ByteSource,
        environment: [(name: String, value: String)] = []
    ) async throws -> ShellReply {
        let host = LocalHost(name: "test", shell: shell.rawValue)
        let request = ShellRequest(script, environment: environment)
        let result: Result<ShellReply, ConnectionFailure>
        do throws(ConnectionFailure) {
            result = .success(try await host.run(request, reading: source, as: .login))
        } catch {
            result = .failure(error)
        }
        await host.close()
        return try result.get()
    }

    @Test(arguments: TestShell.installed)
    func everyByteArrives(_ shell: TestShell) async throws {
        let reply = try await run(
            shell, "head -c 1; wc -c; echo \"$A\" >&2; exit 3", CountedSource(pieces: 20),
            environment: [("A", "it's\nhere")])
        #expect(reply.status == 3)
        let rest = 20 * CountedSource.piece - 1
        let text = String(decoding: reply.output, as: UTF8.self)
        // `head` may read ahead; what it took is gone for `wc`.
        let counted = try #require(Int(text.filter(\.isNumber)))
        #expect(counted <= rest && counted > rest - CountedSource.piece, "\(text)")
        #expect(reply.errorOutput == Array("it's\nhere\n".utf8))
    }

    @Test(arguments: TestShell.installed)
    func aScriptThatReadsNothingEndsTheStream(_ shell: TestShell) async throws {
        let source = CountedSource(pieces: 4000)
        let reply = try await run(shell, "sleep 0.3; echo no >&2; exit 1", source)
        #expect(reply.status == 1)
        #expect(reply.errorOutput == Array("no\n".utf8))
        // A gigabyte was on offer; nobody read it, so it was not asked for.
        #expect(await source.taken < 40)
    }

    @Test(arguments: TestShell.installed)
    func aStreamThatBreaksIsAFailure(_ shell: TestShell) async throws {
        let source = CountedSource(pieces: 2, failure: ByteSourceFailure("cannot read 'x'", help: "look"))
        await #expect {
            _ = try await run(shell, "cat >/dev/null; echo done", source)
        } throws: { error in
            let failure = error as? ConnectionFailure
            return failure?.kind == .content && failure?.message == "cannot read 'x'" && failure?.help == "look"
        }
    }
}
