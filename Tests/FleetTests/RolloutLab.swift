//! The service that tests of rollouts deploy to app1 and app2, and what they ask about it.

import FoundationEssentials
import Testing

/// `web` of `Tests/Fleet/rollouts`.
enum RolloutLab {
    static let servers = ["app1", "app2"]
    static let options = ["-i", "inventories/lab", "--services", "Tests/Fleet/rollouts/services.yml"]

    static func deploy(_ more: String...) async throws -> Outcome {
        try await Lab.drover(["deploy", "--yes"] + options + more)
    }

    /// When a deployment's process gets a signal: so many seconds after a line was written so many times.
    struct Moment: CustomStringConvertible {
        let line: String
        var times = 1
        var seconds = 0.0

        var description: String { "\(seconds) s after line \(times) of \(line)" }
    }

    /// A deployment whose process is killed, without a chance to tidy up. Its output ends with `killed` if it still ran.
    static func deploy(killedAt moment: Moment, _ more: String...) async throws -> Outcome {
        try await deploy(sending: ["KILL"], at: moment, more)
    }

    /// A deployment that gets these signals, one after the other, with all that it has started, as a terminal sends
    /// them. Its output ends with `killed` if SIGKILL met it.
    static func deploy(sending signals: [String], at moment: Moment, _ more: [String]) async throws -> Outcome {
        // With job control, a job in the background does not ignore SIGINT.
        let script = """
            set -m
            log=$(mktemp); line=$1; shift
            "$@" >$log 2>&1 & p=$!
            until [ "$(grep -cF "$line" $log)" -ge \(moment.times) ] || ! kill -0 $p 2>/dev/null; do sleep 0.02; done
            sleep \(moment.seconds)
            for s in \(signals.joined(separator: " ")); do kill -$s -- -$p 2>/dev/null && sent=$s; sleep 0.2; done
            wait $p; r=$?; [ "$sent" != KILL ] || echo killed >>$log
            cat $log; rm $log; exit $r
            """
        return try await Lab.run(
            ["bash", "-c", script, "bash", moment.line, Lab.binary ?? "", "deploy", "--yes"] + options + more)
    }

    /// What a server runs and remembers.
    struct State: Equatable {
        /// `NAME STATE` of each container of the service, sorted.
        var containers: [String] = []
        /// What the port answers.
        var page = ""
        /// Id of the container that has the service's name.
        var id = ""

        var running: [String] { containers.filter { $0.hasSuffix(" running") } }
    }

    static func state(_ server: String) async throws -> State {
        let script = """
            docker ps --all --filter label=drover.service=web --format 'container {{.Names}} {{.State}}'
            echo "page $(curl -s -m 5 http://127.0.0.1:7002/page)"
            echo "id $(docker inspect --format '{{.Id}}' web 2>/dev/null)"
            """
        var state = State()
        for line in try await Lab.server(server, script).output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            switch parts.first {
            case "container": state.containers.append(parts.last ?? "")
            case "page": state.page = parts.count > 1 ? parts[1] : ""
            case "id": state.id = parts.count > 1 ? parts[1] : ""
            default: break
            }
        }
        state.containers.sort()
        return state
    }

    static func states() async throws -> [State] { [try await state("app1"), try await state("app2")] }

    static func pages() async throws -> [String] { try await states().map(\.page) }

    /// One container that runs on each server, all with this page, and nothing half-finished beside it.
    static func expectAll(_ page: String, _ comment: String = "") async throws {
        for server in servers {
            let state = try await state(server)
            #expect(state.page == "page \(page)", "\(server): \(comment)")
            #expect(state.running == ["web running"], "\(server): \(state.containers): \(comment)")
            #expect(!state.containers.contains { $0.contains("drover-new") }, "\(server): \(comment)")
        }
    }

    /// Waits until somebody deploys and has the lock of both servers.
    static func waitForLock() async throws {
        for server in servers {
            try await Lab.server(
                server,
                "n=0; until [ -e /var/lib/drover/services/web.lock ] || [ $n = 1200 ]; do n=$((n+1)); sleep 0.05; done")
        }
    }
}
