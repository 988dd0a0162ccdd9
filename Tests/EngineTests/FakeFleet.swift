//! Hosts that exist only here: they answer from a script and remember all that they were asked.

import Connections
import Diagnostics

/// All hosts of one run.
actor FakeFleet {
    /// One request as a host saw it.
    struct Asked: Sendable {
        let host: String
        let script: String
        let environment: [String: String]
        let identity: Identity
        let kind: ConnectionOptions.Kind

        /// What a task wrote behind `raw:`; nil for the scripts of other modules.
        var command: String? {
            guard script.hasPrefix(Self.prefix) else { return nil }
            let text = script.dropFirst(Self.prefix.count)
            return text.hasPrefix("'") ? String(text.dropFirst().dropLast()) : String(text)
        }

        private static let prefix = "exec /bin/sh -c "
    }

    /// What a host says to a request, or why it cannot be reached.
    typealias Answer = @Sendable (Asked) throws(ConnectionFailure) -> ShellReply

    private(set) var asked: [Asked] = []
    private(set) var mostAtOnce = 0
    private(set) var opened: [ConnectionOptions] = []
    private(set) var closed: [String] = []
    private var atWork = 0
    private let answer: Answer

    init(_ answer: @escaping Answer = { _ in .said("") }) {
        self.answer = answer
    }

    /// The commands of `raw` tasks as `host: command`, in the order in which they arrived.
    var commands: [String] { asked.compactMap { asked in asked.command.map { "\(asked.host): \($0)" } } }

    /// The commands that one host got.
    func commands(of host: String) -> [String] { asked.filter { $0.host == host }.compactMap(\.command) }

    func run(
        _ requests: [ShellRequest], _ host: ConnectionOptions, _ identity: Identity
    ) async throws(ConnectionFailure) -> [ShellReply] {
        atWork += 1
        mostAtOnce = max(mostAtOnce, atWork)
        // Long enough for others to arrive meanwhile.
        try? await Task.sleep(for: .milliseconds(2))
        atWork -= 1
        var replies: [ShellReply] = []
        for request in requests {
            let asked = Asked(
                host: host.name, script: request.script,
                environment: Dictionary(request.environment.map { ($0.name, $0.value) }) { _, new in new },
                identity: identity, kind: host.kind)
            self.asked.append(asked)
            replies.append(try answer(asked))
        }
        return replies
    }

    func opened(_ options: ConnectionOptions) { opened.append(options) }
    func closed(_ host: String) { closed.append(host) }
}

/// The way to one host of the fleet.
struct FakeConnection: Connection {
    let options: ConnectionOptions
    let fleet: FakeFleet

    func run(_ requests: [ShellRequest], as identity: Identity) async throws(ConnectionFailure) -> [ShellReply] {
        await fleet.opened(options)
        return try await fleet.run(requests, options, identity)
    }

    func close() async { await fleet.closed(options.name) }
}

extension ShellReply {
    /// A command's output and exit status.
    static func said(_ text: String, status: Int32 = 0) -> ShellReply {
        ShellReply(status: status, output: Array(text.utf8), errorOutput: [])
    }
}

extension FakeFleet {
    /// Hosts on which the commands that contain `word` fail: everywhere, or on some hosts only.
    static func failing(_ word: String, on hosts: Set<String>? = nil) -> FakeFleet {
        FakeFleet { asked in
            let fails = asked.command?.contains(word) == true && hosts?.contains(asked.host) ?? true
            return .said(fails ? "no" : "yes", status: fails ? 1 : 0)
        }
    }

    /// Hosts of which some cannot be reached.
    static func unreachable(_ hosts: Set<String>) -> FakeFleet {
        FakeFleet { asked throws(ConnectionFailure) in
            if hosts.contains(asked.host) { throw ConnectionFailure(.unreachable, "no route to \(asked.host)") }
            return .said("yes")
        }
    }
}
