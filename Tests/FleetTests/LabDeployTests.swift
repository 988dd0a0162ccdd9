//! `drover deploy` on the lab: the first time, again, a new version, and one that fails behind a batch that did not.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabDeployTests {
        private func deploy(_ more: String...) async throws -> Outcome {
            try await Lab.drover(
                ["deploy", "--yes", "-i", "inventories/lab", "--services", "Tests/Fleet/services.yml"] + more)
        }

        /// What runs on both servers.
        private func versions() async throws -> [String] { [try await version("app1"), try await version("app2")] }

        /// The value of VERSION in the container's environment.
        private func version(_ server: String) async throws -> String {
            let answer = try await Lab.server(
                server,
                "docker inspect --format '{{json .Config.Env}}' store | tr ',' '\\n' | sed -n 's/.*VERSION=\\([^\"]*\\)\".*/\\1/p'"
            )
            return String(answer.output.split(separator: "\n").first ?? "")
        }

        private func containers(_ server: String) async throws -> Int {
            let answer = try await Lab.server(
                server, "docker ps --quiet --filter label=drover.service=store | wc -l")
            return Int(answer.output.split(whereSeparator: \.isWhitespace).first ?? "") ?? -1
        }

        @Test func rollsOutOnceAndGoesBackAsAWhole() async throws {
            try await Lab.emptyServers()
            let first = try await deploy()
            #expect(first.status == 0, "\(first.text)")
            #expect(first.counts("changed").values.allSatisfy { $0 >= 1 })
            #expect(try await versions() == ["1", "1"])

            let second = try await deploy()
            #expect(second.status == 0, "\(second.text)")
            #expect(second.counts("changed") == ["app1": 0, "app2": 0])

            let newer = try await deploy("-e", "version=2")
            #expect(newer.status == 0, "\(newer.text)")
            #expect(try await versions() == ["2", "2"])

            // The batch of app1 succeeds, that of app2 does not: both run the former release again.
            let broken = try await deploy("-e", "version=3", "-e", "fails_on=app2")
            #expect(broken.status == 2, "\(broken.text)")
            #expect(try await versions() == ["2", "2"], "\(broken.text)")
            for server in ["app1", "app2"] { #expect(try await containers(server) == 1) }

            let back = try await Lab.drover([
                "rollback", "store", "-i", "inventories/lab", "--services", "Tests/Fleet/services.yml",
            ])
            #expect(back.status == 0, "\(back.text)")
            #expect(try await versions() == ["1", "1"], "\(back.text)")

            let secret = try await Lab.secret("registry-password")
            for run in [first, newer, broken] { #expect(!run.text.contains(secret)) }
        }
    }
}
