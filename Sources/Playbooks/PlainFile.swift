//! Files of the control node that are written: beside the target and renamed, never half-written.

import Diagnostics
import Glibc

package enum PlainFile {
    package static func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        let reader = SourceReader { envelope, range throws(Diagnostic) in envelope }
        return try reader.read(Path.expanded(path), decrypted: false).bytes
    }

    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Diagnostic) {
        let target = Path.expanded(path)
        let temporary = "\(target).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let mistake = failure(path)
                close(descriptor)
                unlink(temporary)
                throw mistake
            }
            rest = rest.dropFirst(count)
        }
        fsync(descriptor)
        close(descriptor)
        guard rename(temporary, target) == 0 else {
            let mistake = failure(path)
            unlink(temporary)
            throw mistake
        }
    }

    private static func failure(_ path: String) -> Diagnostic {
        Diagnostic(.fileUnreadable, "could not write '\(path)': \(String(cString: strerror(errno)))")
    }
}
