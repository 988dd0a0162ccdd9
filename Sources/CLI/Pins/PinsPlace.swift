//! Where the pins of an inventory are.

import Diagnostics
import Playbooks

/// `NAME.pins.yml` beside the inventory `NAME` is that inventory's own; `pins.yml` is for all that lie there.
struct PinsPlace {
    /// Beside each source, its own file first.
    private let candidates: [(own: String, shared: String)]
    private let named: String?

    init(_ sources: [String], named: String?) {
        self.named = named
        // A list of hosts has no place.
        let files = sources.filter { !$0.contains(",") }
        let candidates = files.map { source in
            let path = source.count > 1 && source.hasSuffix("/") ? String(source.dropLast()) : source
            let folder = Path.folder(of: path)
            return (Path.join(folder, "\(Self.stem(Path.name(of: path))).pins.yml"), Path.join(folder, "pins.yml"))
        }
        self.candidates = candidates.isEmpty ? [("pins.yml", "pins.yml")] : candidates
    }

    private static func stem(_ name: String) -> String {
        for ending in [".yml", ".yaml", ".ini", ".toml", ".json"] where name.hasSuffix(ending) && name != ending {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    /// The file that is there; nil where nothing is pinned. One that was named has to be there.
    func existing() throws(Diagnostic) -> String? {
        if let named {
            guard Path.isFile(named) else {
                throw Diagnostic(
                    .fileNotFound, "could not find '\(named)'",
                    help: "`drover pin --pins \(named)` writes it, or name another file")
            }
            return named
        }
        for (own, shared) in candidates {
            if let found = [own, shared].first(where: Path.isFile) { return found }
        }
        return nil
    }

    /// The file to write: the one that is there, or a new one that is not `taken`.
    func target(besides taken: String? = nil) throws(Diagnostic) -> String {
        if let named { return named }
        if let found = try existing(), found != taken { return found }
        let (own, shared) = candidates[0]
        return shared == taken || taken.map(Path.folder(of:)) == Path.folder(of: shared) ? own : shared
    }
}
