//! From flags to a checked fleet of services: what `plan`, `deploy` and `graph` share.

import ArgumentParser
import Diagnostics
import Engine
import Modules
import Playbooks
import Reports
import Services
import Templates

struct ServicesOptions: ParsableArguments {
    @Option(name: .long, parsing: .unconditional, help: "The description; services.yml beside the inventory.")
    var services: String?

    @OptionGroup var pins: PinsOptions
}

/// The servers of some services, as commands name them that ask them.
struct ServersOptions: ParsableArguments {
    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags
    @OptionGroup(title: "Services") var services: ServicesOptions

    @Argument(help: "Services; all of them where none is named.")
    var names: [String] = []
}

/// Reads and checks `services.yml` over the inventory; hosts are not touched.
struct ServicesSession {
    let session: Session
    let options: ServicesOptions

    /// What the file says.
    struct Described {
        let path: String
        let fleet: Fleet
        /// All of the inventory.
        let hostNames: [String]
        /// Who logs in where, rendered when a host logs in.
        let registries: TemplatedValue?
        /// What versions are held to.
        let pinning: Pinning?
    }

    /// The fleet, or all that is wrong with it as an error.
    func fleet(_ settings: RunSettings) async throws -> Fleet { try await described(settings).fleet }

    /// With images as they are pinned, unless it is the pins that are asked for.
    func described(_ settings: RunSettings, held: Bool = true) async throws -> Described {
        let path = try path()
        var problems = Problems()
        let file = try ServicesFile.read(path, vault: session.vault, problems: &problems)
        let run = try await session.run(settings, emit: { _ in })
        let reader = await FleetReader(file, run: run)
        var fleet = await reader.fleet(problems: &problems)
        let pinning = held ? try options.pins.pinning(session) : nil
        if let pinning { fleet = fleet.held(to: pinning, problems: &problems) }
        FleetCheck.check(fleet, .init(locked: options.pins.locked), problems: &problems)
        guard problems.isEmpty else { throw WrongServices(diagnostics: problems.diagnostics) }
        return Described(
            path: path, fleet: fleet, hostNames: await run.hostNames, registries: file.registries, pinning: pinning)
    }

    private var candidates: [String] {
        // Beside a file or a folder, not in the folder: everything there is taken for an inventory.
        let folders = session.sources.map { Path.folder(of: $0.hasSuffix("/") ? String($0.dropLast()) : $0) }
        return (folders + ["."]).map { Path.join($0, "services.yml") }
    }

    /// Whether there is a description, or one was asked for.
    var isDescribed: Bool { (try? path()) != nil }

    private func path() throws(Diagnostic) -> String {
        if let named = options.services { return named }
        if let found = candidates.first(where: Path.isFile) { return found }
        throw Diagnostic(
            .fileNotFound, "no services.yml beside the inventory",
            help: "describe the services in \(candidates.first ?? "services.yml"), or name a file with --services")
    }
}

/// All mistakes of a description at once.
struct WrongServices: Error {
    let diagnostics: [Diagnostic]
}

extension Fleet {
    /// The named services, all where none is named; providers first.
    func roles(named names: [String]) throws -> [ServiceRole] {
        if let unknown = names.first(where: { self[$0] == nil }) {
            throw Diagnostic(
                .usage, "'\(unknown)' is not a service",
                help: Suggestion.help(for: unknown, among: roles.map(\.name))
                    ?? "services are: \(roles.map(\.name).joined(separator: ", "))"
            ).exiting(1)
        }
        let ordered = inOrderOfLines ?? roles
        return names.isEmpty ? ordered : ordered.filter { names.contains($0.name) }
    }
}
