//! Small programs of the control node that print something: inventory scripts and vault password scripts.

import Diagnostics
import Glibc

/// Runs a program to its end. Blocks, for at most the timeout: never call it on the cooperative pool while a play runs.
package enum Program {
    package struct Result: Sendable {
        /// Exit status; 128 + signal number where a signal ended it.
        package let status: Int32
        package let output: [UInt8]
        package let errorOutput: [UInt8]
    }

    /// Standard input is the caller's own, so that a script may ask the person at the terminal.
    package static func run(_ path: String, _ arguments: [String], timeout: Duration) throws(Diagnostic) -> Result {
        let output = try Pipe()
        let errorOutput = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errorOutput.writing, 2)
        // A name without a slash is a file here, not a command of PATH.
        let file = path.contains("/") ? path : "./" + path
        var words = ([file] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, file, &actions, nil, &words, environ)
        output.closeWriting()
        errorOutput.closeWriting()
        guard failure == 0 else {
            throw Diagnostic(.fileUnreadable, "cannot run '\(path)': \(String(cString: strerror(failure)))")
        }
        var collector = Collector(pipes: [output, errorOutput], deadline: .now + timeout)
        let isComplete = collector.collect()
        if !isComplete { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard isComplete else {
            throw Diagnostic(.fileUnreadable, "'\(path)' ran longer than \(timeout) and was ended")
        }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return Result(status: code, output: collector.bytes[0], errorOutput: collector.bytes[1])
    }

    /// A pipe whose ends close when it goes.
    private final class Pipe {
        let reading: Int32
        private(set) var writing: Int32

        init() throws(Diagnostic) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                throw Diagnostic(.internal, "no pipe: \(String(cString: strerror(errno)))")
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            reading = ends[0]
            writing = ends[1]
        }

        func closeWriting() {
            guard writing >= 0 else { return }
            close(writing)
            writing = -1
        }

        deinit {
            close(reading)
            closeWriting()
        }
    }

    /// Reads several pipes at once until all are closed or time is up.
    private struct Collector {
        let pipes: [Pipe]
        let deadline: ContinuousClock.Instant
        var bytes: [[UInt8]]
        private static let limit = 64 << 20

        init(pipes: [Pipe], deadline: ContinuousClock.Instant) {
            self.pipes = pipes
            self.deadline = deadline
            bytes = Array(repeating: [], count: pipes.count)
        }

        /// False where the time was not enough, or the output beyond all measure.
        mutating func collect() -> Bool {
            var descriptors = pipes.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while descriptors.contains(where: { $0.fd >= 0 }) {
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { return false }
                let milliseconds = Int32(clamping: left.components.seconds * 1_000 + 1)
                let ready = poll(&descriptors, nfds_t(descriptors.count), min(milliseconds, 1_000))
                if ready < 0, errno != EINTR { return false }
                guard ready > 0 else { continue }
                for index in descriptors.indices where descriptors[index].revents != 0 {
                    let count = read(descriptors[index].fd, &chunk, chunk.count)
                    if count > 0 { bytes[index] += chunk[..<count] } else { descriptors[index].fd = -1 }
                    guard bytes[index].count <= Self.limit else { return false }
                }
            }
            return true
        }
    }
}
