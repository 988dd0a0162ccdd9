//! A rollout behind a load balancer, asked all the time: nobody notices, neither a new version nor one that fails.

import FoundationEssentials
import Glibc
import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabBalancedRolloutTests {
        @Test func noRequestFailsDuringARolloutOrAWayBack() async throws {
            try await Lab.emptyServers()
            let balancer = try Balancer()
            let variable = "balancer=\(balancer.folder)"
            let first = try await RolloutLab.deploy("-e", variable)
            try #require(first.status == 0, "\(first.text)")

            let client = try await balancer.startClient()
            let newer = try await RolloutLab.deploy("-e", variable, "-e", "page=two", "-e", "image_version=1.1")
            #expect(newer.status == 0, "\(newer.text)")
            let broken = try await RolloutLab.deploy("-e", variable, "-e", "page=three", "-e", "broken_on=app2")
            #expect(broken.status == 2, "\(broken.text)")
            let figures = try await balancer.stop(client)

            print("rollout and way back: \(figures)")
            #expect(figures.requests > 100, "\(figures)")
            #expect(figures.failures == [], "\(figures)")
            #expect(figures.pages == ["page one", "page two", "page three"])
            try await RolloutLab.expectAll("two", broken.text)
            // From the health check that fails to the release before answering again.
            let seconds = try #require(broken.secondsToRestored, "\(broken.text)")
            print("restored after \(seconds) s")
            #expect(seconds < 10)
        }
    }
}

/// `Tests/Fleet/rollouts/balancer` on a port of its own, and clients that ask it.
final class Balancer: Sendable {
    struct Figures: CustomStringConvertible {
        var requests = 0
        var failures: [String] = []
        var pages: Set<String> = []
        let seconds: Int

        var description: String { "\(requests) requests, \(failures.count) failures, \(seconds) s" }
    }

    let folder: String
    private let port: Int
    private let process: pid_t
    private static let clients = 3

    init() throws {
        folder = "/tmp/drover-balancer-\(UInt64.random(in: 0...UInt64.max))"
        mkdir(folder, 0o755)
        port = LoopbackServer.freePort()
        process = try LoopbackServer.spawn([
            "/usr/bin/perl", "\(Lab.tree)/Tests/Fleet/rollouts/balancer", String(port), folder,
        ])
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Comes back when the first answer has arrived; ends with `stop`.
    func startClient() async throws -> Task<Outcome, any Error> {
        let loop = """
            for c in \((1...Self.clients).map(String.init).joined(separator: " ")); do
              while ! [ -e \(folder)/stop ]; do
                echo "$(curl -s -m 5 -w ' %{http_code}' http://127.0.0.1:\(port)/page | tr -d '\\n')" >>\(folder)/answers.$c
              done &
            done
            date +%s; wait; date +%s; cat \(folder)/answers.*
            """
        let client = Task { try await Lab.run(["sh", "-c", loop]) }
        for _ in 0..<600 where !hasAnswers { try await Task.sleep(for: .milliseconds(50)) }
        return client
    }

    private var hasAnswers: Bool { access("\(folder)/answers.1", F_OK) == 0 }

    func stop(_ client: Task<Outcome, any Error>) async throws -> Figures {
        _ = FileManager.default.createFile(atPath: "\(folder)/stop", contents: nil)
        let lines = try await client.value.output.split(separator: "\n").map(String.init)
        let times = lines.prefix(2).compactMap { Int($0) }
        var figures = Figures(seconds: times.count == 2 ? times[1] - times[0] : -1)
        for line in lines.dropFirst(2) {
            figures.requests += 1
            if line.hasPrefix("page "), line.hasSuffix(" 200") {
                figures.pages.insert(String(line.dropLast(4)))
            } else {
                figures.failures.append(line)
            }
        }
        return figures
    }
}

extension Outcome {
    /// What a failed switch says about the release before.
    var secondsToRestored: Double? {
        let parts = text.split(separator: "runs again and is healthy after ", maxSplits: 1)
        return parts.count < 2 ? nil : parts[1].split(separator: " ").first.flatMap { Double($0) }
    }
}
