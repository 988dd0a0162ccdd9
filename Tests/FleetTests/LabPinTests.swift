//! Pins on the lab: packages at their version, a tag that moves while its digest is held, a locked run, promotion.

import FoundationEssentials
import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabPinTests {
        /// A folder for pins, away from the inventory.
        private func folder() async throws -> String {
            let made = try await Lab.run(["mktemp", "-d"])
            return String(made.output.split(separator: "\n").first ?? "")
        }

        private func write(_ text: String, to path: String) throws {
            try Data(text.utf8).write(to: URL(filePath: path))
        }

        private func read(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        }

        private func run(_ pins: String, _ more: String...) async throws -> Outcome {
            try await Lab.drover(
                ["run", "-i", "inventories/lab", "--pins", pins, "Tests/Fleet/pins/site.yml", "--tags", "packages"]
                    + more)
        }

        @Test func packagesAreInstalledAtTheirPinsAndPinnedAsTheyAreInstalled() async throws {
            let folder = try await folder()
            let pins = folder + "/pins.yml"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try write("# Ours.\npackages:\n  debian 12: { tree: 2.0.0-1 }\n", to: pins)
            try await Lab.server("app1", "apt-get purge -qy tree >/dev/null")

            let missing = try await run(pins)
            #expect(missing.status == 2 && missing.text.contains("tree=2.0.0-1"), "\(missing.text)")

            try write("# Ours.\npackages:\n  debian 12: { tree: 2.1.0-1 }\n", to: pins)
            let installed = try await run(pins, "--locked")
            #expect(installed.status == 0 && installed.counts("changed") == ["app1": 1], "\(installed.text)")
            #expect(try await run(pins).counts("changed") == ["app1": 0])

            let contradicting = try await Lab.drover(
                "exec", "-i", "inventories/lab", "app1", "-b", "-m", "apt", "-a", "name=tree=1.*", "--pins", pins)
            #expect(contradicting.status == 2 && contradicting.text.contains("pinned here"), "\(contradicting.text)")

            try write("# Ours.\npackages:\n  debian 12: { tree: '1.0' }\n", to: pins)
            let check = try await Lab.drover(
                "pin", "-i", "inventories/lab", "--limit", "app1", "--services", "Tests/Fleet/services.yml", "--pins",
                pins, "--check", "Tests/Fleet/pins/site.yml", "-e", "pin_address=http://127.0.0.1/none")
            #expect(check.status == 3 && check.output.contains("tree 1.0 -> 2.1.0-1"), "\(check.text)")
            #expect(try read(pins).contains("tree: '1.0'"))
            let pin = try await Lab.drover(
                "pin", "-i", "inventories/lab", "--limit", "app1", "--services", "Tests/Fleet/services.yml", "--pins",
                pins, "Tests/Fleet/pins/site.yml", "-e", "pin_address=http://127.0.0.1/none")
            #expect(pin.status == 0, "\(pin.text)")
            let written = try read(pins)
            #expect(written.hasPrefix("# Ours.\npackages:\n  debian 12:\n    tree: 2.1.0-1\nimages:\n"), "\(written)")
            let secret = try await Lab.secret("registry-password")
            #expect(!written.contains(secret))
        }

        @Test func aLockedRunRefusesBeforeItChangesAnything() async throws {
            let folder = try await folder()
            let pins = folder + "/pins.yml"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try write("", to: pins)
            try await Lab.server("app1", "apt-get purge -qy tree >/dev/null")
            let refused = try await Lab.drover(
                "run", "-i", "inventories/lab", "--pins", pins, "--locked", "Tests/Fleet/pins/site.yml", "-e",
                "pin_address=http://127.0.0.1/none")
            #expect(refused.status == 4, "\(refused.text)")
            #expect(refused.errors.contains("package 'tree' is not pinned for debian 12"))
            #expect(refused.errors.contains("download 'http://127.0.0.1/none' has no checksum"))
            #expect(refused.output.isEmpty)
            #expect(try await Lab.server("app1", "dpkg-query -W tree").status != 0)
        }

        @Test func whatWasDownloadedIsHeldToItsChecksum() async throws {
            let folder = try await folder()
            let pins = folder + "/pins.yml"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try write("", to: pins)
            // The registry answers its bare address with nothing, to anybody.
            let address = "http://registry.lab:5000/"
            let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            func run() async throws -> Outcome {
                try await Lab.server("app1", "rm -f /tmp/pins-page")
                return try await Lab.drover(
                    "run", "-i", "inventories/lab", "--pins", pins, "Tests/Fleet/pins/site.yml", "--tags", "downloads",
                    "-e", "pin_address=\(address)")
            }
            let fetched = try await run()
            #expect(fetched.status == 0, "\(fetched.text)")
            let pin = try await Lab.drover(
                "pin", "-i", "inventories/lab", "--limit", "app1", "--services", "Tests/Fleet/services.yml", "--pins",
                pins, "Tests/Fleet/pins/site.yml", "-e", "pin_address=\(address)")
            #expect(pin.status == 0 && pin.output.contains("+ \(address) \(empty)"), "\(pin.text)")
            #expect(try await run().status == 0)

            try write(try read(pins).replacing(empty, with: "sha256:" + String(repeating: "0", count: 64)), to: pins)
            let other = try await run()
            #expect(other.status == 2 && other.text.contains("did not match"), "\(other.text)")
        }

        @Test func theDigestIsHeldWhileTheTagMoves() async throws {
            try await Lab.emptyServers()
            let folder = try await folder()
            let (pins, own) = (folder + "/pins.yml", folder + "/production.pins.yml")
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let options = ["-i", "inventories/lab", "--services", "Tests/Fleet/pins/services.yml"]
            func push(_ number: Int) async throws -> String {
                let pushed = try await Lab.run(["Tests/Fleet/pins/push", String(number)])
                #expect(pushed.status == 0, "\(pushed.text)")
                return String(pushed.output.split(separator: "\n").last ?? "")
            }
            let locked = try await Lab.drover(["deploy", "--locked", "--yes"] + options)
            #expect(locked.status == 4 && locked.errors.contains("is not pinned by a digest"), "\(locked.text)")

            let first = try await push(1)
            let pin = try await Lab.drover(["pin", "--pins", pins] + options)
            #expect(pin.status == 0 && pin.output.contains("cache:moving \(first)"), "\(pin.text)")
            let second = try await push(2)
            #expect(first != second)
            let moved = try await Lab.drover(["pin", "--check", "--pins", pins] + options)
            #expect(moved.status == 3 && moved.output.contains("\(first) -> \(second)"), "\(moved.text)")

            let deploy = try await Lab.drover(["deploy", "--locked", "--yes", "--pins", pins] + options)
            #expect(deploy.status == 0, "\(deploy.text)")
            for server in ["app1", "app2"] {
                let label = try await Lab.server(server, "docker inspect --format '{{.Config.Labels.moved}}' pinned")
                #expect(label.output == "1\n", "\(label.text)")
            }
            let again = try await Lab.drover(["deploy", "--locked", "--yes", "--pins", pins] + options)
            #expect(again.status == 0 && again.text.contains("no change"), "\(again.text)")
            #expect(again.counts("changed").values.allSatisfy { $0 == 0 }, "\(again.text)")

            let promoted = try await Lab.drover("promote", "--from", pins, "--to", own)
            #expect(promoted.status == 0 && promoted.output.contains("cache:moving \(first)"), "\(promoted.text)")
            #expect(try read(own) == read(pins))

            let secret = try await Lab.secret("registry-password")
            let file = try read(pins)
            for text in [pin.text, moved.text, deploy.text, file] { #expect(!text.contains(secret)) }
            try await Lab.server("app1", Self.removal)
            try await Lab.server("app2", Self.removal)
        }

        private static let removal =
            "docker rm --force $(docker ps --all --quiet --filter label=drover.service=pinned) >/dev/null; "
            + "rm -rf /var/lib/drover/services/pinned* /srv/pinned"
    }
}
