//! What is behind the docker command in a case: a recorded one that keeps its state in files, or a real engine.

import Connections
import FoundationEssentials
import TestPrograms
import Values

@testable import Modules

protocol CaseEngine: Sendable {
    /// A folder whose programs are found first.
    var tools: String? { get }
    /// The value for `docker_host`.
    var host: String? { get }
    var registry: String { get }
    /// The lines that the docker command was called with since the case began; nil where nobody listens.
    var calls: [String]? { get }
    /// What a run could change.
    func snapshot() -> [String]
    /// Forgets what other cases left behind.
    func clear()
    func remove()
}

extension CaseEngine {
    /// Runs the lines that make what the engine has before.
    func prepare(_ lines: Value?, in shell: LocalShell) throws {
        clear()
        let script = (["set -e"] + (lines?.list ?? []).compactMap(\.string)).joined(separator: "\n")
        let run = try shell.run(Script(script, environment: host.map { [("DOCKER_HOST", $0)] } ?? []))
        guard run.status == 0 else { throw TestFailure(message: "the engine of the case: \(run.errorText)") }
    }
}

/// The program `docker` of this folder, with a state of its own for each case.
struct RecordedEngine: CaseEngine {
    private let folder: TemporaryFolder

    var tools: String? { folder.path }
    var host: String? { nil }
    var registry: String { "registry.test:5000" }
    var calls: [String]? { folder.text("asked")?.split(separator: "\n").map(String.init) }

    init() throws {
        folder = try TemporaryFolder()
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let program = try String(contentsOf: tests.appending(path: "Docker/docker"), encoding: .utf8)
        try TestProgram.write(program, to: folder.absolute("docker"))
        // The first call makes the images.
        _ = try WebServer.shell.run(Script("\(folder.absolute("docker")) info"))
    }

    func clear() {}

    func snapshot() -> [String] {
        ((try? folder.snapshot()) ?? []).filter { !$0.hasPrefix("asked ") && !$0.hasPrefix("state/ids ") }
    }

    func remove() { folder.remove() }
}

/// The engine of `DOCKER_HOST` or of this machine; all that is named `drovercase…` belongs to the cases.
struct RealEngine: CaseEngine {
    private let registryLab: RegistryLab?

    var tools: String? { nil }
    var host: String? { DockerLab.host }
    var registry: String { registryLab?.address ?? "registry.invalid:5000" }
    var calls: [String]? { nil }

    init(registry: RegistryLab?) { registryLab = registry }

    func snapshot() -> [String] {
        let listing = """
            docker ps --all --no-trunc --filter name=drovercase --format '{{.ID}} {{.Names}} {{.State}},{{.Networks}}' |
              tr , '\\n'
            docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | grep -E ' (drovercase:|\(registry)/)'
            docker network ls --no-trunc --filter name=drovercase --format '{{.ID}} {{.Name}}'
            docker volume ls --filter name=drovercase --format '{{.Name}}'
            """
        return DockerLab.sh(listing).text.split(separator: "\n").map(String.init).sorted()
    }

    func clear() {
        DockerLab.sh(
            """
            docker rm --force --volumes $(docker ps --all --quiet --filter name=drovercase)
            for n in $(docker network ls --quiet --filter name=drovercase); do
              # The engine keeps endpoints of containers that are gone.
              for c in $(docker network inspect --format '{{range .Containers}}{{.Name}} {{end}}' $n); do
                docker network disconnect --force $n $c
              done
              docker network rm $n
            done
            docker volume rm $(docker volume ls --quiet --filter name=drovercase)
            docker image rm --force $(docker image ls --format '{{.Repository}}:{{.Tag}}' |
              grep -E '^(drovercase:|\(registry)/)')
            for v in 1 2; do docker tag drovertest:$v drovercase:$v; done
            """)
    }

    func remove() { clear() }
}
