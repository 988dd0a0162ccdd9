//! `drover plan` on the lab: written down and carried out, refused once the world has moved, and a provider that moves.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabPlanTests {
        private static let secret = "ledger-41d7f0"

        private func drover(_ command: String, _ more: [String]) async throws -> Outcome {
            try await Lab.drover([command, "-i", "inventories/lab", "--services", "Tests/Fleet/moving.yml"] + more)
        }

        private func plan(_ more: String...) async throws -> Outcome { try await drover("plan", more) }
        private func deploy(_ more: String...) async throws -> Outcome { try await drover("deploy", more) }

        private func withoutContainers(_ body: (String) async throws -> Void) async throws {
            let folder = try await Lab.run(["mktemp", "-d"]).output.filter { !$0.isWhitespace }
            try await clean()
            try await body("\(folder)/x.plan")
            try await clean()
            _ = try await Lab.run(["rm", "-rf", "--one-file-system", folder])
        }

        private func clean() async throws {
            try await Lab.emptyServers()
            try await Lab.server(
                "cache1",
                """
                docker rm --force $(docker ps --all --quiet --filter label=drover.service=teller) >/dev/null 2>&1
                rm -rf /var/lib/drover/services/teller /var/lib/drover/services/teller.* /srv/teller
                """)
        }

        /// `NAME STATE` of the containers of both services.
        private func containers(_ server: String) async throws -> [String] {
            let answer = try await Lab.server(
                server,
                "docker ps --all --format '{{.Names}} {{.State}}' --filter name=ledger --filter name=teller")
            return answer.output.split(separator: "\n").map(String.init).sorted()
        }

        @Test func aPlanIsCarriedOutOnceAndThenRefused() async throws {
            try await withoutContainers { file in
                let planned = try await plan("-o", file, "-e", "book=second")
                #expect(planned.status == 0, "\(planned.text)")
                #expect(planned.output.contains("1. ledger: changes on 1 host\n  app1: a container, the first\n"))
                #expect(planned.output.contains("cache:7 (sha256:"))
                #expect(planned.output.hasSuffix("2 of 2 containers change.\n"))
                #expect(try await containers("app1") == [])
                #expect(try await Lab.run(["stat", "-c", "%a", file]).output == "600\n")

                let forgotten = try await deploy(file)
                #expect(forgotten.status == 1)
                #expect(forgotten.errors.contains("ledger on app1: services.yml, or a variable that it uses"))
                #expect(try await containers("app1") == [])

                let done = try await deploy(file, "-e", "book=second", "-m", "as planned")
                #expect(done.status == 0, "\(done.text)")
                #expect(try await containers("app1") == ["ledger running"])

                let again = try await deploy(file, "-e", "book=second")
                #expect(again.status == 1, "\(again.text)")
                #expect(again.errors.contains("ledger on app1: nothing was live and "), "\(again.errors)")

                let none = try await plan("--exit-code", "-e", "book=second")
                #expect(none.status == 0 && none.output.hasSuffix("Nothing differs.\n"), "\(none.text)")
                #expect(try await plan("--exit-code").status == 3)

                let journal = try await Lab.drover("journal", "ledger", "-n", "1")
                #expect(journal.output.contains("apply"), "\(journal.output)")
                #expect(journal.output.contains("done (0)  as planned"), "\(journal.output)")
                try await expectJournal()
            }
        }

        /// What the journal tells of the last deployment is what the server has.
        private func expectJournal() async throws {
            let made = try await Lab.server(
                "app1",
                """
                docker inspect --format '{{.Id}} {{index .Config.Labels "drover.specification"}}' ledger
                """)
            let words = made.output.split(whereSeparator: \.isWhitespace).map(String.init)
            try #require(words.count == 2, "\(made.text)")
            let journal = try await Lab.drover("journal", "ledger", "-n", "1", "--format", "json")
            #expect(journal.output.contains(#""container_id": "\#(words[0])""#), "\(journal.output)")
            #expect(journal.output.contains(#""specification": "\#(words[1])""#), "\(journal.output)")
            let table = try await Lab.drover("journal", "ledger", "-n", "1")
            let short = words.reversed().map { $0.prefix(12) }.joined(separator: "   ")
            #expect(table.output.contains("ledger on app1"), "\(table.output)")
            #expect(table.output.contains(short), "\(table.output)")
        }

        @Test func tasksAroundTheSwitchAreHeldByTheirContent() async throws {
            let made = try await Lab.run([
                "sh", "-c",
                """
                d=$(mktemp -d) && cp -r Tests/Fleet/rollouts/. "$d" && mkdir -p "$d/roles/out/tasks" &&
                echo '- include_role: {name: out}' >"$d/drain.yml" &&
                echo '- debug: {msg: out}' >"$d/roles/out/tasks/main.yml" && printf %s "$d"
                """,
            ])
            let folder = made.output
            try #require(made.status == 0, "\(made.text)")
            let options = ["-i", "inventories/lab", "--services", "\(folder)/services.yml"]
            let planned = try await Lab.drover(["plan", "-o", "\(folder)/x.plan"] + options)
            try #require(planned.status == 0, "\(planned.text)")
            let held = try await Lab.drover(["deploy", "--check", "\(folder)/x.plan"] + options)
            #expect(held.status == 0, "\(held.text)")

            _ = try await Lab.run(["sh", "-c", "echo '- debug: {msg: in}' >'\(folder)/roles/out/tasks/main.yml'"])
            let refused = try await Lab.drover(["deploy", "\(folder)/x.plan"] + options)
            _ = try await Lab.run(["rm", "-r", folder])
            #expect(refused.status == 1, "\(refused.text)")
            #expect(refused.errors.contains("roles/out/tasks/main.yml has changed"), "\(refused.errors)")
            #expect(!refused.output.contains("TASK ["))
        }

        @Test func aSecretIsInNoPlanAndMayNotChangeTwice() async throws {
            try await withoutContainers { file in
                let first = try await deploy("--yes")
                try #require(first.status == 0, "\(first.text)")
                let planned = try await plan("-o", file, "-e", "ledger_password=\(Self.secret)-1")
                #expect(planned.output.contains("~ secret REDIS_PASSWORD: changed"), "\(planned.text)")
                // The consumer's file holds its provider's password.
                #expect(
                    planned.output.contains("~ config /etc/teller.conf\n      only in what is secret\n"),
                    "\(planned.text)")
                let json = try await plan("--format", "json", "-e", "ledger_password=\(Self.secret)-1")
                let written = try await Lab.run(["cat", file])
                for text in [planned.text, json.text, written.text] { #expect(!text.contains(Self.secret)) }

                let other = try await deploy(file, "-e", "ledger_password=\(Self.secret)-2")
                #expect(other.status == 1)
                #expect(other.errors.contains("secrets or contents of configuration files are others now"))
                let right = try await deploy(file, "-e", "ledger_password=\(Self.secret)-1")
                #expect(right.status == 0, "\(right.text)")
                let journal = try await Lab.run(["sh", "-c", "cat \"$XDG_STATE_HOME\"/drover/journal/*.jsonl"])
                #expect(journal.output.contains("ledger") && !journal.output.contains(Self.secret))
            }
        }

        @Test func aTagThatMovesIsNoticed() async throws {
            try await withoutContainers { file in
                let first = try await deploy("--yes", "ledger")
                try #require(first.status == 0, "\(first.text)")
                let push = { (image: String) async throws in
                    // The deployment has logged root in at the registry.
                    let name = "registry.lab:5000/cache:moving"
                    let pushed = try await Lab.server(
                        "app1", "docker tag \(image) \(name) && docker push -q \(name) && docker image rm \(name)")
                    try #require(pushed.status == 0, "\(pushed.text)")
                }
                try await push("registry.lab:5000/cache:7")
                let planned = try await plan("-o", file, "-e", "ledger_tag=moving", "ledger")
                #expect(planned.status == 0, "\(planned.text)")
                let commit = "$(docker commit --change 'LABEL moved=1' ledger)"
                try await push(commit)
                let refused = try await deploy(file, "-e", "ledger_tag=moving")
                #expect(refused.status == 1)
                #expect(refused.errors.contains("registry.lab:5000/cache:moving was sha256:"), "\(refused.errors)")
                // Without the plan, what the tag means now is what is deployed.
                let now = try await deploy("--yes", "-e", "ledger_tag=moving", "ledger")
                #expect(now.status == 0, "\(now.text)")
                let label = try await Lab.server("app1", "docker inspect --format '{{.Config.Labels.moved}}' ledger")
                #expect(label.output == "1\n")
            }
        }

        @Test func aProviderMovesWithItsConsumersBehindIt() async throws {
            try await withoutContainers { file in
                let first = try await deploy("--yes")
                try #require(first.status == 0, "\(first.text)")

                let planned = try await plan("--prune", "-o", file, "-e", "ledger_host=app2")
                #expect(planned.output.contains("1. ledger: changes on 1 host\n  app2: a container, the first"))
                #expect(
                    planned.output.contains(
                        "2. teller: changes on 1 host\n  cache1: a new container\n    - environment LEDGER_REDIS_HOST: "
                    ))
                #expect(
                    planned.output.contains("-ledger app1 7002\n") && planned.output.contains("+ledger app2 7002\n"))
                #expect(planned.output.contains("Removed at the end (data stays):\n  ledger on app1: "))

                let alone = try await plan("-e", "ledger_host=app2", "ledger")
                #expect(alone.output.contains("Not part of this: 'teller' on cache1 would change as well"))
                #expect(alone.output.contains("to remove: drover deploy --prune; data stays"))

                let moved = try await deploy(file, "-e", "ledger_host=app2")
                #expect(moved.status == 0, "\(moved.text)")
                let acts = ["TASK [Switch ledger]", "TASK [Switch teller]", "TASK [Remove ledger]"]
                let places = acts.map { moved.output.firstRange(of: $0)?.lowerBound ?? moved.output.endIndex }
                #expect(places == places.sorted() && places[2] < moved.output.endIndex, "\(moved.text)")
                #expect(try await containers("app1") == [])
                #expect(try await containers("app2") == ["ledger running"])
                #expect(try await Lab.server("app1", "ls -d /srv/ledger").output == "/srv/ledger\n")
                let address = try await Lab.server("cache1", "docker exec teller printenv LEDGER_REDIS_HOST")
                let file = try await Lab.server("cache1", "docker exec teller cat /etc/teller.conf")
                #expect(file.output.contains("ledger app2 7002"))
                #expect(
                    try await Lab.server("app2", "hostname -I").output.contains(address.output.filter { $0 != "\n" }))
                #expect(try await plan("-e", "ledger_host=app2").output.hasSuffix("Nothing differs.\n"))
            }
        }
    }
}
