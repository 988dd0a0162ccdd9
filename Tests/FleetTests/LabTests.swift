//! The demo on the lab fleet, from four untouched servers on; one test after the other, in this order.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabTests {
        static let servers = ["app1", "app2", "cache1", "db1"]

        static func all(_ count: Int) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: servers.map { ($0, count) })
        }

        @Test func provisionsAndDeploysOnce() async throws {
            let foretold = try await Lab.site("--check")
            try #require(foretold.status == 0, "\(foretold.text)")

            let first = try await Lab.site("--diff")
            try #require(first.status == 0, "\(first.text)")
            #expect(first.counts("failed") == Self.all(0))
            #expect(first.counts("unreachable") == Self.all(0))
            #expect(first.counts("changed").values.allSatisfy { $0 >= 15 })
            #expect(foretold.counts("changed") == first.counts("changed"))
            #expect(first.output.contains("+%operators ALL=(root) NOPASSWD: /usr/bin/docker ps"))

            let deployed = try await Lab.services()
            try #require(deployed.status == 0, "\(deployed.text)")
            #expect(deployed.counts("changed").values.allSatisfy { $0 >= 1 })

            for second in [try await Lab.site(), try await Lab.services()] {
                #expect(second.status == 0)
                #expect(second.counts("changed") == Self.all(0), "\(second.text)")
            }
        }

        @Test func everyPortAnswers() async throws {
            let run = try await Lab.drover("run", "-i", "inventories/lab", "playbooks/ask.yml")
            #expect(run.status == 0, "\(run.text)")
            for answer in [
                "PostgreSQL speaks", "Redis speaks", "app 1.0 on app1: PostgreSQL", "app 1.0 on app2: PostgreSQL",
            ] {
                #expect(run.output.contains(answer))
            }
        }

        @Test func keepsSecretsToItself() async throws {
            let run = try await Lab.services("-vvv", "--check", "--diff")
            #expect(run.status == 0, "\(run.text)")
            var secrets = [try await Lab.secret("registry-password"), try await Lab.secret("sudo-password")]
            for (server, service, name) in [
                ("db1", "db", "POSTGRES_PASSWORD"), ("cache1", "cache", "REDIS_PASSWORD"),
            ] {
                let secret = try await Lab.server(server, "docker exec \(service) printenv \(name)").output
                try #require(secret.count > 8)
                secrets.append(String(secret.dropLast()))
                let inspected = try await Lab.server(
                    server, "docker inspect --format '{{json .Args}} {{json .Config.Labels}}' \(service)"
                ).output
                #expect(!inspected.contains(secret.dropLast()))
            }
            for secret in secrets { #expect(!run.text.contains(secret)) }
        }

        @Test func oneServerWithoutSSHIsUnreachableAlone() async throws {
            try await Lab.server("app2", "kill $(pidof sshd)")
            let run = try await Lab.site()
            try await Lab.server("app2", "/usr/sbin/sshd -E /var/log/sshd.log")
            #expect(run.status == 4, "\(run.text)")
            var expected = Self.all(0)
            #expect(run.counts("failed") == expected)
            expected["app2"] = 1
            #expect(run.counts("unreachable") == expected)
            #expect(run.text.contains("UNREACHABLE"))
        }

        @Test func namesAnImageThatDoesNotExist() async throws {
            let run = try await Lab.services("app", "-e", "app_version=999")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.text.contains("registry.lab:5000/app:999"), "\(run.text)")
            for server in ["app1", "app2"] { #expect(try await isRunning("app", on: server)) }
        }

        @Test func saysThatTheEngineIsDown() async throws {
            try await Lab.server("cache1", "touch /run/keep-docker-down; kill $(cat /run/docker.pid)")
            try await Lab.server("cache1", "while docker version >/dev/null 2>&1; do sleep 0.1; done")
            let run = try await Lab.services("cache")
            try await Lab.server(
                "cache1", "rm /run/keep-docker-down; until docker version >/dev/null 2>&1; do sleep 0.1; done")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.text.lowercased().contains("the docker engine is not running"), "\(run.text)")
        }

        @Test func saysThatTheSudoPasswordIsWrong() async throws {
            let run = try await Lab.drover(
                "run", "-i", "inventories/lab", "playbooks/ping.yml", "--limit", "cache1", "-e",
                "ansible_become_password=wrong")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.failures.count == 1)
            #expect(run.failures.first?.lowercased().contains("password") == true)
        }

        @Test func aFullDiskLeavesNothingBehind() async throws {
            let run = try await Lab.drover("run", "-i", "inventories/lab", "Tests/Fleet/playbooks/full-disk.yml")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.failures.count == 1)
            #expect(run.failures.first?.lowercased().contains("no space left") == true)
            #expect(try await Lab.server("db1", "ls -A /srv/full").output == "")
        }

        private func isRunning(_ container: String, on server: String) async throws -> Bool {
            try await Lab.server(server, "docker inspect -f '{{.State.Running}}' \(container)").output == "true\n"
        }
    }
}
