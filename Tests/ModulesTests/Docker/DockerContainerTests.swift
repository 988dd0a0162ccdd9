//! docker_container against a real engine: what it makes, that a second run changes nothing, and how it fails.

import Testing
import Values

@testable import Modules

@Suite(.serialized, .enabled("needs a Docker engine") { DockerLab.isThere })
struct DockerContainerTests {
    private let name = "drovertest-c"

    private func container(_ arguments: OrderedMap, check: Bool = false) async throws -> ModuleResult {
        var all: OrderedMap = [
            "name": .string(name), "image": .string(DockerLab.image), "stop_timeout": 1, "force_kill": true,
        ]
        all.merge(arguments)
        return try await DockerLab.run("docker_container", all, check: check)
    }

    private func clean() {
        DockerLab.sh("docker rm -f \(name) \(name).drover-old \(name).drover-new drovertest-other >/dev/null 2>&1")
    }

    /// A network of its own, since an engine may have no default one that takes ports.
    private let onNetwork: OrderedMap = ["network_mode": "drovertest-n0"]

    private func makeNetwork() {
        DockerLab.sh("docker network create --subnet 172.29.77.0/24 drovertest-n0 >/dev/null 2>&1")
    }

    private func removeNetwork() {
        clean()
        DockerLab.sh("docker network rm drovertest-n0 >/dev/null 2>&1")
    }

    private func inspect(_ format: String) -> String {
        DockerLab.sh("docker inspect --format '\(format)' \(name)").text.trimmed
    }

    @Test func runsAndSecondRunIsUnchanged() async throws {
        clean()
        defer { clean() }
        let predicted = try await container([:], check: true)
        #expect(predicted.changed)
        #expect(inspect("{{.Id}}") == "")
        let first = try await container([:])
        #expect(first.changed, "\(first.message)")
        #expect(first.fields["container"]?["State"]?["Running"] == true)
        let second = try await container([:])
        #expect(!second.changed)
        let gone = try await container(["state": "absent"])
        #expect(gone.changed)
        #expect(!(try await container(["state": "absent"])).changed)
    }

    @Test func everyOptionIsUnchangedTheSecondTime() async throws {
        clean()
        defer { clean() }
        let options: OrderedMap = [
            "command": "sleep '600'", "entrypoint": ["/bin/busybox"],
            "env": ["A": "1", "B": "x y", "MULTI": "one\ntwo", "dotted.name": "$HOME"],
            "published_ports": ["127.0.0.1:18391:80", "18392-18393:90-91/udp", "9002"], "exposed_ports": ["70-71"],
            "volumes": ["/tmp:/data:ro", "drovertest-v:/var", "/anon"], "tmpfs": ["/run:size=1m"],
            "mounts": [["type": "bind", "source": "/tmp", "target": "/mnt/t", "read_only": true]],
            "labels": ["a": "b", "c": 3], "hostname": "web", "domainname": "lan", "user": "0:0", "working_dir": "/tmp",
            "capabilities": ["NET_ADMIN"], "cap_drop": ["cap_mknod"], "devices": ["/dev/null:/dev/nil:r"],
            "dns_servers": ["192.0.2.1"], "dns_search_domains": ["lan"], "dns_opts": ["ndots:1"],
            "etc_hosts": ["db": "192.0.2.2"], "init": false, "ipc_mode": "private", "memory": "64m",
            "memory_reservation": "32M", "cpus": .float(0.5), "cpu_shares": 512, "log_driver": "json-file",
            "log_options": ["max-size": "1m"], "oom_score_adj": 100, "read_only": false,
            "security_opts": ["no-new-privileges"], "shm_size": "16M", "stop_signal": "SIGTERM",
            "sysctls": ["net.core.somaxconn": "1024"], "ulimits": ["nofile:512:1024"],
            "restart_policy": "on-failure", "restart_retries": 3, "tty": false, "interactive": true,
            "healthcheck": ["test": ["CMD", "true"], "interval": "1m30s", "retries": 2], "pids_limit": 50,
            "groups": ["5"], "privileged": false,
        ]
        let first = try await container(options)
        #expect(!first.failed && first.changed, "\(first.message) \(first.fields["stderr"]?.string ?? "")")
        let second = try await container(options)
        #expect(!second.changed, "\(second.differences)")
        #expect(inspect("{{json .Config.Env}}").contains(#""dotted.name=$HOME""#))
        #expect(inspect("{{json .Config.Env}}").contains(#""MULTI=one\ntwo""#))
        DockerLab.sh("docker rm -f \(name); docker volume rm drovertest-v")
    }

