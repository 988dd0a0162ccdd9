//! `package`: hands over to the package manager that the host has.

import Connections
import Diagnostics
import Values

package struct PackageModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.package"], "Installs and removes packages, whichever package manager the host has",
        arguments: [
            ArgumentSpec("name", .raw, "Packages; further arguments go to the host's own module", aliases: ["pkg"]),
            ArgumentSpec("state", .string, "What to reach"),
            ArgumentSpec("use", .string, "The module instead of the one for the manager found", default: "auto"),
        ], acceptsAnyArgument: true, pinnable: [.packages("name", .unknown)], readsAhead: true)

    /// The modules behind package managers, in the order in which they are looked for.
    private static let managers: [(names: [String], command: String, module: any Module.Type)] = [
        (["apt"], "apt-get", AptModule.self), (["dnf", "dnf5", "yum"], "dnf", DnfModule.self),
        (["dnf", "dnf5", "yum"], "yum", DnfModule.self), (["apk"], "apk", ApkModule.self),
    ]
    /// Managers whose module is not there, so that a host that has one is told by name.
    private static let others = ["zypper", "pacman", "emerge", "xbps-install", "opkg"]

    private let arguments: ModuleArguments
    private let context: ModuleContext
    private let use: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        self.context = context
        let use = arguments.string("use") ?? "auto"
        self.use = use.split(separator: ".").last.map(String.init) ?? use
        let known = Set(Self.managers.flatMap(\.names))
        guard self.use == "auto" || known.contains(self.use) else {
            throw arguments.invalid(
                "use", "there is no package manager module '\(use)'",
                help: Suggestion.help(for: self.use, among: known)
                    ?? "use one of \(known.sorted().joined(separator: ", "))")
        }
        guard arguments["name"] != nil else {
            throw Diagnostic(.missingArgument, "missing required arguments: name", at: arguments.range)
        }
    }

    package func start() throws(Diagnostic) -> Step {
        if use != "auto", let manager = Self.managers.first(where: { $0.names.contains(use) }) {
            return try handOver(to: manager.module)
        }
        let commands = (Self.managers.map(\.command) + Self.others).joined(separator: " ")
        let probe = "for c in \(commands); do if command -v $c >/dev/null 2>&1; then echo $c; break; fi; done"
        return .observe(Probe(probe)) { observation throws(Diagnostic) -> Step in
            let command = observation.text.withoutOuterBlanks
            guard let manager = Self.managers.first(where: { $0.command == command }) else {
                let message =
                    command.isEmpty
                    ? "Could not find a matching module for this host's package manager: none was found"
                    : "this host's package manager (\(command)) is not supported: apt, dnf and apk are"
                return .done(.failure(message))
            }
            return try handOver(to: manager.module)
        }
    }

    private func handOver(to type: any Module.Type) throws(Diagnostic) -> Step {
        var given = arguments.values
        given.removeValue(forKey: "use")
        let validated = try ArgumentValidator(type.spec).validate(
            given, range: arguments.range, ranges: arguments.ranges)
        return try Pinning.module(type, validated, context: context).start()
    }
}
