//! How the image of a service comes about.

import Diagnostics
import Modules
import Playbooks
import Values

extension ServiceDecoder {
    /// `folder` is where `services.yml` is, `hosts` resolves a pattern of the inventory.
    func supply(
        folder: String, hosts: (String) throws(Diagnostic) -> [String]
    ) throws(Diagnostic) -> ServiceSupply {
        var supply = ServiceSupply()
        if let load = fields["load"] {
            guard load.text == "over-ssh" else {
                throw Diagnostic(
                    .serviceSyntax, "'load' must be over-ssh", at: load.range,
                    help: "leave it out for an image that its hosts pull from a registry")
            }
            supply.isSent = true
        }
        if let build = fields["build"] { supply.build = try self.build(build, folder, hosts) }
        return supply
    }

    private func build(
        _ field: Placed, _ folder: String, _ hosts: (String) throws(Diagnostic) -> [String]
    ) throws(Diagnostic) -> ServiceSupply.Build {
        func option(_ name: String) throws(Diagnostic) -> String? {
            try field[name].map { placed throws(Diagnostic) in try text(placed, "'\(name)'") }
        }
        guard let context = field.isMapping ? field["context"] : field else {
            throw Diagnostic(
                .serviceSyntax, "'build' does not say from which folder", at: field.range,
                help: "e.g. `build: {context: ../app}`; it begins at the folder of services.yml")
        }
        let arguments = try field["args"].map { placed throws(Diagnostic) in try texts(placed, "args") } ?? [:]
        let source = BuildSource(
            folder: Path.absolute(Path.join(folder, try text(context, "'context'"))),
            dockerfile: try option("dockerfile") ?? "Dockerfile", arguments: arguments, target: try option("target"),
            platform: try option("platform"), network: try option("network"))
        if let pull = field["pull"], pull.flag == nil {
            throw Diagnostic(.serviceSyntax, "'pull' must be true or false", at: pull.range)
        }
        return ServiceSupply.Build(
            source: source, host: try builder(field.on, hosts), range: context.range,
            arguments: Dictionary(
                (field["args"]?.entries ?? []).map { ($0.key, $0.value.range) }, uniquingKeysWith: { $1 }),
            pulls: field["pull"]?.flag ?? false)
    }

    /// The first host of a pattern.
    private func builder(
        _ field: Placed?, _ hosts: (String) throws(Diagnostic) -> [String]
    ) throws(Diagnostic) -> String {
        guard let field else { return ServiceSupply.controlNode }
        let pattern = try text(field, "'on'")
        guard pattern != ServiceSupply.controlNode else { return pattern }
        let found: [String]
        do throws(Diagnostic) { found = try hosts(pattern) } catch { throw error.located(at: field.range) }
        guard let host = found.first else {
            throw Diagnostic(
                .serviceHosts, "no host of the inventory matches '\(pattern)'", at: field.range,
                help: "`on` is localhost, or a host or group whose engine builds the image")
        }
        return host
    }
}
