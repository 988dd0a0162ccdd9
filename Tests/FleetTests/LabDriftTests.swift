//! `drover drift` on the lab: each kind of drift is made by hand and found by its name; a clean fleet has none.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabDriftTests {
        private static let description = ["-i", "inventories/lab", "--services", "Tests/Fleet/drift/services.yml"]
        private static let playbook = "Tests/Fleet/drift/host.yml"

        private func drift(_ more: String...) async throws -> Outcome {
            try await Lab.drover(["drift"] + Self.description + more)
        }

        /// Two servers without anything, then with both services and what the playbook asks for.
        private func begin() async throws {
            try await Lab.emptyServers()
            let deployed = try await Lab.drover(["deploy", "--yes"] + Self.description)
            try #require(deployed.status == 0, "\(deployed.text)")
            let run = try await Lab.drover("run", "-i", "inventories/lab", Self.playbook)
            try #require(run.status == 0, "\(run.text)")
        }

        /// Rows of the table as their first four columns.
        private func rows(_ outcome: Outcome) -> Set<String> {
            let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("app") && !$0.hasSuffix(":") }
            return Set(lines.map { $0.split(separator: " ").prefix(4).joined(separator: " ") })
        }

        @Test func nothingOnACleanFleetAndEachKindByItsName() async throws {
            try await begin()
            let clean = try await drift("--playbook", Self.playbook)
            #expect(clean.status == 0, "\(clean.text)")
            #expect(clean.output.contains("no drift on 2 hosts"), "\(clean.text)")
            #expect(clean.output.contains("'A command' runs a command"), "\(clean.text)")

            try await Lab.server(
                "app1",
                """
                docker exec --user 0 front sh -c 'mkdir -p /opt/data && echo 1 >/opt/data/a && echo 2 >/tmp/ignored'
                docker create --name toy registry.lab:5000/cache:7 >/dev/null
                for f in /var/lib/drover/services/front/config/*/etc/front.conf; do echo edited >>"$f"; done
                echo changed >/etc/drift.motd
                mkdir -p /tmp/hello/DEBIAN
                printf 'Package: hello\\nVersion: 1\\nArchitecture: all\\nMaintainer: lab\\nDescription: toy\\n' \
                  >/tmp/hello/DEBIAN/control
                dpkg-deb --build /tmp/hello /tmp/hello.deb >/dev/null && dpkg --install /tmp/hello.deb >/dev/null
                """)
            try await Lab.server("app2", "docker stop --time 0 kv")
            let found = try await drift("--playbook", Self.playbook, "--diff")
            #expect(found.status == 3, "\(found.text)")
            #expect(
                rows(found) == [
                    "app1 front config /etc/front.conf", "app1 front written A", "app1 - stranger toy",
                    "app1 - task The", "app1 - task No", "app2 kv stopped container",
                ], "\(found.text)")
            #expect(found.output.contains("A /opt/data (2 paths)"), "\(found.text)")
            #expect(found.output.contains("-edited"), "\(found.text)")
            let known = try await drift("front", "--known", "to*")
            #expect(rows(known) == ["app1 front config /etc/front.conf", "app1 front written A"], "\(known.text)")

            // A deployment mends what is a service's own matter; the stranger and the file remain.
            let mended = try await Lab.drover(["deploy", "--yes"] + Self.description)
            #expect(mended.status == 0, "\(mended.text)")
            let left = try await drift("--playbook", Self.playbook)
            let others: Set = ["app1 - stranger toy", "app1 - task The", "app1 - task No"]
            #expect(rows(left).isSuperset(of: others), "\(left.text)")
            #expect(rows(left).isSubset(of: others.union(["app1 front written A"])), "\(left.text)")
        }

        @Test func anotherContainerUnderTheName() async throws {
            try await begin()
            let secret = try await Lab.server("app2", "docker exec kv printenv REDIS_PASSWORD").output
            try await Lab.server(
                "app1",
                """
                docker rm --force front >/dev/null
                docker run --detach --name front --env MODE=wild --publish 7004:6379 registry.lab:5000/app:1.0 \
                  sleep 1000 >/dev/null
                """)
            try await Lab.server("app2", "docker rename kv kv-old")
            let found = try await drift()
            #expect(found.status == 3)
            #expect(
                rows(found).isSuperset(of: [
                    "app1 front unmanaged container", "app1 front image image", "app1 front environment MODE",
                    "app1 front secret REDIS_PASSWORD", "app1 front ports ports", "app2 kv renamed kv-old",
                ]), "\(found.text)")
            #expect(secret.count > 4)
            #expect(!found.text.contains(secret.split(separator: "\n").first ?? ""))

            try await Lab.server("app2", "docker rm --force kv-old")
            let gone = try await drift("kv", "--format", "json")
            #expect(gone.status == 3)
            #expect(gone.output.contains("\"kind\": \"missing\""), "\(gone.text)")
        }

        @Test func changedValuesInTheFile() async throws {
            try await begin()
            let found = try await drift("-e", "mode=busy")
            #expect(found.status == 3)
            #expect(
                rows(found) == ["app1 front environment MODE", "app1 front config /etc/front.conf"], "\(found.text)")
        }

        @Test func anEngineThatIsDown() async throws {
            try await begin()
            try await Lab.server("app1", "touch /run/keep-docker-down; kill $(cat /run/docker.pid)")
            try await Lab.server("app1", "while docker version >/dev/null 2>&1; do sleep 0.1; done")
            let found = try await drift()
            let releases = try await Lab.drover(["releases"] + Self.description)
            try await Lab.server(
                "app1", "rm /run/keep-docker-down; until docker version >/dev/null 2>&1; do sleep 0.1; done")
            #expect(found.status == 3)
            #expect(rows(found) == ["app1 - engine Docker"], "\(found.text)")
            #expect(releases.status == 0, "\(releases.text)")
            #expect(releases.output.contains("current"), "\(releases.text)")
            #expect(releases.output.contains("app1: the Docker engine is not running"), "\(releases.text)")
        }
    }
}
