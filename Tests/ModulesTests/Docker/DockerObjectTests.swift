//! Networks, volumes, information, commands and pruning against a real engine.

import Testing
import Values

@testable import Modules

@Suite(.serialized, .enabled("needs a Docker engine") { DockerLab.isThere })
struct DockerObjectTests {
    @Test func managesNetworks() async throws {
        let clean = { _ = DockerLab.sh("docker rm -f drovertest-m; docker network rm drovertest-net") }
        clean()
        defer { clean() }
        DockerLab.sh("docker run -d --name drovertest-m \(DockerLab.image)")
        var network: OrderedMap = [
            "name": "drovertest-net", "ipam_config": [["subnet": "172.29.80.0/24", "gateway": "172.29.80.1"]],
            "labels": ["a": "b"], "internal": false, "connected": ["drovertest-m"],
        ]
        let first = try await DockerLab.run("docker_network", network)
        #expect(first.changed && !first.failed, "\(first.message)")
        #expect(first.fields["network"]?["Containers"]?.dict?.count == 1)
        #expect(!(try await DockerLab.run("docker_network", network)).changed)
        network["internal"] = true
        let second = try await DockerLab.run("docker_network", network)
        #expect(second.changed && second.fields["network"]?["Internal"] == true, "\(second.message)")
        #expect(second.fields["network"]?["Containers"]?.dict?.count == 1)
        let absent: OrderedMap = ["name": "drovertest-net", "state": "absent"]
        #expect(try await DockerLab.run("docker_network", absent).changed)
        #expect(!(try await DockerLab.run("docker_network", absent)).changed)
    }

    @Test func managesVolumes() async throws {
        DockerLab.sh("docker volume rm drovertest-vol")
        let volume: OrderedMap = ["name": "drovertest-vol", "labels": ["a": "1"], "recreate": "options-changed"]
        #expect(try await DockerLab.run("docker_volume", volume).changed)
        #expect(!(try await DockerLab.run("docker_volume", volume)).changed)
        var other = volume
        other["labels"] = ["a": "2"]
        #expect(try await DockerLab.run("docker_volume", other).fields["volume"]?["Labels"]?["a"] == "2")
        #expect(try await DockerLab.run("docker_volume", ["name": "drovertest-vol", "state": "absent"]).changed)
    }

    @Test func informs() async throws {
        let none = try await DockerLab.run("docker_container_info", ["name": "drovertest-none"])
        #expect(none.fields["exists"] == false && !none.failed)
        let images = try await DockerLab.run(
            "docker_image_info", ["name": [.string(DockerLab.image), "drovertest:none"]])
        #expect(images.fields["images"]?.list?.count == 1)
        let host = try await DockerLab.run("docker_host_info", ["images": true])
        #expect(host.fields["can_talk_to_docker"] == true && host.fields["images"]?.list?.isEmpty == false)
        let down = try await DockerLab.run("docker_host_info", ["docker_host": "unix:///nowhere/docker.sock"])
        #expect(down.failed && down.message.contains("engine is not running"), "\(down.message)")
    }

    @Test func runsCommandsInside() async throws {
        DockerLab.sh("docker rm -f drovertest-x; docker run -d --name drovertest-x \(DockerLab.image)")
        defer { DockerLab.sh("docker rm -f drovertest-x") }
        let run = try await DockerLab.run(
            "docker_container_exec",
            [
                "container": "drovertest-x", "command": "sh -c 'cat; echo \"$V\"; exit 3'", "stdin": "in",
                "env": ["V": "x y"],
            ])
        #expect(run.failed && run.fields["rc"] == 3 && run.fields["stdout"] == "in\nx y", "\(run.message)")
        let gone = try await DockerLab.run("docker_container_exec", ["container": "drovertest-none", "argv": ["true"]])
        #expect(gone.failed && gone.message.contains("drovertest-none"))
    }

    @Test func prunesWhatIsLabelled() async throws {
        DockerLab.sh("docker create --label drovertest=prune \(DockerLab.image)")
        let prune: OrderedMap = ["containers": true, "containers_filters": ["label": "drovertest=prune"]]
        let first = try await DockerLab.run("docker_prune", prune)
        #expect(first.changed && first.fields["containers"]?.list?.count == 1)
        #expect(!(try await DockerLab.run("docker_prune", prune)).changed)
        #expect(DockerPruneModule.decimalBytes("1.5kB") == 1500)
    }
}
