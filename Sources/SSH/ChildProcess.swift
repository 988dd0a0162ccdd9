//! Starting a program of the control node.

import CLibSSH
import Glibc

/// A started program, in a session of its own, with clean signals and only the three descriptors given.
package struct ChildProcess: Sendable {
    package let identifier: pid_t

    package struct SpawnError: Error { package let code: Int32 }

    /// Starts `arguments[0]`, which is a path.
    package static func start(
        _ arguments: [String], input: Int32, output: Int32, errorOutput: Int32?
    ) throws(SpawnError) -> ChildProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let errorOutput { posix_spawn_file_actions_adddup2(&actions, errorOutput, 2) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(DROVER_SPAWN_SETSID)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var identifier = pid_t()
        let code = posix_spawn(&identifier, arguments[0], &actions, &attributes, &pointers, environ)
        guard code == 0 else { throw SpawnError(code: code) }
        return ChildProcess(identifier: identifier)
    }

    /// A descriptor that becomes readable when the program ends.
    package func endDescriptor() -> Int32 { drover_pidfd_open(identifier) }

    /// The exit status (128 + signal) if the program has ended; it is forgotten by the system then.
    package func reap() -> Int32? {
        var status: Int32 = 0
        guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }
}

/// Both ends of a pipe, first the one to read from; no child inherits them.
package func makePipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    return drover_pipe(&ends) == 0 ? (ends[0], ends[1]) : nil
}
