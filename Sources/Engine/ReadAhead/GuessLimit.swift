//! How far guessing may go on the control node.

import Diagnostics
import Glibc
import Synchronization

/// Where tasks are rendered before their time: that must change nothing and cost little.
final class GuessLimit: Sendable {
    private let bytes = Atomic<Int>(512 * 1024)

    /// Files are read as long as all of them are small; a pipe could be read only once.
    func allowsReading(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        // Opening one costs, too.
        return bytes.subtract(Int(status.st_size) + 4096, ordering: .relaxed).newValue > 0
    }

    static let refusal = Diagnostic(.templateRuntime, "this cannot be told before the task runs")
}
