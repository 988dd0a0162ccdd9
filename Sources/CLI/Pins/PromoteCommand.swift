//! `drover promote`: what one environment runs becomes what another is to run.

import ArgumentParser
import Diagnostics
import Modules
import Playbooks
import Reports

struct PromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Write the image digests of one environment into another's pins.",
        discussion: """
            drover promote --from inventories/staging --to inventories/production

            Hosts are not asked. Images that only the other environment has stay. With --check nothing is written. \
            Exit codes: 0 done or nothing new, 1 nothing to promote, 3 something is new (with --check), 4 a mistake \
            in a file.
            """)

    @Option(name: .long, parsing: .unconditional, help: "The inventory to take pins of, or its pins.")
    var from: String

    @Option(name: .long, parsing: .unconditional, help: "The inventory to write pins for, or its pins.")
    var to: String

    @Flag(name: .long, help: "Versions of packages as well.")
    var packages = false

    @Flag(name: [.customShort("C"), .customLong("check")], help: "Write nothing; say what would be new.")
    var check = false

    func run() throws {
        guard let source = try place(from).existing() else {
            throw Diagnostic(
                .fileNotFound, "nothing is pinned for '\(from)'", help: "`drover pin -i \(from)` writes its pins"
            ).exiting(1)
        }
        let target = try place(to).target(besides: source)
        guard Path.absolute(source) != Path.absolute(target) else {
            throw Diagnostic(
                .usage, "'\(from)' and '\(to)' have the same pins: \(source)",
                help: "give one of them pins of its own: NAME.pins.yml beside the inventory NAME"
            ).exiting(1)
        }
        let offered = try PinsOptions.read(source)
        let old = Path.isFile(target) ? try PinsOptions.read(target) : Pins()
        var new = old
        new.images.merge(offered.images) { _, offered in offered }
        if packages {
            for (release, packages) in offered.packages {
                new.packages[release, default: [:]].merge(packages) { _, offered in offered }
            }
        }
        try PinsUpdate(path: target, old: old, new: new)
            .finish(check: check, Output.standard(isColoured: false, width: 80))
    }

    /// Pins may be named themselves.
    private func place(_ name: String) -> PinsPlace {
        let isPins = Path.name(of: name) == "pins.yml" || name.hasSuffix(".pins.yml")
        return PinsPlace([name], named: isPins ? name : nil)
    }
}
