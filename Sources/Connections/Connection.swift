//! A way to one host: runs small shell scripts there as some user, and says so when the host cannot be reached.

/// A host that runs scripts. One object per host and run; requests of one identity are answered in order.
package protocol Connection: Sendable {
    /// Sends all requests at once and waits for all replies: one round trip, whatever their number.
    /// A script that exits non-zero is a reply, not a failure.
    func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply]
    /// The same, with `further` requests behind them in the same round trip. What goes wrong among these is no failure:
    /// they have replies up to the first that was not answered in time.
    func run(
        _ requests: [ShellRequest], and further: [ShellRequest], as identity: Identity
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply])
    /// Runs a script that reads a stream, in a shell of its own; `request.input` does not count.
    func run(
        _ request: ShellRequest, reading source: any ByteSource, as identity: Identity
    ) async throws(ConnectionFailure) -> ShellReply
    /// Ends all shells and removes what they left behind. Safe to call twice.
    func close() async
}

extension Connection {
    /// Nothing further is asked where a connection does not know how.
    package func run(
        _ requests: [ShellRequest], and further: [ShellRequest], as identity: Identity
    ) async throws(ConnectionFailure) -> (replies: [ShellReply], further: [ShellReply]) {
        (try await run(requests, as: identity), [])
    }

    /// All at once, where a connection has no streams.
    package func run(
        _ request: ShellRequest, reading source: any ByteSource, as identity: Identity
    ) async throws(ConnectionFailure) -> ShellReply {
        var request = request
        do throws(ByteSourceFailure) {
            while let bytes = try await source.next() { request.input += bytes }
        } catch {
            throw ConnectionFailure(.content, error.message, help: error.help)
        }
        return try await run(request, as: identity)
    }

    package func run(_ request: ShellRequest, as identity: Identity) async throws(ConnectionFailure) -> ShellReply {
        try await run([request], as: identity)[0]
    }
}

/// One POSIX sh script with its input.
package struct ShellRequest: Sendable {
    /// How the script's output comes back.
    package enum Capture: Sendable {
        /// Straight through the shell's own streams: for our own probes, which leave nothing running.
        case direct
        /// Through private files: for commands of users, which may leave a daemon that keeps its output open.
        case isolated
    }

    /// A file that the script finds as `"$NAME"`: private to the identity, removed afterwards.
    package struct Upload: Sendable {
        package let variable: String
        package let bytes: [UInt8]

        package init(variable: String, bytes: [UInt8]) {
            self.variable = variable
            self.bytes = bytes
        }
    }

    package var script: String
    /// Functions that the script calls, for `direct` capture.
    package var library: ShellLibrary?
    /// What the script reads; empty means end of file at once.
    package var input: [UInt8]
    package var uploads: [Upload]
    /// Exported to the script, values verbatim.
    package var environment: [(name: String, value: String)]
    package var capture: Capture
    /// nil waits for ever.
    package var timeout: Duration?

    package init(
        _ script: String, library: ShellLibrary? = nil, input: [UInt8] = [], uploads: [Upload] = [],
        environment: [(name: String, value: String)] = [], capture: Capture = .direct, timeout: Duration? = nil
    ) {
        self.script = script
        self.library = library
        self.input = input
        self.uploads = uploads
        self.environment = environment
        self.capture = capture
        self.timeout = timeout
    }
}

/// What came back, byte for byte.
package struct ShellReply: Sendable {
    /// Exit status; 128 + signal number where a signal ended it.
    package let status: Int32
    package let output: [UInt8]
    package let errorOutput: [UInt8]

    package init(status: Int32, output: [UInt8], errorOutput: [UInt8]) {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }
}

/// Who runs a script: the login user, or another user through sudo and its like.
package enum Identity: Sendable, Hashable {
    case login
    case become(Become)
}

/// How to become another user.
package struct Become: Sendable, Hashable {
    package enum Method: String, Sendable, CaseIterable { case sudo, su, doas }

    package var method: Method
    package var user: String
    package var password: String?
    /// The program instead of the method's own, e.g. `/usr/local/bin/sudo`.
    package var executable: String?
    /// Options instead of the method's usual ones (`-H -S -n` for sudo).
    package var flags: String?

    package init(
        method: Method = .sudo, user: String = "root", password: String? = nil, executable: String? = nil,
        flags: String? = nil
    ) {
        self.method = method
        self.user = user
        self.password = password
        self.executable = executable
        self.flags = flags
    }
}

extension Become: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the password: descriptions end up in logs.
    package var description: String { "\(method.rawValue) \(user)" }
    package var debugDescription: String { description }
}

/// Why a host did not answer.
package struct ConnectionFailure: Error, Sendable {
    package enum Kind: Sendable {
        /// No connection, or it broke: the host is unreachable.
        case unreachable
        /// The user or key was refused.
        case authentication
        /// The host key is unknown or has changed.
        case hostKey
        /// sudo and its like refused: a failed task, the host itself is there.
        case become
        /// The script ran longer than its timeout; it has been ended.
        case timeout
        /// What was to be sent could not be read.
        case content
        /// The shell ended while the script ran, e.g. because it killed its parent.
        case shellEnded
    }

    package let kind: Kind
    /// One sentence that names the host.
    package let message: String
    /// What to do next.
    package let help: String?

    package init(_ kind: Kind, _ message: String, help: String? = nil) {
        self.kind = kind
        self.message = message
        self.help = help
    }
}
