//! What one deployment hands to each host: the arguments of `drover.core.service`, rendered.

import Diagnostics
import Modules
import Values

/// One deployment of some services: who, when, and what each host is to run.
package struct Deployment: Sendable {
    package private(set) var fleet: Fleet
    /// Roles to be rolled out, providers first.
    package private(set) var roles: [ServiceRole]
    /// Names the run in records, locks and labels.
    package let id: String
    /// `user@machine`.
    package let who: String
    package let message: String?
    /// Digests that images have to have, by name.
    package var digests: [String: String] = [:]
    /// What the plan found that is carried out: `HOST.SERVICE`.
    package var planned: [String: OrderedMap] = [:]
    /// Checksums of what images are built from, by service.
    private var builds: [String: String] = [:]
    /// What the tasks around switches come from.
    package var taskSums = TaskSums.none
    /// Removes what is no longer described.
    package var prunes = false
    /// Hosts beyond those of the fleet that may still run some of its services.
    package var formerHosts: [String] = []

    package init(fleet: Fleet, roles: [ServiceRole], id: String, who: String, message: String?) {
        self.fleet = fleet
        self.roles = roles
        self.id = id
        self.who = who
        self.message = message
    }

    /// Reads the folders that images are built from. What never is deployed need not be there.
    package mutating func readBuilds() throws(Diagnostic) {
        for role in roles + consumers {
            guard let build = role.supply.build else { continue }
            do throws(Diagnostic) { builds[role.name] = try build.source.checksum() } catch {
                throw error.located(at: build.range)
            }
        }
    }

    /// Builds on these images from now on: digests by name with tag.
    package mutating func build(on bases: [String: String]) {
        func held(_ roles: [ServiceRole]) -> [ServiceRole] {
            roles.map { role in
                var role = role
                for name in role.supply.build?.openBases ?? [] {
                    role.supply.build?.source.bases[name] = bases[name]
                }
                return role
            }
        }
        fleet.roles = held(fleet.roles)
        roles = held(roles)
    }

    /// Hosts of the roles, each once.
    package var hosts: [String] { Self.hosts(of: roles) }

    /// All hosts that may run one of the services, whether they should or not.
    package var soughtHosts: [String] {
        let described = Self.hosts(of: fleet.roles)
        return described + formerHosts.filter { !described.contains($0) }
    }

    /// Whether the registry has to be asked what a name means now.
    func asksForDigest(of image: String) -> Bool {
        digests[image] == nil && ImageReference(image).digest == nil && !ImageReference.isID(image)
    }

    /// Roles that talk to what is deployed and are not deployed themselves.
    package var consumers: [ServiceRole] {
        let names = roles.map(\.name)
        return fleet.roles.filter { role in
            !names.contains(role.name) && role.needs.contains { names.contains($0.provider) }
        }
    }

    private static func hosts(of roles: [ServiceRole]) -> [String] {
        var hosts: [String] = []
        for host in roles.flatMap(\.hosts) where !hosts.contains(host) { hosts.append(host) }
        return hosts
    }

    /// The variable that the plays read: `deployment.HOST.SERVICE` holds the arguments.
    package var variable: Value { variable(of: roles) }

    /// The same for the comparing run, which looks at consumers as well.
    package var comparedVariable: Value { variable(of: roles + consumers) }

    private func variable(of roles: [ServiceRole]) -> Value {
        var hosts: OrderedMap = [:]
        for service in roles.flatMap(\.services) {
            var services = hosts[service.host]?.dict ?? [:]
            services[service.name] = .dict(arguments(of: service))
            hosts[service.host] = .dict(services)
        }
        return .dict(hosts)
    }

    /// The arguments of `drover.core.service` for a service on its host.
    package func arguments(of service: Service) -> OrderedMap {
        var arguments: OrderedMap = [
            "name": .string(service.name), "image": .string(service.image),
            "ports": .dict(OrderedMap(pairs: service.ports.map { (.string($0.name), .dict($0.argument)) })),
            "volumes": .list(service.volumes.map { .dict($0.argument) }),
            "environment": .dict(environment(of: service)), "secrets": .dict(service.secrets),
            "options": .dict(service.options),
            "config": .list(service.configuration.map { .dict($0.argument) }),
            "keep": .int(fleet[service.name]?.rollout.keep ?? 3), "release": .string(id), "run": .string(id),
            "who": .string(who),
        ]
        if let health = service.health { arguments["health"] = .dict(health.argument(ports: service.ports)) }
        if let message { arguments["message"] = .string(message) }
        if let digest = digests[service.image] { arguments["digest"] = .string(digest) }
        if let build = builds[service.name] { arguments["build"] = .string(build) }
        if let found = planned[service.host]?[service.name] { arguments["planned"] = found }
        return arguments
    }

    /// What lines tell a consumer, below what it says itself.
    private func environment(of service: Service) -> OrderedMap {
        var environment: OrderedMap = [:]
        for need in service.needs {
            guard let provider = fleet[need.provider] else { continue }
            let prefix = "\(need.provider)_\(need.port)".variableName
            let ports = provider.services.compactMap { $0.ports.first { $0.name == need.port }?.number }
            environment["\(prefix)_HOST"] = .string(provider.services.map(\.address).joined(separator: ","))
            let numbers = Set(ports).count == 1 ? Array(ports.prefix(1)) : ports
            environment["\(prefix)_PORT"] = .string(numbers.map(String.init).joined(separator: ","))
        }
        environment.merge(service.environment)
        return environment
    }
}

extension String {
    /// In capitals, with `_` for whatever cannot stand in the name of a variable.
    fileprivate var variableName: String {
        String(decoding: utf8.map { $0.isNameByte ? $0 : UInt8(ascii: "_") }, as: UTF8.self).uppercased()
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
    }
}

extension ServicePort {
    fileprivate var argument: OrderedMap {
        var argument: OrderedMap = [
            "host": .int(number), "container": .int(container), "protocol": .string(transport.rawValue),
        ]
        if let address { argument["address"] = .string(address) }
        return argument
    }
}

extension ServiceVolume {
    fileprivate var argument: OrderedMap {
        var argument: OrderedMap = [
            "source": .string(source), "target": .string(target), "read_only": .bool(isReadOnly),
        ]
        if let owner { argument["owner"] = .string(owner) }
        if let group { argument["group"] = .string(group) }
        if let mode { argument["mode"] = .string(mode) }
        return argument
    }
}

extension ServiceConfiguration {
    fileprivate var argument: OrderedMap {
        var argument: OrderedMap = ["template": .string(template), "to": .string(target)]
        if let check { argument["check"] = .string(check) }
        switch reload {
        case .restart: break
        case .signal(let signal): argument["reload"] = ["signal": .string(signal)]
        case .command(let command): argument["reload"] = ["command": .string(command)]
        }
        return argument
    }
}

extension ServiceHealth {
    /// Names of ports become numbers.
    fileprivate func argument(ports: [ServicePort]) -> OrderedMap {
        var argument: OrderedMap = ["within": .int(within), "interval": .int(interval)]
        func number(_ name: String) -> Value { ports.first { $0.name == name }.map { .int($0.number) } ?? .none }
        switch check {
        case .tcp(let port): argument["tcp"] = number(port)
        case .http(let path, let port, let status):
            argument["http"] = .string(path)
            argument["port"] = number(port)
            argument["status"] = .int(status)
        case .command(let words): argument["command"] = .list(words.map { .string($0) })
        case .image: argument["image"] = true
        }
        return argument
    }
}
