//! Secrets on their way to a real Docker engine, behind a sudo that wants a password.

import Testing

extension OnTheLab {
    @Suite(.enabled(if: Lab.isUp && SecretWatch.isPossible, Lab.notUp))
    struct LabSecretTests {
        @Test func secretsReachARealEngineUnseen() async throws {
            let registry = try await Lab.secret("registry-password")
            var secrets = ["registry": registry, "sudo": try await Lab.secret("sudo-password")]
            for name in ["wrong", "input"] { secrets[name] = "\(name)-\(UInt64.random(in: 0...UInt64.max))" }
            let watch = try SecretWatch()
            // These are in the environment of the container's own program.
            var exported: [String: String] = [:]
            for name in ["container", "lines"] { exported[name] = "\(name)-\(UInt64.random(in: 0...UInt64.max))" }
            let all = secrets.merging(exported) { $1 }
            let values = all.map { "  \($0.key): '\($0.value)'" }.joined(separator: "\n")
            try watch.write(
                "registry: registry.lab:5000\nimage: registry.lab:5000/app:1.0\nsecrets:\n\(values)\n",
                to: "inputs/secrets.yml")
            try watch.start(hidden: Array(secrets.values), exported: Array(exported.values))
            let outcome = try await Lab.drover(
                "run", "-vvv", "-i", "inventories/lab", "--limit", "cache1", "-e",
                "@\(watch.folder)/inputs/secrets.yml",
                "Tests/Fleet/playbooks/secrets-docker.yml")
            #expect(outcome.status == 0, "\(outcome.text)")
            #expect(outcome.counts("ignored") == ["cache1": 1], "\(outcome.text)")
            watch.expectSilence(in: outcome, of: all)
        }
    }
}
