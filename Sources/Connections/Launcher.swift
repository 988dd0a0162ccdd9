//! Where commands can be started.

import SSH

/// Starts a command line of the login shell, on a host or here.
protocol Launcher: Sendable {
    func launch(_ command: String, events: ProcessEvents) async throws(SSHFailure) -> any RemoteProcess
}
