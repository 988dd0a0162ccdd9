//! Mistakes in `services.yml`, collected so that one run shows them all.

import Diagnostics

/// Mistakes, each once, with the hosts that it concerns.
package struct Problems: Sendable {
    private struct Entry {
        var diagnostic: Diagnostic
        var hosts: [String]
    }

    private var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// Takes a mistake; one that is there already only gains the host.
    package mutating func add(_ diagnostic: Diagnostic, on host: String? = nil) {
        let known = entries.firstIndex {
            $0.diagnostic.message == diagnostic.message && $0.diagnostic.code == diagnostic.code
                && $0.diagnostic.range?.offset == diagnostic.range?.offset
        }
        guard let known else {
            entries.append(Entry(diagnostic: diagnostic, hosts: host.map { [$0] } ?? []))
            return
        }
        if let host, !entries[known].hosts.contains(host) { entries[known].hosts.append(host) }
    }

    /// Runs `body` and takes the mistake that it throws.
    mutating func collect<Result>(on host: String? = nil, _ body: () throws(Diagnostic) -> Result) -> Result? {
        do throws(Diagnostic) {
            return try body()
        } catch {
            add(error, on: host)
            return nil
        }
    }

    /// In the order of the file, hosts in a note.
    package var diagnostics: [Diagnostic] {
        entries.map { entry in
            var diagnostic = entry.diagnostic
            if !entry.hosts.isEmpty { diagnostic.notes.append("on \(entry.hosts.joined(separator: ", "))") }
            return diagnostic
        }
        .sorted { ($0.range?.offset ?? 0) < ($1.range?.offset ?? 0) }
    }
}
