//! Flags about what is pinned, for every command that may bring a version to a host.

import ArgumentParser
import Diagnostics
import Modules
import Playbooks

struct PinsOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .unconditional,
        help: "The pinned versions; INVENTORY.pins.yml or pins.yml beside the inventory.")
    var pins: String?

    @Flag(name: .long, help: "Refuse packages, images, downloads and roles that are not pinned.")
    var locked = false

    /// What the run is held to; nil where nothing is pinned and nothing has to be.
    func pinning(_ session: Session) throws(Diagnostic) -> Pinning? { try pinning(of: session.sources) }

    func pinning(of sources: [String]) throws(Diagnostic) -> Pinning? {
        let path = try PinsPlace(sources, named: pins).existing()
        guard path != nil || locked else { return nil }
        return Pinning(pins: try path.map(Self.read) ?? Pins(), isLocked: locked)
    }

    static func read(_ path: String) throws(Diagnostic) -> Pins {
        try PinsReader.read(SourceFile(path: path, bytes: try PlainFile.read(path)))
    }
}
