//! `reboot`: the one task that outlives its connection.

import Connections
import Diagnostics
import Modules
import Values

extension HostAction {
    func reboot(
        _ arguments: ModuleArguments, _ reader: ConnectionReader, checkMode: Bool
    ) async throws(Diagnostic) -> ActionOutcome {
        let options = try reader.options()
        guard options.kind != .local else {
            return Reboot.failure("Running reboot with local connection would reboot the control node.")
        }
        if checkMode { return Reboot.outcome(.changed, ["changed": true, "elapsed": 0, "rebooted": true]) }
        let reboot = Reboot(
            arguments: arguments, options: options, identity: try reader.identity(), run: run)
        return try await reboot.run()
    }
}

/// One restart of one host.
private struct Reboot {
    let arguments: ModuleArguments
    let options: ConnectionOptions
    let identity: Identity
    let run: RunContext

    private var pool: ConnectionPool { run.connections }

    static func outcome(_ status: TaskStatus, _ result: OrderedMap) -> ActionOutcome {
        ActionOutcome(status: status, result: result)
    }

    static func failure(_ message: String, elapsed: Int = 0, rebooted: Bool = false) -> ActionOutcome {
        outcome(
            .failed,
            [
                "changed": .bool(rebooted), "failed": true, "elapsed": .int(elapsed), "rebooted": .bool(rebooted),
                "msg": .string(message),
            ])
    }

    func run() async throws(Diagnostic) -> ActionOutcome {
        let before: String
        switch try await bootTime(over: pool.connection(options)) {
        case .success(let text): before = text
        case .failure(let failure): return ActionOutcome(failure)
        }
        let clock = ContinuousClock()
        let start = clock.now
        if let refusal = try await shutDown() { return refusal }
        await pool.reset(options.name)
        _ = await run.wait(.seconds(arguments.int("post_reboot_delay") ?? 0))
        let limit = Duration.seconds(arguments.int("reboot_timeout") ?? 600)
        func elapsed() -> Int { Int((clock.now - start).components.seconds) }
        guard
            try await isTrue(
                within: limit,
                { connection in
                    if case .success(let now) = await bootTime(over: connection) {
                        now != before && !now.isEmpty
                    } else {
                        false
                    }
                })
        else {
            if run.stop != nil { return Self.failure("Not waited for", elapsed: elapsed()).stopped(run.stop) }
            return Self.failure(
                "Timed out waiting for last boot time check (timeout=\(limit.components.seconds))", elapsed: elapsed())
        }
        let test = arguments.string("test_command") ?? "whoami"
        guard try await isTrue(within: limit, { await status(of: test, over: $0) == 0 }) else {
            return Self.failure(
                "Timed out waiting for post-reboot test command (timeout=\(limit.components.seconds)): '\(test)' fails",
                elapsed: elapsed(), rebooted: true)
        }
        return Self.outcome(.changed, ["changed": true, "rebooted": true, "elapsed": .int(elapsed())])
    }

    private var attemptOptions: ConnectionOptions {
        var attempt = options
        if let seconds = arguments.int("connect_timeout") { attempt.timeout = .seconds(seconds) }
        return attempt
    }

    /// Asks over connections of its own until the answer is yes or the time is up.
    private func isTrue(
        within limit: Duration, _ ask: (any Connection) async -> Bool
    ) async throws(Diagnostic) -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        var pause = Duration.milliseconds(500)
        while true {
            let connection = try await pool.separate(attemptOptions)
            let answer = await ask(connection)
            await connection.close()
            if answer { return true }
            guard clock.now - start < limit, await run.wait(pause) else { return false }
            pause = min(pause * 2, .seconds(10))
        }
    }

    private func bootTime(over connection: any Connection) async -> Result<String, ConnectionFailure> {
        let command = arguments.string("boot_time_command") ?? ""
        do throws(ConnectionFailure) {
            let reply = try await connection.run(request(command), as: identity)
            return .success(String(decoding: reply.output, as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    private func status(of command: String, over connection: any Connection) async -> Int32? {
        try? await connection.run(request(command), as: identity).status
    }

    private func request(_ script: String) -> ShellRequest {
        ShellRequest(script, capture: .isolated, timeout: .seconds(30))
    }

    /// Says why where the host refuses; a connection that breaks is what was asked for.
    private func shutDown() async throws(Diagnostic) -> ActionOutcome? {
        let delay = max(0, arguments.int("pre_reboot_delay") ?? 0)
        let folders = (arguments.strings("search_paths") ?? []).joined(separator: ":")
        let message = (arguments.string("msg") ?? "").shellQuoted
        // shutdown counts minutes; what is less than one is slept. It goes on when the connection has gone.
        let script =
            arguments.string("reboot_command")
                ?? """
                PATH=\(folders.shellQuoted); export PATH
                s=$(command -v shutdown) || { echo 'shutdown was not found' >&2; exit 127; }
                sleep \(delay % 60); exec "$s" -r \(delay < 60 ? "now" : "+\(delay / 60)") \(message)
                """
        let connection = try await pool.connection(options)
        do throws(ConnectionFailure) {
            var request = request(script)
            request.timeout = .seconds(delay % 60 + 60)
            let reply = try await connection.run(request, as: identity)
            // 128 and more: ended by a signal, as everything is on a system that goes down.
            guard reply.status != 0, reply.status < 128 else { return nil }
            let words = String(decoding: reply.errorOutput + reply.output, as: UTF8.self)
            return Self.failure("Reboot command failed, error was: '\(words)' (use 'become: true' if you are not root)")
        } catch {
            return nil
        }
    }
}
