//! `drover pin`: writes down what runs.

import ArgumentParser
import Diagnostics
import Engine
import Modules
import Playbooks
import Reports
import Services

struct PinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Write down what runs: versions, digests, checksums, commits.",
        discussion: """
            Asks hosts which versions they have of the packages that the playbooks name, or of those that are pinned \
            already; the registry for the digests of the images of services.yml and of the playbooks; hosts for the \
            checksums of what get_url has brought; git for the commits of the roles in requirements.yml. Shows what \
            is new and writes it.

            With --check it writes nothing. Exit codes: 0 done or nothing new, 2 a host failed or hosts differ, 3 \
            something is new (with --check), 4 hosts unreachable or a mistake in a file.
            """)

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags

    @Option(
        name: .long, parsing: .unconditional,
        help: "The file to write; INVENTORY.pins.yml or pins.yml beside the inventory.")
    var pins: String?

    @Option(name: .long, parsing: .unconditional, help: "The services; services.yml beside the inventory.")
    var services: String?

    @Option(
        name: [.customShort("r"), .long], parsing: .unconditional,
        help: "The roles' requirements.yml; here or in roles/ if not named.")
    var requirements: String?

    @Argument(help: "Playbooks whose packages, images and downloads are to be pinned.")
    var playbooks: [String] = []

    func run() async throws {
        let session = try Session(inventory, connection)
        var settings = try session.settings()
        settings.checkMode = true
        let path = try PinsPlace(session.sources, named: pins).target()
        let old = Path.isFile(path) ? try PinsOptions.read(path) : Pins()
        let output = Terminal.output(session.configuration, session.environment)
        for playbook in playbooks where !Path.isFile(playbook) {
            throw Diagnostic(.fileNotFound, "the playbook '\(playbook)' could not be found").exiting(1)
        }
        let query = PinQuery(session: session, settings: settings, output: output)
        let uses = try await query.uses(playbooks, old)
        var new = old
        new.packages = try await query.packages(uses, old)
        new.images.merge(try await query.images(uses, services: services)) { _, new in new }
        new.downloads.merge(try await query.downloads(uses)) { _, new in new }
        new.roles.merge(try RolePins.commits(of: requirements)) { _, new in new }
        try PinsUpdate(path: path, old: old, new: new).finish(check: connection.check, output)
    }
}

/// The last step of whatever changes pins: shows, and writes or does not.
struct PinsUpdate {
    let path: String
    let old: Pins
    let new: Pins

    func finish(check: Bool, _ output: Output) throws {
        let difference = PinsDifference(from: old, to: new)
        guard !difference.isEmpty else { return output.write("\(path): nothing new\n") }
        output.write(difference.text)
        if check { throw ExitCode(3) }
        let text = Path.isFile(path) ? String(decoding: try PlainFile.read(path), as: UTF8.self) : ""
        let written = PinsWriter.text(new, head: PinsWriter.head(of: text))
        try PlainFile.write(Array(written.utf8), to: path, mode: 0o644)
        output.write("wrote \(path)\n")
    }
}
