//! `.retry` files: the hosts that failed, for `--limit @file`.

import Diagnostics
import Engine
import Playbooks

struct RetryFile {
    private let configuration: Configuration

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Writes `PLAYBOOK.retry` where the configuration asks for it and somebody failed. What became of the hosts counts
    /// for more than a file that cannot be written.
    func write(_ hosts: [String], for playbooks: [String], _ emit: (RunEvent) -> Void) {
        guard configuration.flag(.retryFilesEnabled), !hosts.isEmpty, let playbook = playbooks.last else { return }
        let folder =
            configuration.path(.retryFilesSavePath)
            ?? Path.folder(of: playbook)
        let name = Path.name(of: playbook).split(separator: ".").dropLast().joined(separator: ".")
        let path = Path.join(folder, (name.isEmpty ? Path.name(of: playbook) : name) + ".retry")
        do throws(Diagnostic) {
            try PlainFile.write(Array((hosts.joined(separator: "\n") + "\n").utf8), to: path, mode: 0o644)
            emit(.message("\tto retry, use: --limit @\(path)\n"))
        } catch {
            let help = "correct retry_files_save_path; to retry, use: --limit \(hosts.joined(separator: ","))"
            emit(.warning(Diagnostic(.fileUnreadable, error.message, help: help, severity: .warning)))
        }
    }
}
