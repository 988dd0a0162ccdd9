//! A program on a terminal of its own, read and answered as programs do that start it.

import Glibc

/// The program and the other side of its terminal.
final class TerminalProgram {
    private let terminal: Int32
    private let process: pid_t

    // Macros of <sys/ioctl.h> and <spawn.h> that Swift does not see.
    private static let setsLock: UInt = 0x4004_5431
    private static let asksNumber: UInt = 0x8004_5430
    private static let newSession: Int16 = 0x80

    /// The terminal becomes the one that controls the program: `/dev/tty` is it.
    init?(_ words: [String], environment: [String]) {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number): (Int32, Int32) = (0, 0)
        guard ioctl(terminal, Self.setsLock, &lock) == 0, ioctl(terminal, Self.asksNumber, &number) == 0 else {
            return nil
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession)
        var process: pid_t = 0
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        guard posix_spawn(&process, words[0], &actions, &attributes, arguments, variables) == 0 else { return nil }
        self.terminal = terminal
        self.process = process
    }

    /// What the program says next, as one read gives it; nil where it has ended, or says nothing for ten seconds.
    func read() -> String? {
        var wanted = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 10_000) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(terminal, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    /// Whatever it says until it ends.
    func rest() -> String {
        var text = ""
        while let piece = read() { text += piece }
        return text
    }

    func answer(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(terminal, $0.baseAddress, $0.count) }
    }

    /// Waits for the program; its exit code.
    func end() -> Int32 {
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return status >> 8 & 0xFF
    }

    deinit { close(terminal) }
}