    @Test func limitsAreUpdatedInPlaceAndOthersReplace() async throws {
        clean()
        defer { clean() }
        _ = try await container(["memory": "64m", "restart_policy": "no"])
        let id = inspect("{{.Id}}")
        let update = try await container(["memory": "64m", "restart_policy": "always"])
        #expect(update.changed)
        #expect(inspect("{{.Id}} {{.HostConfig.RestartPolicy.Name}}") == "\(id) always")
        let env = try await container(["env": ["NEW": "1"]])
        #expect(env.changed && env.differences.first?.after.contains("NEW") == true)
        #expect(inspect("{{.Id}}") != id)
        let image = try await container(["image": .string(DockerLab.otherImage), "env": ["NEW": "1"]])
        #expect(image.changed, "\(image.message)")
        let ignored = try await container(["env": ["NEW": "2"], "comparisons": ["*": "ignore"]])
        #expect(!ignored.changed)
        let strict = try await container(
            ["image": .string(DockerLab.otherImage), "env": ["NEW": "1"], "comparisons": ["env": "strict"]])
        #expect(!strict.changed, "\(strict.differences)")
        let removed = try await container(
            ["image": .string(DockerLab.otherImage), "env": ["OTHER": "1"], "comparisons": ["env": "strict"]])
        #expect(removed.changed)
        #expect(!inspect("{{.Config.Env}}").contains("NEW"))
    }

    @Test func statesFollowOneAnother() async throws {
        clean()
        defer { clean() }
        #expect(try await container(["state": "present"]).changed)
        #expect(inspect("{{.State.Status}}") == "created")
        #expect(!(try await container(["state": "present"])).changed)
        #expect(try await container(["state": "started"]).changed)
        #expect(try await container(["restart": true]).changed)
        #expect(try await container(["paused": true]).changed)
        #expect(inspect("{{.State.Status}}") == "paused")
        #expect(try await container(["paused": false]).changed)
        #expect(try await container(["state": "stopped"]).changed)
        #expect(!(try await container(["state": "stopped"])).changed)
    }

    @Test func theOldContainerRunsAgainWhenThePortIsTaken() async throws {
        clean()
        defer { clean() }
        makeNetwork()
        defer { removeNetwork() }
        _ = try await container(onNetwork)
        let id = inspect("{{.Id}}")
        DockerLab.sh("docker run -d --name drovertest-other --network drovertest-n0 -p 18397:80 \(DockerLab.image)")
        let result = try await container(onNetwork.adding("published_ports", ["18397:80"]))
        #expect(result.failed)
        #expect(result.message.contains("host port 18397 is already taken by container 'drovertest-other'"))
        #expect(result.message.contains("runs again"))
        #expect(inspect("{{.Id}} {{.State.Running}}") == "\(id) true")
        #expect(DockerLab.sh("docker ps -aq --filter name=drovertest-c.drover").text.isEmpty)
    }

    @Test func theOldContainerRunsAgainWhenTheNewOneIsBad() async throws {
        clean()
        defer { clean() }
        makeNetwork()
        defer { removeNetwork() }
        _ = try await container(onNetwork)
        let id = inspect("{{.Id}}")
        let noProgram = try await container(onNetwork.adding("command", "/no/such/program"))
        #expect(noProgram.message.contains("the command does not exist in image"), "\(noProgram.message)")
        let crash = try await container(
            onNetwork.adding("command", ["sh", "-c", "echo broken config; exit 3"]))
        #expect(crash.failed && crash.message.contains("broken config"), "\(crash.message)")
        let unhealthy = try await container(
            onNetwork.adding("state", "healthy")
                .adding("healthcheck", ["test": "false", "interval": "200ms", "retries": 1]))
        #expect(unhealthy.failed && unhealthy.message.contains("is unhealthy"), "\(unhealthy.message)")
        #expect(unhealthy.message.contains("runs again"), "\(unhealthy.message)")
        #expect(inspect("{{.Id}} {{.State.Running}}") == "\(id) true")
        let healthy = try await container(
            onNetwork.adding("state", "healthy").adding("healthcheck", ["test": "true", "interval": "200ms"]))
        #expect(healthy.changed && healthy.fields["container"]?["State"]?["Health"]?["Status"] == "healthy")
        #expect(DockerLab.sh("docker ps -aq --filter name=drovertest-c").text.split(separator: "\n").count == 1)
    }

    @Test func waitsForTheEndWithoutDetach() async throws {
        clean()
        defer { clean() }
        let good = try await container([
            "detach": false, "cleanup": true, "command": ["sh", "-c", "echo one; echo two"],
        ])
        #expect(good.fields["container"]?["Output"] == "one\ntwo\n", "\(good.fields)")
        #expect(good.fields["status"] == 0)
        #expect(inspect("{{.Id}}") == "")
        let bad = try await container(["detach": false, "command": ["sh", "-c", "echo no; exit 4"]])
        #expect(bad.failed && bad.fields["status"] == 4)
    }

