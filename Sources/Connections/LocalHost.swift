//! Connections to what runs on the control node: the node itself, its containers, its chroots.

/// `connection: local` and others of its kind: a local program stands for the host's login shell.
package actor LocalHost: Connection {
    private let name: String
    private let prefix: [String]
    private let shell: String
    private var host: ShellHost?
    private var isClosed = false

    /// The control node.
    package init(name: String, shell: String = "/bin/sh") {
        self.init(name: name, prefix: [shell, "-c"], shell: shell)
    }

    /// A program that takes a command line as its last argument.
    init(name: String, prefix: [String], shell: String) {
        self.name = name
        self.prefix = prefix
        self.shell = shell
    }

    package func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply]
    {
        try await openHost().shell(for: identity).run(requests)
    }

    package func run(
        _ requests: [ShellRequest], and further: [ShellRequest], as identity: Identity
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply]) {
        try await openHost().shell(for: identity).run(requests, and: further)
    }

    package func run(
        _ request: ShellRequest, reading source: any ByteSource, as identity: Identity
    ) async throws(ConnectionFailure) -> ShellReply {
        try await openHost().shell(for: identity).run(request, reading: source)
    }

    private func openHost() throws(ConnectionFailure) -> ShellHost {
        guard !isClosed else {
            throw ConnectionFailure(.unreachable, "the connection to \(name) has been closed")
        }
        let host = host ?? ShellHost(name: name, launcher: LocalLauncher(prefix: prefix), shell: shell)
        self.host = host
        return host
    }

    package func close() async {
        isClosed = true
        await host?.close()
        host = nil
    }
}
