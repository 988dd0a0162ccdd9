//! One connection per host and way to reach it, kept open for the run.

import Connections
import Diagnostics

/// Hands out connections and closes them at the end.
actor ConnectionPool {
    private var connections: [ConnectionOptions: any Connection] = [:]
    private let open: @Sendable (ConnectionOptions) throws(Diagnostic) -> any Connection

    init(_ open: @escaping @Sendable (ConnectionOptions) throws(Diagnostic) -> any Connection) {
        self.open = open
    }

    func connection(_ options: ConnectionOptions) throws(Diagnostic) -> any Connection {
        if let known = connections[options] { return known }
        let new = try open(options)
        connections[options] = new
        return new
    }

    /// A connection beside the pool's, which the caller closes.
    func separate(_ options: ConnectionOptions) throws(Diagnostic) -> any Connection { try open(options) }

    /// Forgets a host, so that the next task connects anew (`meta: reset_connection`).
    func reset(_ name: String) async {
        for (options, connection) in connections where options.name == name {
            connections[options] = nil
            await connection.close()
        }
    }

    func closeAll() async {
        await withTaskGroup(of: Void.self) { group in
            for connection in connections.values { group.addTask { await connection.close() } }
        }
        connections = [:]
    }
}
