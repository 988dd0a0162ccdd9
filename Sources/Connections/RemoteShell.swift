//! The shell of one identity on one host: opened when needed, kept open, opened again when it ends.

import SSH

/// Runs requests in order; several requests in one call travel together.
actor RemoteShell {
    private let opener: ShellOpener
    private let turns = TurnQueue()
    private var current: Loop?
    private var isClosed = false

    /// A loop that is ready for requests.
    private struct Loop {
        let session: ShellSession
        /// The marker of its first words, until they have been read.
        var ready: String?
        var process: String = ""
        var folder: String?
        /// What it has learnt.
        var libraries: Set<ShellLibrary> = []
    }

    /// Content up to this size travels inside the request.
    private static let inlineLimit = 32 * 1024

    init(_ opener: ShellOpener) { self.opener = opener }

    /// How long a further request may take.
    private static let patience = Duration.seconds(5)

    func run(_ requests: [ShellRequest]) async throws(ConnectionFailure) -> [ShellReply] {
        try await run(requests, and: []).replies
    }

    /// `further` requests travel behind the others; those that cannot be sent that way are not sent, nor any behind them.
    func run(
        _ requests: [ShellRequest], and further: [ShellRequest]
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply]) {
        guard !requests.isEmpty else { return ([], []) }
        for request in requests { try check(request) }
        let further = Array(further.prefix(while: isSmall))
        await turns.take()
        let result: Result<(replies: [ShellReply], further: [ShellReply]), ConnectionFailure>
        do throws(ConnectionFailure) {
            result = .success(try await runInTurn(requests, and: further))
        } catch {
            result = .failure(error)
        }
        await turns.pass()
        return try result.get()
    }

    /// Whether a request travels inside of one text, and nothing in it can break the others.
    private func isSmall(_ request: ShellRequest) -> Bool {
        guard request.capture == .direct, request.input.count <= Self.inlineLimit, request.uploads.isEmpty else {
            return false
        }
        return (try? check(request)) != nil
    }

    /// One script with a stream as its input, in a shell of its own; where the server allows only one session, this
    /// one makes room.
    func run(_ request: ShellRequest, reading source: any ByteSource) async throws(ConnectionFailure) -> ShellReply {
        try check(request)
        guard !isClosed else { throw closed }
        var session = try await opener.startIfAllowed()
        if session == nil {
            _ = await rest()
            session = try await opener.start()
        }
        guard let session else { throw closed }
        return try await StreamedRequest(opener: opener, request: request, source: source).run(in: session)
    }

    func close() async {
        isClosed = true
        await end()
    }

    /// Ends the shell if nobody uses it, to make room for another.
    func rest() async -> Bool {
        guard current != nil, await turns.takeIfFree() else { return false }
        await end()
        await turns.pass()
        return true
    }

    /// NUL ends a line for no shell, and a strange name would be a command.
    private func check(_ request: ShellRequest) throws(ConnectionFailure) {
        let names = request.environment.map(\.name) + request.uploads.map(\.variable)
        if let name = names.first(where: { !$0.isShellName }) {
            throw ConnectionFailure(
                .shellEnded, "\(opener.host): '\(name)' cannot be the name of an environment variable",
                help: "use letters, digits and _")
        }
        let texts = [request.script] + request.environment.map(\.value)
        if texts.contains(where: { $0.utf8.contains(0) }) {
            throw ConnectionFailure(
                .shellEnded, "\(opener.host): a command or variable contains a NUL character, which no shell can take")
        }
    }

    private func runInTurn(
        _ requests: [ShellRequest], and further: [ShellRequest]
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply]) {
        if current == nil { try await open() }
        var text = ""
        var markers: [String] = []
        for request in requests + further {
            let marker = ShellScript.nonce()
            let sent = try await sendBigContent(of: request)
            markers.append(marker)
            let lesson = lesson(for: request)
            text += "\(marker)\n\(lesson)\(ShellScript.request(request, sent: sent))\n\(marker)\n"
        }
        guard let loop = current else { throw closed }
        await loop.session.send(text)
        try await becomeReady()
        var replies: [ShellReply] = []
        for (request, marker) in zip(requests, markers) {
            replies.append(try await reply(marker, timeout: request.timeout))
        }
        return (replies, await answered(further, markers.dropFirst(requests.count)))
    }

    /// The replies to requests that nobody waits for, up to the first that does not come.
    private func answered(_ requests: [ShellRequest], _ markers: ArraySlice<String>) async -> [ShellReply] {
        var replies: [ShellReply] = []
        for (request, marker) in zip(requests, markers) {
            let patience = min(request.timeout ?? Self.patience, Self.patience)
            guard let reply = try? await reply(marker, timeout: patience) else { break }
            replies.append(reply)
        }
        return replies
    }

    /// The functions that the shell does not know yet; it dies with the knowledge, and so does `current`.
    private func lesson(for request: ShellRequest) -> String {
        guard let library = request.library, current?.libraries.insert(library).inserted == true else { return "" }
        return library.text + "\n"
    }

    private var closed: ConnectionFailure {
        ConnectionFailure(.unreachable, "the connection to \(opener.host) has been closed")
    }

    private func open() async throws(ConnectionFailure) {
        guard !isClosed else { throw closed }
        let session = try await opener.start()
        let ready = ShellScript.nonce()
        current = Loop(session: session, ready: ready)
        await session.send(ShellScript.prelude(ready: ready, folder: ShellScript.nonce(), shell: opener.shell))
    }

    /// Reads the loop's first words; what a profile printed before them is no reply.
    private func becomeReady() async throws(ConnectionFailure) {
        guard let loop = current, let ready = loop.ready else { return }
        do throws(ShellEnd) {
            let greeting = try await loop.session.read(through: ready, timeout: opener.patience)
            current?.ready = nil
            current?.process = String(decoding: greeting.rest, as: UTF8.self)
        } catch {
            let failure = await opener.refusal(error, loop.session)
            await end()
            throw failure
        }
    }

    private func reply(_ marker: String, timeout: Duration?) async throws(ConnectionFailure) -> ShellReply {
        guard let loop = current else { throw closed }
        do throws(ShellEnd) {
            let (output, errors, rest) = try await loop.session.read(through: marker, timeout: timeout)
            let status = Int32(String(decoding: rest, as: UTF8.self)) ?? 125
            return ShellReply(status: status, output: output, errorOutput: errors)
        } catch {
            throw await failure(error, loop, timeout)
        }
    }

    private func failure(_ end: ShellEnd, _ loop: Loop, _ timeout: Duration?) async -> ConnectionFailure {
        switch end {
        case .lost(let failure):
            await self.end()
            return ConnectionFailure(failure)
        case .ended:
            await self.end()
            return ConnectionFailure(
                .shellEnded, "\(opener.host): the shell ended while the command ran",
                help: "the command may have killed its parent process, or the host is going down")
        case .deadline, .cancelled:
            current = nil
            // A task of its own: a cancelled one could not wait for anything.
            await Task { await self.kill(loop) }.value
            let why = if case .deadline = end { "ran longer than \(timeout ?? .zero)" } else { "was cancelled" }
            return ConnectionFailure(
                .timeout, "\(opener.host): the command \(why) and has been ended",
                help: "raise the task's timeout, or run it with async")
        }
    }

    /// Ends everything that the loop has started, through a second shell of the same identity.
    private func kill(_ loop: Loop) async {
        guard !loop.process.isEmpty, loop.process.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return await loop.session.close()
        }
        await runKiller(loop.process)
        await loop.session.close()
    }

    /// A host that cannot be told any more is lost anyway; the next request will say so.
    private func runKiller(_ process: String) async {
        let killer = RemoteShell(opener)
        let request = ShellRequest(ShellScript.kill(process), timeout: .seconds(10))
        _ = try? await killer.run([request])
        await killer.close()
    }

    /// Lets go of the loop, which removes its files when it reads the end of its input.
    private func end() async {
        let loop = current
        current = nil
        guard let loop else { return }
        await loop.session.finishInput()
        await loop.session.close()
    }

    /// Sends what is too big for a request through a second shell, byte for byte.
    private func sendBigContent(of request: ShellRequest) async throws(ConnectionFailure) -> [ShellScript.SentFile] {
        var contents: [(variable: String?, bytes: [UInt8])] = request.uploads.map { ($0.variable, $0.bytes) }
        contents.append((nil, request.input))
        var sent: [ShellScript.SentFile] = []
        for (variable, bytes) in contents where bytes.count > Self.inlineLimit {
            let path = "\(try await folder())/\(ShellScript.nonce())"
            try await send(bytes, to: path)
            sent.append(ShellScript.SentFile(variable: variable, path: path))
        }
        return sent
    }

    /// The loop's private folder.
    private func folder() async throws(ConnectionFailure) -> String {
        if let folder = current?.folder { return folder }
        guard let loop = current else { throw closed }
        let marker = ShellScript.nonce()
        await loop.session.send("\(marker)\n\(ShellScript.folderRequest)\(marker)\n")
        try await becomeReady()
        let reply = try await reply(marker, timeout: opener.patience)
        guard reply.status == 0, !reply.output.isEmpty else {
            throw ConnectionFailure(
                .shellEnded, "\(opener.host): \(String(decoding: reply.errorOutput, as: UTF8.self).trimmed)",
                help: "free some space, or set TMPDIR for the user")
        }
        let folder = String(decoding: reply.output, as: UTF8.self)
        current?.folder = folder
        return folder
    }

    private func send(_ bytes: [UInt8], to path: String) async throws(ConnectionFailure) {
        guard let session = try await opener.startIfAllowed() else { return try await sendInPieces(bytes, to: path) }
        await session.send("umask 077; exec cat >\(path.shellQuoted)\n")
        await session.send(bytes)
        await session.finishInput()
        do throws(ShellEnd) {
            let status = try await session.waitForExit(timeout: nil)
            guard status == 0 else { throw .ended }
            await session.close()
        } catch {
            let failure = await opener.refusal(error, session)
            await session.close()
            throw failure
        }
    }

    /// Through the loop itself where there is no room for a second shell: slow, but it arrives.
    private func sendInPieces(_ bytes: [UInt8], to path: String) async throws(ConnectionFailure) {
        guard let loop = current else { throw closed }
        for start in stride(from: 0, to: bytes.count, by: Self.inlineLimit) {
            let piece = Array(bytes[start..<min(start + Self.inlineLimit, bytes.count)])
            let marker = ShellScript.nonce()
            await loop.session.send("\(marker)\n\(ShellScript.appending(piece, to: path))\(marker)\n")
            let reply = try await reply(marker, timeout: opener.patience)
            guard reply.status == 0 else {
                throw ConnectionFailure(
                    .shellEnded, "\(opener.host): \(path) cannot be written, is the disk full?",
                    help: "free some space, or set TMPDIR for the user")
            }
        }
    }
}

extension String {
    /// Whether a shell takes this as the name of a variable.
    fileprivate var isShellName: Bool {
        guard let first = utf8.first, !(48...57).contains(first) else { return false }
        return utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "_")
        }
    }
}
