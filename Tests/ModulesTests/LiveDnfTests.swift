//! `dnf`, `rpm_key`, `yum_repository` and `package_facts` with the real dnf and rpm, on small packages of the lab's root.

import Testing
import Values

@testable import Modules

@Suite(.enabled(if: LiveRoot.isThere, LiveRoot.reason))
struct LiveDnfTests {
    private func withRoot(_ body: (DnfRoot) async throws -> Void) async throws {
        let root = try LiveRoot()
        defer { root.remove() }
        try await body(DnfRoot(root: root))
    }

    @Test func versionsComeAndGoAsTheTaskNamesThem() async throws {
        try await withRoot { host in
            try await host.dnf(["name": "tool"], ["Installed: tool-2.0-1.noarch"])
            let guarded = try await host.dnf(["name": "tool-1.0-1"], nil)
            #expect(guarded.fields["warnings"]?.list?.count == 1)
            try await host.dnf(
                ["name": "tool-1.0-1", "allow_downgrade": true],
                ["Installed: tool-1.0-1.noarch", "Removed: tool-2.0-1.noarch"])
            try await host.dnf(["name": "tool"], nil)
            try await host.dnf(
                ["name": "tool-1.1"], ["Installed: tool-1.1-2.noarch", "Removed: tool-1.0-1.noarch"])
            try await host.dnf(
                ["name": "tool = 1.1-1"], ["Installed: tool-1.1-1.noarch", "Removed: tool-1.1-2.noarch"])
            try await host.dnf(["name": "tool >= 1.0"], nil)
            try await host.dnf(
                ["name": "tool", "state": "latest", "enablerepo": "extras"],
                ["Installed: tool-3.0-1.noarch", "Removed: tool-1.1-1.noarch"])
            try await host.dnf(
                ["name": ["aged-1:1.0-1", "webserver"]],
                [
                    "Installed: aged-1:1.0-1.noarch", "Installed: lib-1.1-1.noarch", "Installed: web-1.1-1.noarch",
                    "Installed: web-theme-1.0-1.noarch",
                ])
            try await host.dnf(["name": "web", "state": "absent"], ["Removed: web-1.1-1.noarch"])
            try await host.dnf(
                ["autoremove": true], ["Removed: lib-1.1-1.noarch", "Removed: web-theme-1.0-1.noarch"])
        }
    }

    @Test func groupsPatternsAndAdvisories() async throws {
        try await withRoot { host in
            try await host.dnf(
                ["name": "@pair"],
                ["Group pair installed.", "Installed: grouped-a-1.0-1.noarch", "Installed: grouped-b-1.0-1.noarch"])
            try await host.dnf(
                ["name": "group*", "state": "absent"],
                ["Removed: grouped-a-1.0-1.noarch", "Removed: grouped-b-1.0-1.noarch"])
            try host.root.run("dnf -qy install mended-1.0")
            try await host.dnf(
                ["name": "mended", "state": "latest", "security": true],
                ["Installed: mended-1.1-1.noarch", "Removed: mended-1.0-1.noarch"])
            try await host.dnf(["name": "*", "state": "latest", "exclude": "mended"], nil)
            try await host.dnf(
                ["name": "*", "state": "latest", "bugfix": true],
                ["Installed: mended-1.2-1.noarch", "Removed: mended-1.1-1.noarch"])
            try await host.dnf(
                ["name": "extra", "disablerepo": "*", "enablerepo": "extras", "update_cache": true],
                ["Installed: extra-1.0-1.noarch"])
        }
    }

    @Test func whatCannotBeHadIsSaid() async throws {
        try await withRoot { host in
            try await host.refuses(["name": ["nope", "tool"]], "Failed to install some of the specified packages")
            try await host.refuses(["name": "@nope"], "No group nope available.")
            try await host.refuses(["name": "broken"], "nothing provides nowhere needed by broken-1.0-1.noarch")
            try await host.refuses(["name": "/nope.rpm"], "Could not open: /nope.rpm")
            try await host.dnf(["name": "broken", "skip_broken": true], nil)
            let absent = try await host.dnf(["name": "nope", "state": "absent"], nil)
            #expect(absent.fields["results"] == ["No match for argument: nope"])
        }
    }

    @Test func unsignedFilesAndKeys() async throws {
        try await withRoot { host in
            let file = "/srv/packages/loose/local-1.1-1.noarch.rpm"
            let unsigned = try await host.root.apply(DnfModule.self, ["name": .string(file)])
            #expect(unsigned.failed && unsigned.fields["msg"]?.string?.contains("is not signed") == true)
            try await host.dnf(
                ["name": .string(file), "disable_gpg_check": true],
                ["Installed \(file)", "Installed: local-1.1-1.noarch"])
            let older: OrderedMap = ["name": "/srv/packages/loose/local-1.0-1.noarch.rpm", "disable_gpg_check": true]
            try await host.dnf(older, nil)
            let sealed: OrderedMap = ["name": "sealed", "enablerepo": "signed"]
            #expect(try await host.root.apply(DnfModule.self, sealed).failed)
            let key: OrderedMap = ["key": "/srv/packages/key.asc"]
            #expect(try await host.root.converge(RpmKeyModule.self, key).changed)
            try await host.dnf(sealed, ["Installed: sealed-1.0-1.noarch"])
            let gone = key.merging(["state": "absent"])
            #expect(try await host.root.converge(RpmKeyModule.self, gone).changed)
        }
    }

    @Test func repositoriesAndFacts() async throws {
        try await withRoot { host in
            let more: OrderedMap = [
                "name": "more", "description": "More", "baseurl": "file:///srv/packages/extras", "gpgcheck": false,
            ]
            #expect(try await host.root.converge(YumRepositoryModule.self, more).changed)
            try await host.dnf(
                ["name": ["extra", "aged"]],
                [
                    "Installed: aged-1:2.0-1.noarch", "Installed: extra-1.0-1.noarch",
                ])
            let facts = try await host.root.apply(PackageFactsModule.self, ["manager": ["rpm"]])
            let packages = facts.fields["ansible_facts"]?["packages"]
            let aged: Value = [
                "name": "aged", "version": "2.0", "release": "1", "epoch": 1, "arch": "noarch", "source": "rpm",
            ]
            #expect(packages?["aged"] == [aged], "\(facts.fields)")
            #expect(packages?["extra"]?.list?.first?["epoch"]?.isNone == true)
        }
    }
}

/// What each of the tests does with dnf.
private struct DnfRoot {
    let root: LiveRoot

    /// - Parameter results: the lines of the result; nil where nothing is to do.
    @discardableResult func dnf(
        _ arguments: OrderedMap, _ results: [String]?, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ModuleResult {
        let foretold = try await root.apply(DnfModule.self, arguments, checkMode: true)
        let real = try await root.converge(DnfModule.self, arguments, sourceLocation: sourceLocation)
        #expect(real.changed == (results != nil), "\(real.fields)", sourceLocation: sourceLocation)
        if let results {
            #expect(real.fields["results"] == .strings(results), sourceLocation: sourceLocation)
            #expect(foretold.fields["results"] == .strings(results), sourceLocation: sourceLocation)
        }
        return real
    }

    func refuses(
        _ arguments: OrderedMap, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await root.apply(DnfModule.self, arguments)
        let message = result.fields["msg"]?.string ?? ""
        #expect(result.failed && message.contains(reason), "\(result.fields)", sourceLocation: sourceLocation)
    }
}
