//! `log_path`: everything that is said, line by line, with the time.

import Diagnostics
import Glibc
import Synchronization

/// A file that lines are added to. It lives as long as the process.
final class LogFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let user: String
    private let isBroken = Atomic<Bool>(false)
    private let complain: @Sendable (Diagnostic) -> Void

    /// `complain` hears once that the log is not complete.
    init(_ path: String, complain: @escaping @Sendable (Diagnostic) -> Void) throws(Diagnostic) {
        self.path = path
        self.complain = complain
        // Output can hold what others should not see.
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Diagnostic(
                .configuration, "cannot write the log \(path): \(String(cString: strerror(errno)))",
                help: "correct log_path, or make it a file that you may write", severity: .warning)
        }
        user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? String(getuid())
    }

    /// One line in one piece, in the form of Ansible's log.
    func write(_ line: String) {
        let text = "\(Self.now) p=\(getpid()) u=\(user) n=drover INFO| \(line)\n"
        let length = text.utf8.count
        guard text.utf8CString.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, length) }) != length,
            !isBroken.exchange(true, ordering: .relaxed)
        else { return }
        complain(
            Diagnostic(
                .configuration, "the log \(path) is not complete: \(String(cString: strerror(errno)))",
                help: "free space on its file system, or correct log_path", severity: .warning))
    }

    private static var now: String {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        var parts = tm()
        localtime_r(&clock.tv_sec, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        let time = String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let milliseconds = String(clock.tv_nsec / 1_000_000)
        return time + "," + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds
    }
}
