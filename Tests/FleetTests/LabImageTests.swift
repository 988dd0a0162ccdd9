//! Images that a deployment builds: pushed by a server, or sent over SSH while no registry is there.

import FoundationEssentials
import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabImageTests {
        private func deploy(_ variables: String..., flags: [String] = []) async throws -> Outcome {
            let words = ["deploy", "--yes", "-i", "inventories/lab", "--services", "Tests/Fleet/built.yml"]
            return try await Lab.drover(words + flags + variables.flatMap { ["-e", $0] })
        }

        private func page(_ server: String) async throws -> String {
            try await Lab.server(server, "curl -s http://127.0.0.1:7080/").output
        }

        private func clean() async throws {
            try await Lab.emptyServers()
            for server in ["app1", "app2"] {
                try await Lab.server(
                    server, "docker image rm --force $(docker image ls --quiet lab/page) >/dev/null 2>&1")
            }
        }

        /// Runs a script with the lab's own engine behind `docker`.
        @discardableResult
        private func engine(_ script: String) async throws -> Outcome { try await Lab.run(["sh", "-c", script]) }

        /// A copy of the folder with an incompressible layer that no host has.
        private func folder() async throws -> String {
            let made = try await engine(
                """
                d=$(mktemp -d /tmp/drover-lab-build.XXXXXX) && cp -r Tests/Fleet/built/. "$d" &&
                head -c 3000000 /dev/urandom >"$d/notes" && echo never >"$d/x.log" && printf %s "$d"
                """)
            try #require(made.status == 0, "\(made.text)")
            return made.output
        }

        /// What a deployment takes that is built here and sent.
        private func sent(_ folder: String) async throws -> String {
            let image = try await baseImage()
            return #"{"sent": true, "builder": "localhost", "context": "\#(folder)", "base": "\#(image)"}"#
        }

        /// The lab's image of the application, as its engine here has it.
        private func baseImage() async throws -> String {
            let found = try await engine(
                "docker image ls --format '{{.Repository}}:{{.Tag}}' drover-lab/app | head -n 1")
            return found.output.split(separator: "\n").first.map(String.init) ?? ""
        }

        /// Results of a task by host, from what `-v` shows.
        private func numbers(_ key: String, in outcome: Outcome) -> [Int] {
            outcome.output.split(separator: "\n").filter { $0.hasPrefix("changed: ") && $0.contains("\"layers_sent\"") }
                .compactMap { line in
                    line.firstRange(of: "\"\(key)\": ").flatMap {
                        Int(line[$0.upperBound...].prefix(while: \.isNumber))
                    }
                }
        }

        @Test func aServerBuildsAndPushes() async throws {
            try await clean()
            let first = try await deploy()
            #expect(first.status == 0, "\(first.text)")
            #expect(first.text.contains("changed: [app1 -> db1"), "\(first.text)")
            for server in ["app1", "app2"] { #expect(try await page(server) == "one\n") }

            let second = try await deploy()
            #expect(second.counts("changed") == ["app1": 0, "app2": 0], "\(second.text)")

            // The tag stays, what it is built from does not.
            let newer = try await deploy("page=two")
            #expect(newer.status == 0, "\(newer.text)")
            for server in ["app1", "app2"] { #expect(try await page(server) == "two\n") }

            // The same builder, without the registry: from its engine to the servers.
            let sent = try await deploy("sent=true", flags: ["-v"])
            #expect(sent.status == 0, "\(sent.text)")
            #expect(sent.text.contains("\"from\": \"db1\""), "\(sent.text)")
            #expect(numbers("layers_sent", in: sent).count == 2)
            for server in ["app1", "app2"] { #expect(try await page(server) == "one\n") }
            let left = try await Lab.server("db1", "ls -A /root/.cache/drover/images 2>/dev/null")
            #expect(left.output.isEmpty)
            let secret = try await Lab.secret("registry-password")
            for run in [first, newer] { #expect(!run.text.contains(secret)) }
        }

        /// The registry under the one name that it has here and on the servers, with a login of this test's own.
        private func deployBuiltHere(
            _ folder: String, on base: String? = nil, pull: Bool = false, _ flags: [String] = []
        ) async throws -> Outcome {
            let own = try await baseImage()
            let variables = """
                {"builder": "localhost", "registry": "127.0.2.250:5000", "context": "\(folder)", \
                "base": "\(base ?? own)", "pull": \(pull)}
                """
            return try await Lab.run(
                [
                    "env", "DOCKER_CONFIG=\(folder).login", Lab.binary ?? "", "deploy", "--yes", "-v", "-i",
                    "inventories/lab", "--services", "Tests/Fleet/built.yml", "-e", variables,
                ] + flags)
        }

        /// Release and digest that a server's record names as current.
        private func current(_ server: String) async throws -> String {
            let record = try await Lab.server(server, "cat /var/lib/drover/services/page.json").output
            let value = try JSONDecoder().decode(Record.self, from: Data(record.utf8))
            let release = value.releases.first { $0.id == value.current }
            return "\(release?.id ?? "none") \(release?.digest ?? "none")"
        }

        private struct Record: Decodable {
            struct Release: Decodable {
                let id: String
                let digest: String
            }
            let current: String
            let releases: [Release]
        }

        @Test func theControlNodeBuildsAndPushes() async throws {
            try await clean()
            let folder = try await folder()
            do {
                try await buildsThreeTimes(folder)
            } catch {
                try await engine("rm -r '\(folder)' '\(folder).login'")
                throw error
            }
            try await engine("rm -r '\(folder)' '\(folder).login'")
        }

        private func buildsThreeTimes(_ folder: String) async throws {
            let image = "127.0.2.250:5000/page"
            try await engine("docker image rm --force $(docker image ls --quiet \(image)) 2>/dev/null")
            let pushed = "docker image inspect --format '{{index .RepoDigests 0}}' \(image):1"
            let first = try await deployBuiltHere(folder)
            try #require(first.status == 0, "\(first.text)")
            #expect(first.text.contains("changed: [app1 -> localhost"), "\(first.text)")
            let digest = try await engine(pushed).output.split(separator: "@").last?.prefix(71) ?? ""
            let before = try await current("app1")
            #expect(digest.hasPrefix("sha256:") && before.hasSuffix(digest), "\(before), pushed \(digest)")
            for server in ["app1", "app2"] { #expect(try await page(server) == "one\n") }

            let second = try await deployBuiltHere(folder)
            #expect(second.status == 0 && second.text.contains("page: no change (app1, app2)"), "\(second.text)")
            #expect(!second.text.contains("Build the image") && !second.text.contains("Push the image"))
            #expect(try await current("app1") == before)

            try await engine("echo other words >'\(folder)/notes'")
            let third = try await deployBuiltHere(folder)
            #expect(third.status == 0, "\(third.text)")
            let newer = try await engine(pushed).output.split(separator: "@").last?.prefix(71) ?? ""
            #expect(newer != digest)
            for server in ["app1", "app2"] {
                let after = try await current(server)
                #expect(after != before && after.hasSuffix(newer), "\(after), pushed \(newer)")
                let notes = try await Lab.server(server, "curl -s http://127.0.0.1:7080/notes")
                #expect(notes.output == "other words\n")
            }
            let secret = try await Lab.secret("registry-password")
            for run in [first, second, third] { #expect(!run.text.contains(secret)) }
        }

        @Test func aBaseThatMovesIsNoticedWhereThatIsAskedFor() async throws {
            try await clean()
            let folder = try await folder()
            do {
                try await buildsOnAMovingBase(folder)
            } catch {
                try await engine("rm -rf '\(folder)' '\(folder).login'")
                throw error
            }
            try await engine("rm -rf '\(folder)' '\(folder).login'")
        }

        private func buildsOnAMovingBase(_ folder: String) async throws {
            let base = "127.0.2.250:5000/base:moving"
            func move(to number: Int) async throws {
                let image = try await baseImage()
                let pushed = try await engine(
                    """
                    printf 'FROM %s\\nLABEL moved=%s\\n' '\(image)' \(number) |
                    DOCKER_BUILDKIT=0 docker build --quiet --tag \(base) - &&
                    docker --config "$DROVER_LAB/docker" push --quiet \(base) && docker rmi --no-prune \(base)
                    """)
                try #require(pushed.status == 0, "\(pushed.text)")
            }
            func label(_ server: String) async throws -> String {
                try await Lab.server(server, "docker inspect --format '{{.Config.Labels.moved}}' page").output
            }
            try await move(to: 1)
            let first = try await deployBuiltHere(folder, on: base, pull: true)
            try #require(first.status == 0, "\(first.text)")
            #expect(try await label("app1") == "1\n")
            try await move(to: 2)
            let moved = try await deployBuiltHere(folder, on: base, pull: true)
            #expect(moved.status == 0 && moved.text.contains("new build sha256:"), "\(moved.text)")
            for server in ["app1", "app2"] { #expect(try await label(server) == "2\n") }
            let same = try await deployBuiltHere(folder, on: base, pull: true, ["--check"])
            #expect(same.text.contains("page: no change (app1, app2)"), "\(same.text)")

            let locked = try await deployBuiltHere(folder, on: base, pull: true, ["--locked"])
            #expect(locked.status == 4, "\(locked.text)")
            #expect(locked.errors.contains("built on '\(base)', which is not pinned by a digest"), "\(locked.text)")
            try await buildsUnderALock(folder, base)
            let gone = try await deployBuiltHere(folder, on: "127.0.2.250:5000/gone:1", pull: true)
            #expect(gone.status == 2, "\(gone.text)")
            #expect(gone.errors.contains("no registry tells what the base image '127.0.2.250:5000/gone:1' is now"))
        }

        /// The base as `drover pin` finds it is what a locked deployment builds on.
        private func buildsUnderALock(_ folder: String, _ base: String) async throws {
            let pins = "\(folder).login/pins.yml"
            let variables = #"{"registry": "127.0.2.250:5000", "context": "\#(folder)", "base": "\#(base)"}"#
            let written = try await Lab.drover(
                "pin", "-i", "inventories/lab", "--services", "Tests/Fleet/built.yml", "--pins", pins, "-e", variables)
            #expect(written.status == 0 && written.text.contains("+ \(base) sha256:"), "\(written.text)")
            let flags = ["--locked", "--pins", pins]
            let same = try await deployBuiltHere(folder, on: base, ["--check"] + flags)
            #expect(same.text.contains("page: no change (app1, app2)"), "\(same.text)")
            let other = try await deployBuiltHere(folder, on: base, ["-e", "page=three"] + flags)
            #expect(other.status == 0, "\(other.text)")
            #expect(try await page("app2") == "three\n")
        }

        @Test func whatIsMissingIsSentWithoutARegistry() async throws {
            try await clean()
            let folder = try await folder()
            let registry = "$(docker ps --all --quiet --filter name=registry)"
            try await engine("docker stop -t 0 \(registry)")
            do {
                try await sendsTwoVersions(folder)
            } catch {
                try await engine("docker start \(registry); rm -r '\(folder)'")
                throw error
            }
            try await engine("docker start \(registry); rm -r '\(folder)'")
        }

        private func sendsTwoVersions(_ folder: String) async throws {
            let sent = try await sent(folder)
            let foreseen = try await deploy(sent, flags: ["--check"])
            #expect(foreseen.text.contains("to be built on localhost, then sent"), "\(foreseen.text)")

            let first = try await deploy(sent, flags: ["-v"])
            try #require(first.status == 0, "\(first.text)")
            for server in ["app1", "app2"] { #expect(try await page(server) == "one\n") }
            #expect(numbers("bytes", in: first).count == 2)
            #expect(numbers("bytes", in: first).allSatisfy { $0 > 3_000_000 }, "\(numbers("bytes", in: first))")

            let second = try await deploy(sent)
            #expect(second.counts("changed") == ["app1": 0, "app2": 0], "\(second.text)")

            let newer = try await deploy(sent, "page=two", flags: ["-v"])
            try #require(newer.status == 0, "\(newer.text)")
            for server in ["app1", "app2"] { #expect(try await page(server) == "two\n") }
            #expect(numbers("layers_sent", in: newer) == [1, 1])
            #expect(numbers("bytes", in: newer).allSatisfy { $0 < 20_000 }, "\(numbers("bytes", in: newer))")

            // A host that has lost the image: the plan can tell how much of it is missing.
            try await Lab.server(
                "app2",
                "docker rm --force page >/dev/null; docker image rm --force $(docker image ls --quiet lab/page) >/dev/null"
            )
            let told = try await deploy(sent, "page=two", flags: ["--check"])
            #expect(told.text.contains(" layers to be sent from localhost, "), "\(told.text)")
            let left = try await engine("ls -A ${XDG_CACHE_HOME:-$HOME/.cache}/drover/images")
            #expect(left.output.isEmpty)
        }

        @Test func aStepThatFailsIsShown() async throws {
            try await clean()
            let folder = try await folder()
            try await engine("printf 'ARG BASE\\nFROM $BASE\\nRUN echo so far; ls /nowhere\\n' >'\(folder)/Dockerfile'")
            let run = try await deploy(try await sent(folder))
            try await engine("rm -r '\(folder)'")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.text.contains("step 3/4 'RUN echo so far; ls /nowhere' failed"), "\(run.text)")
            // The builder mixes both streams as they come.
            for words in ["failed:\\n", "so far\\n", "ls: cannot access '/nowhere'"] {
                #expect(run.text.contains(words), "\(run.text)")
            }
            #expect(try await page("app1") == "")
        }

        @Test func aFullDiskLeavesNothingBehind() async throws {
            try await clean()
            let folder = try await folder()
            let variables = try await sent(folder)
            try await Lab.server("app2", "mount -t tmpfs -o size=256k none /var/lib/docker/tmp")
            let run = try await deploy(variables)
            try await Lab.server("app2", "umount /var/lib/docker/tmp")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.text.contains("the host's disk is full"), "\(run.text)")
            // Nothing was switched anywhere, and nothing of the image is on that host.
            #expect(try await page("app1") == "")
            #expect(try await Lab.server("app2", "docker image ls --quiet lab/page").output.isEmpty)

            let again = try await deploy(variables)
            #expect(again.status == 0, "\(again.text)")
            #expect(try await page("app2") == "one\n")
            try await engine("rm -r '\(folder)'")
        }

        @Test func anEngineThatIsNotThereIsSaid() async throws {
            try await clean()
            let folder = try await folder()
            let variables = try await sent(folder)
            let run = try await Lab.run([
                "env", "DOCKER_HOST=unix:///nowhere", Lab.binary ?? "", "deploy", "--yes", "-i", "inventories/lab",
                "--services", "Tests/Fleet/built.yml", "-e", variables,
            ])
            try await engine("rm -r '\(folder)'")
            #expect(run.status == 2, "\(run.text)")
            #expect(run.text.contains("cannot ask the engine of localhost"), "\(run.text)")
            #expect(run.text.contains("engine is not running"), "\(run.text)")
        }
    }
}