    @Test func connectsAndLeavesNetworks() async throws {
        clean()
        DockerLab.sh(
            """
            docker network create --subnet 172.29.78.0/24 drovertest-n1
            docker network create --subnet 172.29.79.0/24 drovertest-n2
            """)
        defer {
            clean()
            DockerLab.sh("docker network rm drovertest-n1 drovertest-n2")
        }
        let one: Value = ["name": "drovertest-n1", "ipv4_address": "172.29.78.9", "aliases": ["web"]]
        let first = try await container(["networks": [one]])
        #expect(first.changed && !first.failed, "\(first.message)")
        #expect(!(try await container(["networks": [one]])).changed)
        let both = try await container(["networks": [one, ["name": "drovertest-n2"]]])
        #expect(both.changed && !both.failed, "\(both.message)")
        #expect(!(try await container(["networks": [one, ["name": "drovertest-n2"]]])).changed)
        #expect(!(try await container(["networks": [one]])).changed)
        #expect(try await container(["networks": [one], "purge_networks": true]).changed)
        #expect(inspect("{{len .NetworkSettings.Networks}}") == "1")
    }

    @Test func errorsSayWhatToDo() async throws {
        clean()
        defer { clean() }
        let down = try await container(["docker_host": "unix:///nowhere/docker.sock"])
        #expect(down.message.contains("engine is not running"), "\(down.message)")
        let never = try await container(["image": "drovertest:none", "pull": "never"])
        #expect(never.message.contains("'pull: never' forbids"), "\(never.message)")
        let registry = try await container(["image": "127.0.0.1:18399/none:1"])
        #expect(registry.message.contains("registry 127.0.0.1:18399 is not reachable"), "\(registry.message)")
        let missing = try await container(["docker_cli": "/no/docker"])
        #expect(missing.message.contains("not installed"), "\(missing.message)")
        let network = try await container(["networks": [["name": "drovertest-none"]]])
        #expect(network.message.contains("docker_network"), "\(network.message)")
        #expect(inspect("{{.Id}}") == "")
    }

    @Test func aLeftoverOfAnInterruptedRunMakesWay() async throws {
        clean()
        defer { clean() }
        DockerLab.sh("docker run -d --name \(name).drover-old -p 18396:80 --stop-timeout 1 \(DockerLab.image)")
        let result = try await container(["published_ports": ["18396:80"]])
        #expect(result.changed && !result.failed, "\(result.message)")
        #expect(DockerLab.sh("docker ps -aq --filter name=\(name)").text.split(separator: "\n").count == 1)
    }

    @Test func checkModeShowsDifferencesOfEveryOption() async throws {
        clean()
        defer { clean() }
        _ = try await container(["env": ["A": "1"]])
        let id = inspect("{{.Id}}")
        let predicted = try await container(["env": ["A": "2"], "labels": ["x": "y"]], check: true)
        #expect(predicted.changed)
        #expect(predicted.differences.first?.after.contains("labels:") == true)
        #expect(predicted.differences.first?.before.contains("env:") == true)
        #expect(inspect("{{.Id}}") == id)
    }
}

/// What never may be seen by others on the host.
@Suite struct ContainerSecrecyTests {
    @Test func environmentIsNotOnTheCommandLine() throws {
        let arguments = try ArgumentValidator(DockerContainerModule.spec).validate([
            "name": "c", "image": "i", "env": ["ONE": "hush-1", "TWO": "hush-2\nmore", "dotted.name": "hush-3"],
        ])
        let request = try ContainerRequest(arguments)
        let environment = ContainerEnvironment(request.value(of: "env")?.dict ?? [:])
        let creation = ContainerCreation(image: "i", request: request, environment: environment)
        let script = ContainerScripts(endpoint: try DockerEndpoint(arguments), request: request)
            .create(creation, starts: true)
        #expect(!script.text.contains("hush"))
        #expect(String(decoding: script.input, as: UTF8.self) == "ONE=hush-1\ndotted.name=hush-3\n")
        #expect(script.environment.contains { $0.name == "TWO" && $0.value == "hush-2\nmore" })
    }

    @Test func mistakesAreExplained() throws {
        let make = { (arguments: OrderedMap) throws in
            var all: OrderedMap = ["name": "c", "image": "i"]
            all.merge(arguments)
            _ = try ContainerRequest(ArgumentValidator(DockerContainerModule.spec).validate(all))
        }
        try make([:])
        let mistakes: [OrderedMap] = [
            ["name": "a b"], ["env": ["A": true]], ["published_ports": ["x"]], ["volumes": ["./a:/b"]],
            ["comparisons": ["evn": "strict"]], ["comparisons": ["image": "allow_more_present"]], ["memory": "much"],
            ["healthcheck": ["tset": "x"]], ["networks": [["ipv4_address": "192.0.2.1"]]], ["pull": "sometimes"],
        ]
        for mistake in mistakes { #expect(throws: (any Error).self, "\(mistake)") { try make(mistake) } }
    }
}

extension OrderedMap {
    /// The same with one more entry.
    fileprivate func adding(_ key: String, _ value: Value) -> OrderedMap {
        var copy = self
        copy[key] = value
        return copy
    }
}
