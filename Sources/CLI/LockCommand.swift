//! `drover lock`: who deploys which service, and how to take a lock away.

import ArgumentParser
import Reports
import Services
import Values

struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Show or take away the locks of deployments.",
        subcommands: [Status.self, Release.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show who deploys what, and until when.")

        @OptionGroup var servers: ServersOptions

        func run() async throws {
            let session = try Session(servers.inventory, servers.connection)
            let query = try await ServiceQuery(session: session, options: servers.services, names: servers.names)
            let answers = try await query.ask("drover.core.service_lock", ["state": "status"])
            var table = TextTable(head: ["HOST", "SERVICE", "LOCKED BY", "SINCE", "RUN", "SECONDS LEFT", "WHY"])
            for answer in answers {
                for (service, lock) in answer.result["locks"]?.dict ?? [:] where !lock.isNone {
                    let isDamaged = lock["damaged"] == true
                    table.rows.append([
                        answer.host, service.string ?? "",
                        isDamaged ? "a file that is no lock" : lock["owner"]?.string ?? "",
                        lock["since"]?.string ?? "", lock["run"]?.string ?? "",
                        lock["seconds_left"]?.int.map(String.init) ?? "",
                        lock["message"]?.string ?? "",
                    ])
                }
            }
            let output = Terminal.output(session.configuration, session.environment)
            answers.write(table, orElse: "no locks", to: output)
            try answers.finish(output)
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Take locks away; a deployment that still holds one can switch nothing any more.")

        @OptionGroup var servers: ServersOptions

        func run() async throws {
            let session = try Session(servers.inventory, servers.connection)
            let query = try await ServiceQuery(session: session, options: servers.services, names: servers.names)
            let answers = try await query.ask("drover.core.service_lock", ["state": "released", "force": true])
            let output = Terminal.output(session.configuration, session.environment)
            for answer in answers where answer.failure == nil {
                let released = (answer.result["released"]?.list ?? []).compactMap(\.string)
                let said = released.isEmpty ? "no locks" : "released \(released.joined(separator: ", "))"
                output.write("\(answer.host): \(said)\n")
            }
            try answers.finish(output)
        }
    }
}
