//! What can be known to be wrong before any host is touched.

import Diagnostics
import Modules

/// All checks of a fleet as a whole.
package enum FleetCheck {
    package struct Options: Sendable {
        /// Refuse images that no digest pins.
        package var locked = false

        package init(locked: Bool = false) { self.locked = locked }
    }

    package static func check(_ fleet: Fleet, _ options: Options, problems: inout Problems) {
        checkPorts(fleet, &problems)
        checkServers(fleet, &problems)
        checkNeeds(fleet, &problems)
        checkVolumes(fleet, &problems)
        checkSecrets(fleet, &problems)
        checkImages(fleet, &problems)
        checkRegistries(fleet, &problems)
        if options.locked { checkPins(fleet, &problems) }
    }

    /// A port of a host belongs to one service.
    private static func checkPorts(_ fleet: Fleet, _ problems: inout Problems) {
        for (host, services) in fleet.servers {
            let ports = services.flatMap { service in service.ports.map { (service, $0) } }
            for (index, (service, port)) in ports.enumerated() {
                guard let (other, taken) = ports[..<index].first(where: { $0.1.collides(with: port) }) else { continue }
                var problem = Diagnostic(
                    .servicePort,
                    "port \(port.text) of '\(service.name)' is taken by port '\(taken.name)' of "
                        + "'\(other.name)'", at: port.range, help: "give one of them another number")
                problem.labels.append(.init(taken.range, "taken here"))
                problems.add(problem, on: host)
            }
        }
    }

    /// One role, one container, one server.
    private static func checkServers(_ fleet: Fleet, _ problems: inout Problems) {
        for (host, services) in fleet.servers where services.count > 1 {
            guard let first = services.first(where: { !$0.isColocated }) else { continue }
            for service in services where service.name != first.name && !service.isColocated {
                var problem = Diagnostic(
                    .serviceServer, "'\(service.name)' and '\(first.name)' share a server", at: service.place.hosts,
                    help: "one service per server; where it is meant, say `colocate: true` in both")
                problem.labels.append(.init(first.place.hosts, "the other one"))
                problems.add(problem, on: host)
            }
            for service in services where service.isColocated && !first.isColocated && service.name != first.name {
                problems.add(
                    Diagnostic(
                        .serviceServer, "'\(first.name)' shares a server with '\(service.name)' and does not say so",
                        at: first.place.hosts, help: "add `colocate: true` to '\(first.name)'"), on: host)
            }
        }
    }

    /// Data of one service is no business of another.
    private static func checkVolumes(_ fleet: Fleet, _ problems: inout Problems) {
        for (host, services) in fleet.servers {
            let volumes = services.flatMap { service in service.volumes.map { (service.name, $0) } }
            for (index, (name, volume)) in volumes.enumerated() {
                for (otherName, other) in volumes[..<index] {
                    guard isBelow(volume.source, other.source) || isBelow(other.source, volume.source),
                        otherName != name || volume.source == other.source
                    else { continue }
                    var problem = Diagnostic(
                        .serviceVolume,
                        otherName == name
                            ? "'\(volume.source)' is mounted twice"
                            : "'\(volume.source)' of '\(name)' and '\(other.source)' of '\(otherName)' overlap",
                        at: volume.range, help: "give every service directories of its own")
                    problem.labels.append(.init(other.range, "the other one"))
                    problems.add(problem, on: host)
                }
            }
            for service in services {
                let targets = service.volumes.map(\.target)
                for (index, volume) in service.volumes.enumerated() where targets[..<index].contains(volume.target) {
                    problems.add(
                        Diagnostic(
                            .serviceVolume, "two volumes for '\(volume.target)' in the container", at: volume.range),
                        on: host)
                }
            }
        }
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        let folder = folder.hasSuffix("/") ? folder : folder + "/"
        return (path + "/").hasPrefix(folder)
    }

    private static func checkPins(_ fleet: Fleet, _ problems: inout Problems) {
        // What is built here is as much pinned as the folder and the images that it is built from.
        for role in fleet.roles {
            guard let build = role.supply.build, let bases = try? build.source.baseImages() else { continue }
            for base in bases where build.source.bases[base] == nil {
                problems.add(
                    Diagnostic(
                        .servicePin, "'\(role.name)' is built on '\(base)', which is not pinned by a digest",
                        at: build.range,
                        help: "`drover pin` pins it; or write `FROM \(base)@sha256:...` in its Dockerfile"))
            }
        }
        for role in fleet.roles where role.supply.build == nil {
            let help =
                role.supply.isSent
                ? "say with `build:` what it is made of, or let a registry keep it"
                : "`drover pin` pins it; or write `image: NAME@sha256:...`"
            for service in role.services where !service.image.contains("@sha256:") {
                problems.add(
                    Diagnostic(
                        .servicePin, "image '\(service.image)' is not pinned by a digest", at: service.place.image,
                        help: help), on: service.host)
            }
        }
    }
}
