//! `drover releases`: which releases the servers ran, and which one is current.

import ArgumentParser
import Reports
import Services
import Values

struct ReleasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases", abstract: "Show the releases that servers keep records of.")

    @OptionGroup var servers: ServersOptions

    func run() async throws {
        let session = try Session(servers.inventory, servers.connection)
        let query = try await ServiceQuery(session: session, options: servers.services, names: servers.names)
        let answers = try await query.ask("drover.core.service_facts")
        var table = TextTable(head: ["HOST", "SERVICE", "RELEASE", "IMAGE", "DIGEST", "WHEN", "WHO", "STATUS", ""])
        for answer in answers {
            for (service, facts) in answer.result["services"]?.dict ?? [:] {
                for release in facts["record"]?["releases"]?.list ?? [] {
                    table.rows.append(Self.row(answer.host, service.string ?? "", release, of: facts))
                }
            }
        }
        let output = Terminal.output(session.configuration, session.environment)
        answers.write(table, orElse: "no releases", to: output)
        for answer in answers where answer.result["engine"]?["running"] == false {
            let reason = answer.result["engine"]?["message"]?.string ?? "the Docker engine does not answer"
            output.write("note: \(answer.host): \(reason); which releases are kept cannot be told\n")
        }
        try answers.finish(output)
    }

    private static func row(_ host: String, _ service: String, _ release: Value, of facts: Value) -> [String] {
        let text = { (key: String) in release[key]?.string ?? "" }
        let digest = text("digest")
        let short = digest.hasPrefix("sha256:") ? String(digest.dropFirst(7).prefix(12)) : digest
        let isCurrent = facts["record"]?["current"]?.string == text("id")
        let isKept = (facts["kept"]?.list ?? []).contains(.string(text("id")))
        return [
            host, service, text("id"), text("image"), short, text("when"), text("who"), text("status"),
            isCurrent ? "current" : isKept ? "kept" : "",
        ]
    }
}
