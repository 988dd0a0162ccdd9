//! `docker_prune`: removes what nothing uses.

import Connections
import Diagnostics
import Values

package struct DockerPruneModule: Module {
    private static let kinds = ["containers", "images", "networks", "volumes"]

    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_prune"), "Removes containers, images, networks, volumes and caches not in use",
        arguments: kinds.flatMap { kind in
            [
                ArgumentSpec(kind, .bool, "Remove \(kind) that nothing uses", default: false),
                ArgumentSpec("\(kind)_filters", .dict, "Which \(kind)"),
            ]
        } + [ArgumentSpec("builder_cache", .bool, "Empty the cache of builds", default: false)]
            + DockerEndpoint.arguments)

    private let commands: [(kind: String, command: String)]
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        var commands: [(kind: String, command: String)] = []
        for kind in Self.kinds where arguments.bool(kind) == true {
            var words = [String(kind.dropLast()), "prune", "--force"]
            for (key, value) in arguments.dict("\(kind)_filters") ?? [:] {
                let key = key.scalarText ?? ""
                // What the API calls dangling=false, the command line calls --all.
                if kind == "images", key == "dangling", value.bool == false || value == "false" {
                    words.append("--all")
                } else {
                    words += (value.list ?? [value]).flatMap { ["--filter", "\(key)=\($0.scalarText ?? "")"] }
                }
            }
            commands.append((kind, shellWords(words)))
        }
        if arguments.bool("builder_cache") == true { commands.append(("builder_cache", "builder prune --force")) }
        self.commands = commands
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        guard !commands.isEmpty else { return .done(ModuleResult()) }
        let body = commands.map { kind, command in
            "out=$(dk \(command) </dev/null) || exit 1\nprintf '%s\\n' \"$out\" | sed 's/^/\(kind) /'\n"
        }
        // What is unused, the engine decides in the same moment as it removes it.
        return .apply(Change(.unknown), endpoint.script(body.joined())) { output in
            guard output.status == 0 else {
                return .done(DockerFailure.result(DockerFailure.Facts(output.errorText), doing: "cannot prune"))
            }
            return .done(report(DockerReply(output)))
        }
    }

    private func report(_ reply: DockerReply) -> ModuleResult {
        var fields: OrderedMap = [:]
        var changed = false
        for (kind, _) in commands {
            let lines = reply.texts(kind).filter { !$0.hasPrefix("Deleted ") && !$0.hasPrefix("ID\t") }
            let items = lines.filter { !$0.hasPrefix("Total") && !$0.isEmpty }
            let total = lines.first { $0.hasPrefix("Total") }?.split(separator: " ").last ?? "0B"
            fields[kind] = .list(items.map(Value.string))
            fields["\(kind)_space_reclaimed"] = .int(
                Self.decimalBytes(String(total.split(separator: "\t").last ?? "0B")))
            changed = changed || !items.isEmpty
        }
        return ModuleResult(changed: changed, fields: fields)
    }

    /// `1.98MB`: powers of 1000.
    static func decimalBytes(_ text: String) -> Int {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let powers = ["B": 1.0, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12]
        return Int((Double(digits) ?? 0) * (powers[text.dropFirst(digits.count).uppercased()] ?? 1))
    }
}
