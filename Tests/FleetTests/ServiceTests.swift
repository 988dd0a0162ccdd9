//! `drover.core.service` on a real engine: deploys, ways back, and runs that were cut off at every stage.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct ServiceTests {
        private static let secret = "sesame-94817"

        /// One run of the playbook; `more` replaces arguments.
        private func deploy(_ more: String = "{}", _ variables: String...) async throws -> Outcome {
            var words = ["run", "-i", "inventories/lab", "Tests/Fleet/playbooks/service.yml", "-v"]
            words += ["-e", "{\"more\": \(more)}"] + variables.flatMap { ["-e", $0] }
            return try await Lab.drover(words)
        }

        @discardableResult
        private func server(_ script: String) async throws -> String {
            try await Lab.server("app1", script).output
        }

        private func page() async throws -> String { try await server("curl -s http://127.0.0.1:8080/page") }

        private func names() async throws -> [String] {
            try await server("docker ps --all --format '{{.Names}} {{.State}}'").split(separator: "\n").map(String.init)
                .sorted()
        }

        private func status(_ id: String) async throws -> String {
            try await server(
                "tr '{' '\\n' </var/lib/drover/services/web.json | grep '\"id\": \"\(id)\"' | "
                    + "sed 's/.*\"status\": \"\\([a-z]*\\)\".*/\\1/'"
            ).trimmingNewline
        }

        @Test func deploysOnceAndGoesBack() async throws {
            try await Lab.emptyServers()
            let first = try await deploy(#"{"release": "r1", "who": "ann"}"#)
            try #require(first.status == 0, "\(first.text)")
            #expect(try await page() == "page one\n")
            #expect(try await status("r1") == "healthy")
            #expect(
                try await server("stat -c '%a %u' /srv/web /var/lib/drover/services/web.json") == "750 999\n600 0\n")

            let again = try await deploy(#"{"release": "r2"}"#)
            #expect(again.counts("changed") == ["app1": 0], "\(again.text)")

            let second = try await deploy(#"{"release": "r2"}"#, "version=1.1", "page=two")
            try #require(second.status == 0, "\(second.text)")
            #expect(try await page() == "page two\n")
            #expect(try await names() == ["web running", "web.r1 exited"])

            let broken = try await deploy(#"{"release": "r3"}"#, "page=three", "path=/missing")
            #expect(broken.status == 2)
            #expect(broken.text.contains("404 instead of 200"), "\(broken.text)")
            #expect(broken.text.contains("release r2 runs again and is healthy"), "\(broken.text)")
            #expect(try await page() == "page two\n")
            #expect(try await status("r3") == "failed")
            #expect(try await names() == ["web running", "web.r1 exited"])

            let back = try await deploy(#"{"state": "previous"}"#)
            #expect(back.status == 0, "\(back.text)")
            #expect(try await page() == "page one\n")
            #expect(try await names() == ["web running", "web.r2 exited"])

            let away = try await deploy(#"{"state": "absent"}"#)
            #expect(away.status == 0, "\(away.text)")
            #expect(try await names() == [])
            #expect(try await server("ls -d /srv/web") == "/srv/web\n")
        }

        @Test func reloadsAFileWithoutANewContainer() async throws {
            try await Lab.emptyServers()
            let file =
                #""config": [{"template": "page.j2", "to": "/www/page", "check": "grep -q page {file}", "reload": {"signal": "CONT"}}]"#
            _ = try await deploy("{\"release\": \"r1\", \(file)}")
            let before = try await server("docker inspect --format '{{.Id}}' web")
            let changed = try await deploy("{\"release\": \"r2\", \"run\": \"x\", \(file)}", "page=two")
            #expect(changed.counts("changed") == ["app1": 1], "\(changed.text)")
            #expect(try await page() == "page two\n")
            #expect(try await server("docker inspect --format '{{.Id}}' web") == before)

            let refused = try await deploy("{\(file)}".replacing("grep -q page", with: "grep -q absent"), "page=three")
            #expect(refused.status == 2)
            #expect(try await page() == "page two\n")

            // Back by a run, taken back with that run, and back for good.
            for (more, page) in [
                (#"{"state": "previous", "run": "y"}"#, "one"),
                (#"{"state": "previous", "run": "y", "of_run": "y"}"#, "two"),
                (#"{"state": "previous", "of_run": "x"}"#, "one"),
            ] {
                let back = try await deploy(more)
                #expect(back.counts("changed") == ["app1": 1], "\(back.text)")
                #expect(try await self.page() == "page \(page)\n", "\(more)")
            }
            #expect(try await server("docker inspect --format '{{.Id}}' web") == before)
        }

        @Test func whatWasCutOffIsFinished() async throws {
            // How far a switch had come, on top of a healthy r1.
            let stages = [
                "docker rename web web.r1 && docker stop -t 0 web.r1",
                "docker stop -t 0 web",
                "docker create --name web.drover-new --label drover.service=web registry.lab:5000/app:1.0",
                "docker update --restart=no web && docker stop -t 0 web && docker rename web web.r1",
            ]
            for stage in stages {
                try await Lab.emptyServers()
                _ = try await deploy(#"{"release": "r1"}"#)
                try await server(stage)
                let run = try await deploy(#"{"release": "r2"}"#, "page=two")
                #expect(run.status == 0, "\(stage): \(run.text)")
                #expect(try await names() == ["web running", "web.r1 exited"], "\(stage)")
                #expect(try await page() == "page two\n")
            }
        }

        @Test func aKilledRunLeavesNoSecondContainer() async throws {
            for delay in ["0.5", "0.8", "1.1", "1.4"] {
                try await Lab.emptyServers()
                _ = try await deploy(#"{"release": "r1"}"#)
                // The shell of the host ends with its connection; everything that it had begun stays as it is.
                let killer = Task {
                    try await server("sleep \(delay); pkill -KILL -f 'sshd: deploy' ; :")
                }
                _ = try await deploy(#"{"release": "r2"}"#, "page=two")
                _ = try await killer.value
                let run = try await deploy(#"{"release": "r3"}"#, "page=two")
                #expect(run.status == 0, "after \(delay) s: \(run.text)")
                #expect(try await page() == "page two\n")
                #expect(try await names().filter { $0.hasSuffix("running") } == ["web running"])
                #expect(try await names().contains { $0.contains("drover-new") } == false)
            }
        }

        @Test func aPortThatIsTakenBringsTheOldOneBack() async throws {
            try await Lab.emptyServers()
            _ = try await deploy(#"{"release": "r1"}"#)
            let run = try await deploy(#"{"release": "r2", "ports": {"http": 22}}"#)
            #expect(run.status == 2)
            #expect(run.text.contains("host port 22 is already taken"), "\(run.text)")
            #expect(try await page() == "page one\n")
            #expect(try await names() == ["web running"])
        }

        @Test func aLowerFenceIsRefused() async throws {
            try await Lab.emptyServers()
            _ = try await deploy(#"{"release": "r1", "fence": 7}"#)
            let late = try await deploy(#"{"release": "r2", "fence": 6}"#, "page=two")
            #expect(late.status == 2)
            #expect(late.text.contains("another deploy has taken over"), "\(late.text)")
            #expect(try await page() == "page one\n")
        }

        @Test func secretsAreTheProgramsAlone() async throws {
            try await Lab.emptyServers()
            let run = try await deploy(#"{"release": "r1"}"#)
            let other = try await deploy(#"{"release": "r2"}"#, "token=\(Self.secret)-new", "path=/missing")
            let checked = try await Lab.drover(
                "run", "-i", "inventories/lab", "Tests/Fleet/playbooks/service.yml", "--check", "--diff", "-e",
                "token=\(Self.secret)-other")
            #expect(checked.text.contains("secret TOKEN"), "\(checked.text)")
            for outcome in [run, other, checked] { #expect(!outcome.text.contains(Self.secret)) }
            let inspected = try await server(
                "docker inspect --format '{{json .Config.Cmd}} {{json .Args}} {{json .Config.Labels}}' web; "
                    + "cat /var/lib/drover/services/web.json; cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
            #expect(!inspected.contains(Self.secret))
            #expect(try await server("docker exec web printenv TOKEN") == "\(Self.secret)\n")
        }

        @Test func anEngineThatIsDownIsSaid() async throws {
            try await Lab.server("app1", "touch /run/keep-docker-down; kill $(cat /run/docker.pid)")
            try await Lab.server("app1", "while docker version >/dev/null 2>&1; do sleep 0.1; done")
            let run = try await deploy()
            try await Lab.server(
                "app1", "rm /run/keep-docker-down; until docker version >/dev/null 2>&1; do sleep 0.1; done")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.text.lowercased().contains("docker engine is not running"), "\(run.text)")
            try await Lab.emptyServers()
        }
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
