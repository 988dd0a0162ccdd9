//! A host behind SSH: one connection, one channel for each identity.

import SSH

/// Connects at the first run; a connection that cannot be made stays so.
package actor SSHHost: Connection {
    private let options: SSHOptions
    private let shell: String
    private var connecting: Task<Result<ShellHost, ConnectionFailure>, Never>?
    private var connection: SSHConnection?
    private var isClosed = false

    package init(_ options: SSHOptions, shell: String = "/bin/sh") {
        self.options = options
        self.shell = shell
    }

    package func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply]
    {
        try await host().shell(for: identity).run(requests)
    }

    package func run(
        _ request: ShellRequest, reading source: any ByteSource, as identity: Identity
    ) async throws(ConnectionFailure) -> ShellReply {
        try await host().shell(for: identity).run(request, reading: source)
    }

    package func close() async {
        isClosed = true
        if let connecting, case .success(let host) = await connecting.value { await host.close() }
        await connection?.close()
        connection = nil
    }

    private func host() async throws(ConnectionFailure) -> ShellHost {
        guard !isClosed else {
            throw ConnectionFailure(.unreachable, "the connection to \(options.name) has been closed")
        }
        if let connecting { return try await connecting.value.get() }
        let connection = SSHConnection(options)
        self.connection = connection
        let (name, shell) = (options.name, shell)
        let task = Task { () -> Result<ShellHost, ConnectionFailure> in
            do throws(SSHFailure) {
                try await connection.connect()
                return .success(ShellHost(name: name, launcher: connection, shell: shell))
            } catch {
                return .failure(ConnectionFailure(error))
            }
        }
        connecting = task
        return try await task.value.get()
    }
}

extension SSHConnection: Launcher {}
