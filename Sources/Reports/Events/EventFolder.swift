//! The folder in which ansible-runner looks for events.

import Diagnostics
import Glibc

/// `job_events` in the folder that ansible-runner names: for its owner alone, each file complete or not there.
package struct EventFolder: Sendable {
    private let path: String

    package init(in folder: String) throws(Diagnostic) {
        path = folder + "/job_events"
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Diagnostic(
                .fileUnreadable, "cannot make the folder '\(path)': \(String(cString: strerror(errno)))",
                help: "AWX_ISOLATED_DATA_DIR names a folder that this user may write to")
        }
    }

    /// Whether the event has been written.
    func write(_ text: String, uuid: String) -> Bool {
        let target = "\(path)/\(uuid)-partial.json"
        let temporary = "\(path)/.\(uuid).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes = bytes.dropFirst(count)
        }
        close(descriptor)
        guard bytes.isEmpty, rename(temporary, target) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }
}
