//! `synchronize`: runs on the control node and reaches the host by a program of its own.

import Connections
import Diagnostics
import Modules
import Values

extension HostAction {
    /// The module as it has to run here, and the executor on this machine.
    func synchronize(
        _ arguments: ModuleArguments, delegate: String?, checkMode: Bool, showsDifferences: Bool
    ) async throws(Diagnostic) -> ActionOutcome {
        let options = try reader.options()
        let identity = try reader.identity()
        var source = ConnectionOptions(name: "localhost")
        source.kind = .local
        if let delegate, delegate != scope.host { source = try reader(for: delegate).options() }
        let isSame = delegate == scope.host || options.kind == .local
        if delegate == scope.host { source = options }
        let remote = try isSame ? SynchronizeModule.Remote(target: nil) : remote(options, identity, arguments)
        let module = try SynchronizeModule(
            arguments, remote: remote, controller: TaskController(scope: scope))
        let executor = HostExecutor(
            connection: try await run.connections.connection(source), identity: isSame ? identity : .login,
            setting: ProbeSetting(), host: scope.host, checkMode: checkMode, showsDifferences: showsDifferences,
            stillness: run.stillness)
        return try await driven(module, by: executor)
    }

    private func remote(
        _ options: ConnectionOptions, _ identity: Identity, _ arguments: ModuleArguments
    ) throws(Diagnostic) -> SynchronizeModule.Remote {
        guard options.kind == .ssh else {
            throw Diagnostic(
                .unsupported, "synchronize reaches hosts by ssh only, not by \(options.kind.rawValue)",
                at: arguments.range, help: "use copy, or `connection: local`")
        }
        var shell = ["ssh", "-o", "BatchMode=yes"]
        if let port = options.port { shell += ["-p", String(port)] }
        if let key = options.privateKeyFile { shell += ["-i", key] }
        if options.checksHostKeys == false {
            shell += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        }
        for text in [options.arguments, options.commonArguments, options.extraArguments].compactMap({ $0 }) {
            shell += text.split(separator: " ").map(String.init)
        }
        let address = options.host ?? options.name
        let bracketed = address.contains(":") ? "[\(address)]" : address
        let setsUser = arguments.bool("set_remote_user") ?? true
        let target = (setsUser ? options.user.map { $0 + "@" } ?? "" : "") + bracketed
        return SynchronizeModule.Remote(target: target, shell: shell, become: try become(identity, arguments))
    }

    private func become(_ identity: Identity, _ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        guard case .become(let become) = identity else { return [] }
        guard become.method == .sudo else {
            throw Diagnostic(
                .unsupported, "synchronize can become another user by sudo only", at: arguments.range,
                help: "use become_method: sudo")
        }
        return ["sudo", "-n", "-u", become.user]
    }
}
