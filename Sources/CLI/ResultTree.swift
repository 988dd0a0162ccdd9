//! `ansible --tree`: each host's result in a file of its own.

import Diagnostics
import Engine
import Glibc
import Playbooks
import Values

struct ResultTree: Sendable {
    private let folder: String

    /// The folder is made where there is none; nobody else may look into it.
    init(_ folder: String) throws(Diagnostic) {
        self.folder = Path.expanded(folder)
        guard Path.isFolder(self.folder) || mkdir(self.folder, 0o700) == 0 else {
            throw Diagnostic(
                .fileUnreadable, "cannot make the folder '\(folder)': \(String(cString: strerror(errno)))")
        }
    }

    /// What could not be written.
    func write(_ event: RunEvent) -> Diagnostic? {
        guard case .result(let report) = event, !report.host.contains("/"), !report.isHidden else { return nil }
        let text = (try? Value.dict(report.result).json(indent: 4, sortKeys: true, ascii: false)) ?? "{}"
        do throws(Diagnostic) {
            try PlainFile.write(Array(text.utf8), to: Path.join(folder, report.host), mode: 0o600)
            return nil
        } catch {
            return Diagnostic(.fileUnreadable, error.message, severity: .warning)
        }
    }
}
