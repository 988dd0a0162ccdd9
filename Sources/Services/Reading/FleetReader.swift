//! `services.yml` for every host: patterns resolved, templates rendered, parts decoded.

import Diagnostics
import Engine
import Playbooks
import Templates
import Values
import YAML

/// Evaluates the services of a file over an inventory, without touching a host.
@EngineActor
package struct FleetReader {
    private let run: Run
    private let file: ServicesFile

    package init(_ file: ServicesFile, run: Run) {
        self.file = file
        self.run = run
    }

    /// Two passes: addresses and ports first, then everything that may look at them as `services`.
    package func fleet(problems: inout Problems) -> Fleet {
        var places: [Site] = []
        for declaration in file.declarations {
            if let located = locate(declaration, &problems) { places.append(located) }
        }
        let outline = Fleet(roles: places.map(\.outline))
        let locals = ["services": outline.variable]
        var roles: [ServiceRole] = []
        for place in places {
            var services: [Service] = []
            for corner in place.corners {
                if let service = service(place.declaration, at: corner, locals, &problems) { services.append(service) }
            }
            let rollout = problems.collect { () throws(Diagnostic) in
                try self.rollout(place.declaration, on: place.corners[0].host, locals)
            }
            let supply = problems.collect { () throws(Diagnostic) in
                try self.supply(place.declaration, on: place.corners[0].host, locals)
            }
            roles.append(
                ServiceRole(
                    name: place.declaration.name, hosts: place.corners.map(\.host), services: services,
                    rollout: rollout ?? ServiceRollout(), place: place.declaration.nameRange,
                    supply: supply ?? ServiceSupply()))
        }
        let registries = problems.collect { () throws(Diagnostic) in try allowedRegistries() }
        return Fleet(roles: roles, allowedRegistries: registries ?? nil)
    }

    private func allowedRegistries() throws(Diagnostic) -> [String]? {
        guard let field = file.allowedRegistries else { return nil }
        let items = Placed(try run.evaluated(field.value, for: "localhost"), at: field.node).items
        return try items.map { item throws(Diagnostic) in
            if let name = item.text, !name.isEmpty, !name.contains("/") { return name }
            throw Diagnostic(
                .serviceSyntax, "this is not the name of a registry", at: item.range,
                help: "host and port as images name them, e.g. registry.example.com:5000 or docker.io")
        }
    }

    // MARK: - First pass

    /// One host of a service: where it is and what it listens on.
    private struct Corner {
        let host: String
        let address: String
        let ports: [ServicePort]
    }

    private struct Site {
        let declaration: ServiceDeclaration
        let corners: [Corner]

        /// Enough of the role for others to point at.
        var outline: ServiceRole {
            let services = corners.map { corner in
                Service(
                    name: declaration.name, host: corner.host, address: corner.address, image: "", ports: corner.ports,
                    volumes: [], environment: [:], secrets: [:], needs: [], configuration: [], health: nil,
                    options: [:], isColocated: false,
                    place: ServicePlace(
                        name: declaration.nameRange, image: declaration.nameRange, hosts: declaration.nameRange))
            }
            return ServiceRole(
                name: declaration.name, hosts: corners.map(\.host), services: services, rollout: ServiceRollout(),
                place: declaration.nameRange)
        }
    }

    private func locate(_ declaration: ServiceDeclaration, _ problems: inout Problems) -> Site? {
        guard let hosts = problems.collect({ () throws(Diagnostic) in try self.hosts(of: declaration) }) else {
            return nil
        }
        var corners: [Corner] = []
        for host in hosts {
            let corner = problems.collect(on: host) { () throws(Diagnostic) in
                try self.corner(declaration, on: host)
            }
            if let corner { corners.append(corner) }
        }
        return corners.isEmpty ? nil : Site(declaration: declaration, corners: corners)
    }

    private func hosts(of declaration: ServiceDeclaration) throws(Diagnostic) -> [String] {
        guard let field = declaration.field("hosts") else {
            throw Diagnostic(
                .serviceSyntax, "service '\(declaration.name)' has no 'hosts'", at: declaration.nameRange,
                help: "add `hosts:` with a pattern of the inventory")
        }
        let value = try run.evaluated(field.value, for: "localhost")
        let parts = Placed(value, at: field.node).items.compactMap(\.text)
        let pattern = parts.joined(separator: ":")
        let hosts = try run.hosts(matching: pattern)
        guard hosts.isEmpty else { return hosts }
        throw Diagnostic(
            .serviceHosts, "no host of the inventory matches '\(pattern)'", at: field.node.range,
            help: Suggestion.help(for: pattern, among: run.hostPatterns) ?? "see `drover inventory --graph`")
    }

    private func corner(_ declaration: ServiceDeclaration, on host: String) throws(Diagnostic) -> Corner {
        let fields = try fields(declaration, ["ports", "address"], on: host, [:])
        let decoder = ServiceDecoder(name: declaration.name, fields: fields)
        var address = fields["address"]?.text
        if address == nil { address = try run.address(of: host) }
        return Corner(host: host, address: address ?? host, ports: try decoder.ports())
    }

    /// The named fields of a service, rendered for a host.
    private func fields(
        _ declaration: ServiceDeclaration, _ names: [String], on host: String, _ locals: [String: Value]
    ) throws(Diagnostic) -> Placed {
        var values: OrderedMap = [:]
        for name in names {
            guard let field = declaration.field(name) else { continue }
            values[name] = try run.evaluated(field.value, for: host, with: locals)
        }
        return Placed(.dict(values), at: declaration.whole.node)
    }

    // MARK: - Second pass

    private static let laterKeys = ServiceKeys.service.names.filter {
        !["hosts", "ports", "address", "rollout", "preflight", "verify", "build", "load"].contains($0)
    }

    /// nil where something is wrong; all of it becomes a problem, not only the first.
    private func service(
        _ declaration: ServiceDeclaration, at corner: Corner, _ locals: [String: Value], _ problems: inout Problems
    ) -> Service? {
        func part<Part>(_ read: () throws(Diagnostic) -> Part) -> Part? {
            problems.collect(on: corner.host, read)
        }
        let fields = part { () throws(Diagnostic) in
            try self.fields(declaration, Self.laterKeys, on: corner.host, locals)
        }
        guard let fields else { return nil }
        let decoder = ServiceDecoder(name: declaration.name, fields: fields)
        let image = part { () throws(Diagnostic) in try decoder.image() }
        let volumes = part { () throws(Diagnostic) in try decoder.volumes() }
        let environment = part { () throws(Diagnostic) in try decoder.mapping("environment") }
        let secrets = part { () throws(Diagnostic) in try decoder.mapping("secrets") }
        let needs = part { () throws(Diagnostic) in try decoder.needs() }
        let configuration = part { () throws(Diagnostic) in try decoder.configuration() }
        let health = part { () throws(Diagnostic) in try decoder.health(ports: corner.ports) }
        let options = part { () throws(Diagnostic) in try decoder.options() }
        guard let image, let volumes, let environment, let secrets, let needs, let configuration, let health,
            let options
        else { return nil }
        return Service(
            name: declaration.name, host: corner.host, address: corner.address, image: image.value,
            ports: corner.ports, volumes: volumes, environment: environment, secrets: secrets, needs: needs,
            configuration: configuration, health: health, options: options,
            isColocated: fields["colocate"]?.flag ?? false, place: place(declaration, fields, image: image.range))
    }

    private func place(_ declaration: ServiceDeclaration, _ fields: Placed, image: SourceRange?) -> ServicePlace {
        func ranges(_ placed: Placed?) -> [String: SourceRange] {
            Dictionary((placed?.entries ?? []).map { ($0.key, $0.value.range) }, uniquingKeysWith: { $1 })
        }
        return ServicePlace(
            name: declaration.nameRange, image: image ?? declaration.nameRange,
            hosts: declaration.field("hosts")?.node.range ?? declaration.nameRange,
            environment: ranges(fields["environment"]), options: ranges(fields))
    }

    private func rollout(
        _ declaration: ServiceDeclaration, on host: String, _ locals: [String: Value]
    ) throws(Diagnostic) -> ServiceRollout {
        let fields = try fields(declaration, ["rollout", "preflight", "verify"], on: host, locals)
        return try ServiceDecoder(name: declaration.name, fields: fields).rollout()
    }

    private func supply(
        _ declaration: ServiceDeclaration, on host: String, _ locals: [String: Value]
    ) throws(Diagnostic) -> ServiceSupply {
        let fields = try fields(declaration, ["build", "load"], on: host, locals)
        return try ServiceDecoder(name: declaration.name, fields: fields).supply(
            folder: Path.folder(of: file.path),
            hosts: { pattern throws(Diagnostic) in try run.hosts(matching: pattern) })
    }
}
