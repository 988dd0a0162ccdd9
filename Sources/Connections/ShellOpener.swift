//! Starts a shell as some identity and gets past passwords and profiles.

import SSH

/// Starts processes for one identity on one host.
struct ShellOpener: Sendable {
    /// The host's name in the inventory, for messages.
    let host: String
    let identity: Identity
    let launcher: any Launcher
    /// The shell that runs the loop and the scripts; a POSIX sh.
    var shell = "/bin/sh"
    /// How long a shell may take to start.
    var patience: Duration = .seconds(30)

    /// Ends an idle shell of another identity; false if there is none.
    var makeRoom: (@Sendable () async -> Bool)?

    /// A process that waits for its first line. Nothing has to be awaited unless a password is wanted.
    /// Where the server allows no further session, an idle shell of another identity makes room.
    func start() async throws(ConnectionFailure) -> ShellSession {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if let session = try await startIfAllowed() { return session }
            _ = await makeRoom?()
            // The server forgets a session only when its process has ended.
            try? await Task.sleep(for: .milliseconds(50))
        }
        throw ConnectionFailure(
            .unreachable, "\(host): the server allows no further session on the connection",
            help: "raise MaxSessions in the host's sshd_config")
    }

    /// nil if the server allows no further session now.
    func startIfAllowed() async throws(ConnectionFailure) -> ShellSession? {
        let command = try BecomeCommand(identity, shell: shell)
        let session: ShellSession
        do throws(SSHFailure) {
            session = try await ShellSession(launcher: launcher, command: command.line)
        } catch {
            if error.kind == .sessionLimit { return nil }
            throw ConnectionFailure(error)
        }
        guard let prompt = command.prompt, case .become(let become) = identity, let password = become.password else {
            return session
        }
        do throws(ConnectionFailure) {
            try await answer(prompt, become, password, in: session, hello: command.hello)
        } catch {
            await session.close()
            throw error
        }
        return session
    }

    private enum Progress: Sendable { case asked, greeted }

    /// Writes the password once it is asked for, and never twice: repeats lock accounts.
    private func answer(
        _ prompt: BecomeCommand.Prompt, _ become: Become, _ password: String, in session: ShellSession, hello: String
    ) async throws(ConnectionFailure) {
        let greeting = Array(hello.utf8)
        let look: @Sendable (MarkerScanner, MarkerScanner) -> Progress? = { output, errors in
            if output.contains(greeting) { return .greeted }
            return Self.asks(prompt, output, errors) ? .asked : nil
        }
        do throws(ShellEnd) {
            guard try await session.wait(timeout: patience, for: look) == .asked else { return }
            await session.skip()
            await session.send(Array((password + "\n").utf8))
            guard try await session.wait(timeout: patience, for: look) == .asked else { return }
        } catch {
            throw await refusal(error, session)
        }
        throw ConnectionFailure(
            .become, "\(host): \(become.method.rawValue) refused the password for user '\(become.user)'",
            help: "give the right become password (-K, ansible_become_password); it was tried once")
    }

    private static func asks(_ prompt: BecomeCommand.Prompt, _ output: MarkerScanner, _ errors: MarkerScanner) -> Bool {
        switch prompt {
        case .exact(let text): errors.contains(Array(text.utf8)) || output.contains(Array(text.utf8))
        case .colon: [output, errors].contains { String(decoding: $0.pending, as: UTF8.self).isQuestion }
        }
    }

    /// What became of a shell that never got ready.
    func refusal(_ end: ShellEnd, _ session: ShellSession) async -> ConnectionFailure {
        if case .lost(let failure) = end { return ConnectionFailure(failure) }
        let remains = await session.remains
        let words = [remains.errors, remains.output].map { String(decoding: $0.suffix(2000), as: UTF8.self) }
        let said = words.map(\.trimmed).filter { !$0.isEmpty }.joined(separator: "; ")
        let reason = said.isEmpty ? "" : ": \(said)"
        let how = if case .deadline = end { "did not start within \(patience)" } else { "ended before it was ready" }
        guard case .become(let become) = identity else {
            return ConnectionFailure(
                .unreachable, "\(host): the shell \(how)\(reason)",
                help: "check that the login shell of the user runs commands, and that \(shell) exists")
        }
        let method = become.method.rawValue
        let help =
            become.password == nil
            ? "allow it without a password on the host, or give one (-K, ansible_become_password)"
            : "check the rules for \(method) on the host"
        return ConnectionFailure(
            .become, "\(host): becoming user '\(become.user)' with \(method) failed, its shell \(how)\(reason)",
            help: help)
    }
}

extension String {
    fileprivate var isQuestion: Bool {
        let end = trimmed.last
        return end == ":" || end == "：" && !hasSuffix("\n")
    }

    /// Without white space at both ends.
    var trimmed: String {
        let isBlank = { (character: Character) in character.isWhitespace }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}

extension ConnectionFailure {
    /// What a broken connection means for a task.
    init(_ failure: SSHFailure) {
        let kind: Kind =
            switch failure.kind {
            case .unreachable, .sessionLimit: .unreachable
            case .authentication: .authentication
            case .hostKey: .hostKey
            }
        self.init(kind, failure.message, help: failure.help)
    }
}
