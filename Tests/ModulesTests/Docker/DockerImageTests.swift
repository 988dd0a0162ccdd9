//! docker_login, docker_image and docker_image_pull against a real engine and a private registry with a password.

import Digests
import Testing
import Values

@testable import Modules

@Suite(.serialized, .enabled("needs a Docker engine and docker-registry") { RegistryLab.isThere })
struct DockerImageTests {
    private func login(_ registry: RegistryLab, _ more: OrderedMap = [:]) -> OrderedMap {
        var all: OrderedMap = [
            "registry": .string(registry.address), "username": "me", "password": "s3cret pass",
            "config_path": .string(registry.folder.absolute("docker/config.json")),
        ]
        all.merge(more)
        return all
    }

    @Test func logsInOnce() async throws {
        let registry = try RegistryLab()
        let first = try await DockerLab.run("docker_login", login(registry))
        #expect(first.changed && !first.failed, "\(first.message)")
        #expect(!(try await DockerLab.run("community.docker.docker_login", login(registry))).changed)
        let wrong = try await DockerLab.run("docker_login", login(registry, ["password": "wrong"]))
        #expect(wrong.failed && wrong.message.contains("refused the credentials"), "\(wrong.message)")
        #expect(!wrong.fields.values.contains { $0.string?.contains("s3cret") == true })
        let out = login(registry, ["state": "absent"])
        #expect(try await DockerLab.run("docker_login", out).changed)
        #expect(!(try await DockerLab.run("docker_login", out)).changed)
    }

    @Test func tagsPushesPullsArchivesAndRemoves() async throws {
        let registry = try RegistryLab()
        let name = "\(registry.address)/team/app"
        // The docker command of this shell keeps its credentials below $HOME.
        let home = DockerLab.sh("docker login -u me -p 's3cret pass' \(registry.address)")
        #expect(home.status == 0)
        defer { DockerLab.sh("docker logout \(registry.address); docker image rm -f \(name):1 drovertest:loaded") }
        let push: OrderedMap = [
            "name": .string(DockerLab.image), "repository": .string("\(name):1"), "push": true, "source": "local",
        ]
        let pushed = try await DockerLab.run("docker_image", push)
        #expect(pushed.changed && !pushed.failed, "\(pushed.message)")
        #expect(!(try await DockerLab.run("docker_image", push)).changed)
        let absent: OrderedMap = ["name": .string("\(name):1"), "state": "absent", "force_absent": true]
        #expect(try await DockerLab.run("docker_image", absent).changed)
        #expect(!(try await DockerLab.run("docker_image", absent)).changed)
        let pull: OrderedMap = ["name": .string(name), "tag": "1"]
        let pulled = try await DockerLab.run("docker_image_pull", pull)
        #expect(pulled.changed && pulled.fields["image"]?["Id"] != nil, "\(pulled.message)")
        #expect(!(try await DockerLab.run("docker_image_pull", pull)).changed)
        let missing = try await DockerLab.run("docker_image_pull", ["name": .string("\(name):none")])
        #expect(missing.message.contains("was not found in \(registry.address)"), "\(missing.message)")
        let archive = registry.folder.absolute("app.tar")
        let saved = try await DockerLab.run(
            "docker_image", ["name": .string("\(name):1"), "source": "local", "archive_path": .string(archive)])
        #expect(saved.changed && registry.folder.status("app.tar") != nil)
        #expect(try await DockerLab.run("docker_image", absent).changed)
        let load: OrderedMap = ["name": .string("\(name):1"), "source": "load", "load_path": .string(archive)]
        #expect(try await DockerLab.run("docker_image", load).changed)
        #expect(!(try await DockerLab.run("docker_image", load)).changed)
    }

    @Test func anonymousPullIsExplained() async throws {
        let registry = try RegistryLab()
        let refused = try await DockerLab.run("docker_image_pull", ["name": .string("\(registry.address)/app:1")])
        #expect(refused.failed && refused.message.contains("docker_login"), "\(refused.message)")
    }

    @Test func buildsWithArguments() async throws {
        let folder = try TemporaryFolder()
        defer {
            folder.remove()
            DockerLab.sh("docker image rm -f drovertest:built")
        }
        folder.write("FROM \(DockerLab.image)\nARG WHO\nLABEL who=$WHO\n", to: "Dockerfile")
        let build: OrderedMap = [
            "name": "drovertest:built", "source": "build",
            "build": ["path": .string(folder.path), "args": ["WHO": "me you"]],
        ]
        let built = try await DockerLab.run("docker_image", build)
        #expect(built.fields["image"]?["Config"]?["Labels"]?["who"] == "me you", "\(built.message)")
        #expect(!(try await DockerLab.run("docker_image", build)).changed)
    }
}

@Suite struct ImageReferenceTests {
    @Test func readsNames() {
        let full = ImageReference("reg.example.com:5000/team/app:1.2@sha256:ab")
        #expect(full.repository == "reg.example.com:5000/team/app" && full.tag == "1.2" && full.digest == "sha256:ab")
        #expect(full.registry == "reg.example.com:5000")
        #expect(ImageReference("localhost:5000/app").withTag("latest").text == "localhost:5000/app:latest")
        #expect(ImageReference("docker.io/library/nginx").familiar == "nginx:latest")
        #expect(ImageReference("team/app").registry == "docker.io")
    }

    @Test func encodesBase64() {
        #expect(
            ["", "f", "fo", "foo", "foob"].map { Base64.encode(Array($0.utf8)) } == [
                "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==",
            ])
    }

    @Test func readsSizesAndDurations() {
        #expect(
            ["512m", "1.5G", "64KiB", "10", "x", "3q"].map(DockerQuantity.bytes) == [
                536_870_912, 1_610_612_736, 65536, 10, nil, nil,
            ])
        #expect(
            ["1m30s", "500ms", "2", "1x"].map(DockerQuantity.nanoseconds) == [
                90_000_000_000, 500_000_000, 2_000_000_000, nil,
            ])
    }

    @Test func readsPorts() {
        let ports = { (text: String) in PortMapping.parse(text).map { PortMapping.flags(PortMapping.canonical($0)) } }
        #expect(ports("8080:80") == ["--publish", "8080:80/tcp"])
        #expect(ports("127.0.0.1::80/udp") == ["--publish", "127.0.0.1::80/udp"])
        #expect(ports("[::1]:1:2") == ["--publish", "[::1]:1:2/tcp"])
        #expect(ports("1-2:3-4") == ["--publish", "1:3/tcp", "--publish", "2:4/tcp"])
        #expect(ports("1-9:3") == ["--publish", "1-9:3/tcp"])
        #expect(ports("1-3:3-4") == nil && ports("a:b") == nil && ports("80/x") == nil)
    }

    @Test func namesWhoHoldsAPort() {
        let facts = DockerFailure.Facts(
            "Error response from daemon: driver failed programming external connectivity on endpoint x: "
                + "Bind for 0.0.0.0:80 failed: port is already allocated", listeners: "web 0.0.0.0:80->80/tcp")
        #expect(DockerFailure.explain(facts).contains("host port 80 is already taken by container 'web'"))
    }
}
