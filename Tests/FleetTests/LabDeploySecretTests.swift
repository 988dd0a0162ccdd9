//! Secrets of services on their way through a plan, a deployment, one that fails, and the way back.

import FoundationEssentials
import Testing

extension OnTheLab {
    @Suite(.enabled(if: Lab.isUp && SecretWatch.isPossible, Lab.notUp))
    struct LabDeploySecretTests {
        @Test func aDeploymentKeepsItsSecretsFromOthers() async throws {
            try await Lab.emptyServers()
            let registry = try await Lab.secret("registry-password")
            let secrets = ["registry": registry, "sudo": try await Lab.secret("sudo-password")]
            // The container's program has it in its environment.
            let token = "token-\(UInt64.random(in: 0...UInt64.max))"
            let watch = try SecretWatch()
            try watch.write("token: \(token)\n", to: "inputs/secrets.yml")
            try watch.start(hidden: Array(secrets.values), exported: [token])
            let variables = ["-e", "@\(watch.folder)/inputs/secrets.yml", "-vvv"]
            // One server will do: the watch takes most of the processor.
            let all = RolloutLab.options + variables + ["--limit", "app1"]
            let plan = "\(watch.folder)/work/plan.json"
            let commands = [
                ["plan", "-o", plan], ["deploy", plan], ["deploy", "--yes", "-e", "page=two"],
                ["deploy", "--yes", "-e", "page=three", "-e", "broken_on=app1"], ["rollback", "web"], ["releases"],
                ["drift"],
            ]
            var outcomes: [Outcome] = []
            for command in commands {
                outcomes.append(
                    try await Lab.run(["env", "HOME=\(watch.folder)/home", Lab.binary ?? ""] + command + all))
            }
            #expect(outcomes.prefix(6).map(\.status) == [0, 0, 0, 2, 0, 0], "\(outcomes.last?.text ?? "")")
            // What ran first runs again; other tests may have left strangers.
            #expect([0, 3].contains(outcomes[6].status), "\(outcomes[6].text)")
            #expect(outcomes[0].text.contains("web: changes on 1 host"), "\(outcomes[0].text)")
            let text = outcomes.map(\.text).joined()
            let hidden = secrets.merging(["token": token]) { $1 }
            watch.expectSilence(in: Outcome(status: 0, output: text, errors: ""), of: hidden)

            let seen = try await Lab.server("app1", Self.look(for: [token, registry])).output
            #expect(seen == "it has the token\n", "\(seen)")
        }

        /// Where a server could show a secret: what a container was made from, logs, and files that others can read.
        private static func look(for secrets: [String]) -> String {
            let words = secrets.map { "-e \($0)" }.joined(separator: " ")
            return """
                [ -z "$(docker exec web printenv TOKEN | grep -F \(words))" ] || echo 'it has the token'
                for c in $(docker ps --all --quiet --filter label=drover.service=web); do
                  docker inspect --format '{{json .Config.Cmd}} {{json .Config.Labels}} {{json .Args}} {{json .HostConfig}}' $c \
                  | grep -F \(words)
                  docker logs $c 2>&1 | grep -F \(words)
                done
                cat /var/log/dockerd.log /var/log/sshd.log | grep -F \(words)
                grep -rF \(words) /var/lib/drover
                su nobody -s /bin/sh -c 'find /tmp /var/tmp /var/lib /var/log /srv /home /etc /run -xdev -type f -readable \
                  -size -2048k -exec grep -lF \(words) {} + 2>/dev/null'; :
                """
        }
    }
}
