//! A host behind SSH: one connection, one channel for each identity.

import SSH

/// Connects at the first run; a connection that cannot be made stays so.
package actor SSHHost: Connection {
    private let options: SSHOptions
    private let shell: String
    private let retries: Int
    private var connecting: Task<Result<ShellHost, ConnectionFailure>, Never>?
    private var connection: SSHConnection?
    private var isClosed = false

    /// `retries`: further attempts where the host does not answer at all.
    package init(_ options: SSHOptions, shell: String = "/bin/sh", retries: Int = 0) {
        self.options = options
        self.shell = shell
        self.retries = retries
    }

    package func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply]
    {
        try await host().shell(for: identity).run(requests)
    }

    package func run(
        _ requests: [ShellRequest], and further: [ShellRequest], as identity: Identity
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply]) {
        try await host().shell(for: identity).run(requests, and: further)
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
        let (name, shell, retries) = (options.name, shell, retries)
        let task = Task { () -> Result<ShellHost, ConnectionFailure> in
            do throws(SSHFailure) {
                try await Self.connect(connection, retries: retries)
                return .success(ShellHost(name: name, launcher: connection, shell: shell))
            } catch {
                return .failure(ConnectionFailure(error))
            }
        }
        connecting = task
        return try await task.value.get()
    }

    /// Pauses 0, 1, 3, 7 … at most 30 seconds before another attempt, as Ansible does. A host that refuses a login or
    /// shows another key is not asked again.
    private static func connect(_ connection: SSHConnection, retries: Int) async throws(SSHFailure) {
        for attempt in 0..<max(0, retries) {
            do throws(SSHFailure) { return try await connection.connect() } catch {
                guard error.kind == .unreachable else { throw error }
            }
            try? await Task.sleep(for: .seconds(min(30, (1 << min(attempt, 5)) - 1)))
        }
        try await connection.connect()
    }
}

extension SSHConnection: Launcher {}
