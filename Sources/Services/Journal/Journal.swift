//! The journal of deployments on this machine: JSON lines, a file for each month, only ever appended to.

import Diagnostics
import Glibc
import Playbooks
import Values

package struct Journal: Sendable {
    package let folder: String

    package init(folder: String) { self.folder = folder }

    /// `$XDG_STATE_HOME/drover/journal`, or below `~/.local/state`.
    package init(environment: [String: String]) {
        // A relative one is to be ignored, says the specification of these folders.
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? Path.expanded("~")
        folder = Path.join(state ?? Path.join(home, ".local/state"), "drover/journal")
    }

    package static var now: String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // MARK: - Writing

    package func begin(_ entry: JournalEntry) throws(Diagnostic) { try append(entry.beginning, at: entry.when) }

    package func end(_ entry: JournalEntry) throws(Diagnostic) {
        try append(entry.ending, at: entry.ended ?? entry.when)
    }

    /// One write for one line: whatever ends this process, the lines before stay whole.
    private func append(_ line: Value, at when: String) throws(Diagnostic) {
        try makeFolder()
        let path = Path.join(folder, "\(when.prefix(7)).jsonl")
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        let bytes = Array(((Self.isTorn(descriptor) ? "\n" : "") + (try line.json()) + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Self.failure(path) }
        fsync(descriptor)
    }

    /// Whether the last line has no end: a full disk, a power cut.
    private static func isTorn(_ descriptor: Int32) -> Bool {
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        return end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
    }

    private func makeFolder() throws(Diagnostic) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            guard mkdir(path, 0o700) == 0 || errno == EEXIST || Path.isFolder(path) else { throw Self.failure(path) }
        }
    }

    private static func failure(_ path: String) -> Diagnostic {
        Diagnostic(
            .fileUnreadable, "the journal cannot be written: '\(path)': \(String(cString: strerror(errno)))",
            severity: .warning)
    }

    // MARK: - Reading

    /// All entries, the oldest first, and how many lines cannot be read.
    package func entries() throws(Diagnostic) -> (entries: [JournalEntry], unreadable: Int) {
        var entries: [JournalEntry] = []
        var unreadable = 0
        for name in Self.names(in: folder).filter({ $0.hasSuffix(".jsonl") }).sorted() {
            let text = String(decoding: try PlainFile.read(Path.join(folder, name)), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let value = (try? JSON.parse(String(line))) ?? .none
                if let entry = JournalEntry(value) {
                    entries.append(entry)
                } else if let index = entries.lastIndex(where: { $0.id == value["id"]?.string }) {
                    if !entries[index].end(value) { unreadable += 1 }
                } else {
                    unreadable += 1
                }
            }
        }
        return (entries, unreadable)
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    /// Hosts that some services were deployed to from here, as far as the inventory still knows them.
    package func hosts(of services: [String], known: [String]) -> [String] {
        guard let all = try? entries().entries else { return [] }
        let deployed = Set(all.filter { !Set($0.services).isDisjoint(with: services) }.flatMap(\.hosts))
        return known.filter(deployed.contains)
    }
}
