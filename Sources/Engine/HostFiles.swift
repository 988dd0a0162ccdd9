//! Files of a host, read piece by piece.

import Connections
import Modules

/// One way to a host, for scripts and for reading its files.
struct HostFiles: FileReading {
    /// The inventory's name of the host.
    let host: String
    let connection: any Connection
    let identity: Identity

    func run(_ script: Script) async throws(ConnectionFailure) -> Observation {
        let request = ShellRequest(script.text, input: script.input, environment: script.environment)
        return Observation(try await connection.run(request, as: identity))
    }

    func observe(_ probe: Probe) async throws(ConnectionFailure) -> Observation {
        Observation(
            try await connection.run(
                ShellRequest(probe.script, input: probe.input, environment: probe.environment), as: identity))
    }

    /// `offset` is a multiple of a mebibyte.
    func read(_ path: String, offset: Int, count: Int) async throws(ByteSourceFailure) -> [UInt8] {
        let block = 1 << 20
        let script = "dd if=\(path.shellQuoted) bs=\(block) skip=\(offset / block) count=1 2>/dev/null"
        do throws(ConnectionFailure) {
            let reply = try await connection.run(ShellRequest(script), as: identity)
            guard reply.status == 0 else { throw .init(.content, "\(host): cannot read '\(path)'") }
            return Array(reply.output.prefix(count))
        } catch {
            throw ByteSourceFailure(error.message, help: error.help)
        }
    }
}
