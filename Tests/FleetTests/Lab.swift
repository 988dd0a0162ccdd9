//! The lab fleet as the tests see it: whether it is up, the binary run against it, and a way to its servers past SSH.

import Glibc
import Subprocess
import Testing

/// What `make test` has started. Without it every test of the lab is skipped by name.
enum Lab {
    static let tree = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    static let directory = environment("DROVER_LAB")
    static let binary = environment("DROVER_BIN")

    static let hasBinary = binary.map { access($0, X_OK) == 0 } ?? false
    static let isUp = hasBinary && hasFile("known_hosts")
    static let isLightUp = hasBinary && hasFile("light/inventory.ini")

    static let notUp: Comment = "the four servers are not up; `make test` starts them where Docker can run"
    static let notLightUp: Comment = "no light hosts are up; `make test` starts them"

    static var lightInventory: String { "\(directory ?? "")/light/inventory.ini" }

    /// Runs `drover` in the tree, as a user would.
    static func drover(_ arguments: String...) async throws -> Outcome {
        try await drover(arguments)
    }

    static func drover(_ arguments: [String]) async throws -> Outcome {
        try await run([binary ?? ""] + arguments)
    }

    /// The demo's playbook on the lab's inventory.
    static func site(_ arguments: String...) async throws -> Outcome {
        try await run([binary ?? "", "run", "-i", "inventories/lab", "playbooks/site.yml"] + arguments)
    }

    /// The services of the demo.
    static func services(_ arguments: String...) async throws -> Outcome {
        try await drover(["deploy", "--yes", "-i", "inventories/lab"] + arguments)
    }

    /// A shell script as root on a server, past SSH.
    @discardableResult
    static func server(_ name: String, _ script: String) async throws -> Outcome {
        try await run(["Tests/Fleet/fleet", "exec", name, "sh", "-c", script])
    }

    /// Both servers of the app as before any deployment: tests must not meet what others have left on a port.
    static func emptyServers() async throws {
        for name in ["app1", "app2"] {
            try await server(
                name,
                """
                ids=$(docker ps --all --quiet)
                [ -z "$ids" ] || docker rm --force $ids >/dev/null
                rm -rf /var/lib/drover
                find /srv -mindepth 1 -maxdepth 1 ! -name full -exec rm -rf {} +
                """)
        }
    }

    /// A secret that the lab made.
    static func secret(_ name: String) async throws -> String {
        try await run(["cat", "\(directory ?? "")/secrets/\(name)"]).output
    }

    /// A command in a folder, by default the tree.
    static func run(_ command: [String], in folder: String = tree) async throws -> Outcome {
        let result = try await Subprocess.run(
            .name("sh"), arguments: .init(["-c", "cd \"$0\" && exec \"$@\"", folder] + command),
            output: .string(limit: 1 << 24), error: .string(limit: 1 << 24))
        var status: Int32 = -1
        if case .exited(let code) = result.terminationStatus { status = code }
        return Outcome(
            status: status, output: result.standardOutput, errors: result.standardError)
    }

    private static func hasFile(_ name: String) -> Bool {
        directory.map { access("\($0)/\(name)", R_OK) == 0 } ?? false
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Everything that changes the four servers, one after the other.
@Suite(.serialized, .enabled(if: Lab.isUp, Lab.notUp))
struct OnTheLab {}

/// How a program ended and what it said.
struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    var text: String { output + errors }

    /// The counts of PLAY RECAP by host.
    var recap: [String: [String: Int]] {
        let lines = output.split(separator: "\n").drop { !$0.hasPrefix("PLAY RECAP") }.dropFirst()
        var hosts: [String: [String: Int]] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            var counts: [String: Int] = [:]
            for word in parts[1].split(separator: " ") {
                let pair = word.split(separator: "=")
                if pair.count == 2 { counts[String(pair[0])] = Int(pair[1]) }
            }
            hosts[parts[0].filter { $0 != " " }] = counts
        }
        return hosts
    }

    /// One column of the recap by host.
    func counts(_ column: String) -> [String: Int] { recap.mapValues { $0[column] ?? -1 } }

    /// The lines that say that a task failed.
    var failures: [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix("fatal:") || $0.hasPrefix("failed:") }
    }
}
