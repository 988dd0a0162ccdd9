//! One script in a shell of its own that reads a stream: images, build contexts.

import SSH

/// Runs a script whose standard input is a stream, beside the loop, which stays free for others.
struct StreamedRequest: Sendable {
    let opener: ShellOpener
    let request: ShellRequest
    let source: any ByteSource

    func run(in session: ShellSession) async throws(ConnectionFailure) -> ShellReply {
        let (begin, end) = (ShellScript.nonce(), ShellScript.nonce())
        await session.send(ShellScript.streamed(request, begin: begin, end: end))
        do throws(ShellEnd) {
            _ = try await session.read(through: begin, timeout: opener.patience)
        } catch {
            let failure = await opener.refusal(error, session)
            await session.close()
            throw failure
        }
        let sending = Task { await send(to: session) }
        let reply = await reply(end, session)
        sending.cancel()
        await session.close()
        if let failure = await sending.value {
            throw ConnectionFailure(.content, failure.message, help: failure.help)
        }
        return try reply.get()
    }

    /// Sends until the stream ends or nobody reads any more; what breaks the stream breaks the reader, too.
    private func send(to session: ShellSession) async -> ByteSourceFailure? {
        do throws(ByteSourceFailure) {
            while !Task.isCancelled, let bytes = try await source.next() {
                await session.send(bytes)
                await session.waitForRoom()
            }
        } catch {
            await session.close()
            return Task.isCancelled ? nil : error
        }
        await session.finishInput()
        return nil
    }

    private func reply(_ end: String, _ session: ShellSession) async -> Result<ShellReply, ConnectionFailure> {
        do throws(ShellEnd) {
            let (output, errors, rest) = try await session.read(through: end, timeout: request.timeout)
            let status = Int32(String(decoding: rest, as: UTF8.self)) ?? 125
            return .success(ShellReply(status: status, output: output, errorOutput: errors))
        } catch {
            return .failure(failure(error))
        }
    }

    private func failure(_ end: ShellEnd) -> ConnectionFailure {
        switch end {
        case .lost(let failure): ConnectionFailure(failure)
        case .ended: ConnectionFailure(.shellEnded, "\(opener.host): the shell ended while it read what was sent")
        case .deadline:
            ConnectionFailure(
                .timeout, "\(opener.host): sending took longer than \(request.timeout ?? .zero) and was given up",
                help: "raise the task's timeout")
        case .cancelled: ConnectionFailure(.stopped, "\(opener.host): sending was cancelled")
        }
    }
}

extension ShellScript {
    /// Lines up to `end` are the script, whatever follows is its input. `begin` tells the output of a profile from its
    /// own.
    static func streamed(_ request: ShellRequest, begin: String, end: String) -> String {
        let exports = request.environment.map { "export \($0.name)=\(verbatim($0.value))\n" }.joined()
        return reading(upTo: end) + "\n" + """
            printf '\\n\(begin) \\n'
            printf '\\n\(begin) \\n' >&2
            (
            _drover_s=
            \(exports)eval \(verbatim(request.script))
            )
            _drover_c=$?
            printf '\\n\(end) %s\\n' "$_drover_c"
            printf '\\n\(end) \\n' >&2
            exit 0
            \(end)

            """
    }
}
