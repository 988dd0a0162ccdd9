//! The journal: what is written comes back, and a line that was cut off harms no other.

import Diagnostics
import Glibc
import Testing

@testable import Services

@Suite struct JournalTests {
    private func withJournal(_ body: (Journal) throws -> Void) throws {
        var template = Array("/tmp/drover-journal-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in ["2026-01.jsonl", "2026-02.jsonl"] { unlink("\(folder)/a/b/\(name)") }
            for part in ["/a/b", "/a", ""] { rmdir(folder + part) }
        }
        try body(Journal(folder: "\(folder)/a/b"))
    }

    private func entry(_ id: String, when: String = "2026-01-31T23:59:59Z", hosts: [String] = ["app1"]) -> JournalEntry
    {
        JournalEntry(
            id: id, act: .deploy, when: when, who: "ana@desk", services: ["app"], hosts: hosts, file: "/x/services.yml",
            inventory: ["/x/hosts"], message: "a \"why\"\nof two lines", plan: nil)
    }

    @Test func beginningsAndEndsFindEachOther() throws {
        try withJournal { journal in
            var first = entry("one")
            try journal.begin(first)
            try journal.begin(entry("two"))
            first.ended = "2026-02-01T00:00:10Z"
            first.outcome = .done
            first.code = 0
            first.changes = [
                JournalEntry.Change(
                    service: "app", host: "app1", action: "replace", release: "r2", image: "app:2",
                    digest: "sha256:aa", specification: "5e1f", container: "c0ffee", failed: false)
            ]
            try journal.end(first)
            let (entries, unreadable) = try journal.entries()
            #expect(entries == [first, entry("two")])
            #expect(entries[1].outcome == .unknown)
            #expect(unreadable == 0)
        }
    }

    @Test func linesFromBeforeSpecificationsAndContainersAreRead() throws {
        try withJournal { journal in
            try journal.begin(entry("one"))
            let line = """
                {"journal": 1, "event": "ended", "id": "one", "when": "2026-01-31T23:59:59Z", "outcome": "done", \
                "code": 0, "changes": [{"service": "app", "host": "app1", "action": "replace", "release": "r2", \
                "image": "app:2", "digest": "sha256:aa", "failed": false}]}

                """
            let file = open("\(journal.folder)/2026-01.jsonl", O_WRONLY | O_APPEND)
            #expect(write(file, line, line.utf8.count) == line.utf8.count)
            close(file)
            let (entries, unreadable) = try journal.entries()
            #expect(unreadable == 0)
            #expect(entries[0].changes.map(\.digest) == ["sha256:aa"])
            #expect(entries[0].changes.map(\.specification) == [""])
            #expect(entries[0].changes.map(\.container) == [""])
        }
    }

    @Test func aTornLineHarmsNoOther() throws {
        try withJournal { journal in
            try journal.begin(entry("one"))
            let file = open("\(journal.folder)/2026-01.jsonl", O_WRONLY | O_APPEND)
            #expect(write(file, "{\"journal\": 1, \"ev", 18) == 18)
            close(file)
            try journal.begin(entry("two"))
            let (entries, unreadable) = try journal.entries()
            #expect(entries.map(\.id) == ["one", "two"])
            #expect(unreadable == 1)
        }
    }

    @Test func nobodyElseCanReadIt() throws {
        try withJournal { journal in
            let mask = umask(0)
            defer { umask(mask) }
            try journal.begin(entry("one"))
            var status = stat()
            #expect(stat("\(journal.folder)/2026-01.jsonl", &status) == 0 && status.st_mode & 0o7777 == 0o600)
            #expect(stat(journal.folder, &status) == 0 && status.st_mode & 0o7777 == 0o700)
        }
    }

    @Test func formerHostsAreThoseThatTheInventoryKnows() throws {
        try withJournal { journal in
            try journal.begin(entry("one", hosts: ["app1", "gone1"]))
            try journal.begin(entry("two", hosts: ["app2"]))
            #expect(journal.hosts(of: ["app"], known: ["app2", "app1", "db1"]) == ["app2", "app1"])
            #expect(journal.hosts(of: ["db"], known: ["app1"]) == [])
        }
    }

    @Test func itsPlaceFollowsTheEnvironment() {
        #expect(Journal(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]).folder == "/s/drover/journal")
        #expect(Journal(environment: ["HOME": "/h"]).folder == "/h/.local/state/drover/journal")
        #expect(Journal(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"]).folder == "/h/.local/state/drover/journal")
    }
}
