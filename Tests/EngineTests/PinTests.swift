//! Runs that are held to pins.

import Connections
import Diagnostics
import Engine
import Modules
import Testing
import Values

@Suite struct PinTests {
    private static let digest = "sha256:" + String(repeating: "1", count: 64)

    private func pinning(_ text: String, locked: Bool = false) throws -> Pinning {
        Pinning(pins: try PinsReader.read(SourceFile(path: "pins.yml", text: text)), isLocked: locked)
    }

    /// Debian hosts that say nothing else.
    private var fleet: FakeFleet {
        FakeFleet { asked in
            .said(asked.script.contains("os-release") ? "x86_64\nID=debian\nVERSION_ID=12\n" : "")
        }
    }

    @Test func aVersionThatContradictsItsPinFailsTheTaskWithBothPlaces() async throws {
        let pinning = try pinning("packages: {debian 12: {nginx: 1.22.1-9}}")
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks: [{name: web, apt: {name: nginx=1.24}}]
            """, fleet: fleet
        ) { $0.pinning = pinning }
        #expect(run.exitCode == 2)
        let mistake = try #require(run.reports.first?.mistake)
        #expect(mistake.code == .pinConflict)
        #expect(mistake.labels.map(\.range.file.path).last == "pins.yml")
    }

    @Test func theImageOfATaskGetsItsDigest() async throws {
        let pinning = try pinning("images: {app:1.4: \(Self.digest)}")
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks: [{docker_image_pull: {name: app, tag: "1.4"}}]
            """, fleet: fleet
        ) { $0.pinning = pinning }
        let asked = await run.fleet.asked
        #expect(asked.contains { $0.script.contains("app:1.4@\(Self.digest)") })
    }

    @Test func aLockedTaskWhoseNameIsKnownLateFailsBeforeAnythingIsAsked() async throws {
        let pinning = try pinning("", locked: true)
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - raw: name
                  register: said
                - name: late
                  docker_image_pull: {name: "{{ said.stdout }}x"}
            """, fleet: fleet
        ) { $0.pinning = pinning }
        #expect(run.reports.last?.mistake?.code == .notPinned)
        let asked = await run.fleet.asked
        #expect(!asked.contains { $0.script.contains("image inspect") })
    }
}
