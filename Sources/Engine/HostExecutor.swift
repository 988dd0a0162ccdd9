//! Carries out a module's scripts on a host.

import Connections
import Modules

/// One task's way to a host: connection, identity, environment, time limit.
struct HostExecutor: ScriptExecutor {
    var connection: any Connection
    let identity: Identity
    var setting: ProbeSetting
    /// The inventory's name of the host that acts.
    let host: String
    let checkMode: Bool
    let showsDifferences: Bool
    let stillness: Stillness
    /// Answers what has been asked early, and asks early.
    var reader: EarlyReader?
    var emit: @Sendable (RunEvent) -> Void = { _ in }

    func observe(_ probes: [Probe]) async throws(ConnectionFailure) -> [Observation] {
        let requests = setting.requests(for: probes)
        do throws(ConnectionFailure) {
            let replies =
                if let reader {
                    try await reader.run(requests, over: connection, as: identity)
                } else {
                    try await connection.run(requests, as: identity)
                }
            return replies.map(Observation.init)
        } catch {
            stillness.end()
            throw error
        }
    }

    func apply(_ script: Script) async throws(ConnectionFailure) -> Observation {
        await reader?.noteChange()
        return try await stillness.disturbed { () throws(ConnectionFailure) in try await carryOut(script) }
    }

    private func carryOut(_ script: Script) async throws(ConnectionFailure) -> Observation {
        let request = ShellRequest(
            script.text, input: script.input,
            uploads: script.uploads.map { .init(variable: $0.variable, bytes: $0.bytes) },
            environment: setting.environment + script.environment,
            capture: script.origin == .user ? .isolated : .direct, timeout: setting.timeout)
        guard let stream = script.stream else {
            return Observation(try await connection.run(request, as: identity))
        }
        let watched = WatchedStream(stream, to: host, emit: emit)
        return Observation(try await connection.run(request, reading: watched, as: identity))
    }

    func wait(_ duration: Duration) async throws(ConnectionFailure) {
        // A cancelled run ends with its next request.
        await stillness.disturbed { try? await Task.sleep(for: duration) }
    }
}

/// What all scripts of one task are run with.
struct ProbeSetting: Sendable {
    var environment: [(name: String, value: String)] = []
    var timeout: Duration?

    func requests(for probes: [Probe]) -> [ShellRequest] {
        probes.map {
            ShellRequest(
                $0.script, library: $0.library, input: $0.input, environment: environment + $0.environment,
                timeout: timeout)
        }
    }
}

extension Observation {
    init(_ reply: ShellReply) {
        self.init(status: reply.status, output: reply.output, errorOutput: reply.errorOutput)
    }
}
