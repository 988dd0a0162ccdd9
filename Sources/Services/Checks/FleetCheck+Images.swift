//! Images that are built or sent: one for all hosts of a service, and no secret in what it is made of.

import Diagnostics
import Modules
import Values

extension FleetCheck {
    static func checkImages(_ fleet: Fleet, _ problems: inout Problems) {
        for role in fleet.roles where role.supply.isOwn {
            let way = role.supply.build == nil ? "sent over SSH" : "built"
            if let first = role.services.first {
                for service in role.services where service.image != first.image {
                    var problem = Diagnostic(
                        .serviceSyntax,
                        "'\(role.name)' is \(way) as one image, and its hosts name several: '\(first.image)' and "
                            + "'\(service.image)'", at: service.place.image,
                        help: "make them services of their own")
                    problem.labels.append(.init(role.place, "this service"))
                    problems.add(problem, on: service.host)
                }
            }
            for service in role.services
            where ImageReference.isID(service.image) || ImageReference(service.image).digest != nil {
                problems.add(
                    Diagnostic(
                        .serviceSyntax, "an image that is \(way) has a name and a tag, no digest: '\(service.image)'",
                        at: service.place.image, help: "e.g. `image: registry.example.com/\(role.name):1.0`"),
                    on: service.host)
            }
        }
    }

    /// An image that is only sent comes from no registry.
    static func checkRegistries(_ fleet: Fleet, _ problems: inout Problems) {
        guard let allowed = fleet.allowedRegistries else { return }
        for service in fleet.roles.filter({ !$0.supply.isSent }).flatMap(\.services) {
            let registry = ImageReference(service.image).registry
            guard !allowed.contains(registry), !ImageReference.isID(service.image) else { continue }
            problems.add(
                Diagnostic(
                    .serviceImage, "the image of '\(service.name)' comes from \(registry), which is not allowed",
                    at: service.place.image,
                    help: Suggestion.help(for: registry, among: allowed)
                        ?? "'allowed_registries' has \(allowed.joined(separator: ", "))"), on: service.host)
        }
    }

    /// Build arguments stay in the image's history, for everybody who can pull it.
    static func checkBuildArguments(_ role: ServiceRole, secrets: Set<String>, _ problems: inout Problems) {
        guard let build = role.supply.build else { return }
        for (key, value) in build.source.arguments {
            let name = key.string ?? ""
            let text = value.string ?? ""
            guard tellsSecret(name, text) || secrets.contains(where: text.contains) else { continue }
            problems.add(
                Diagnostic(
                    .serviceSecret, "build argument '\(name)' of '\(role.name)' is a secret: it stays in the image",
                    at: build.arguments[name] ?? build.range,
                    help: "hand it to the running program in 'secrets', or let the build do without it"))
        }
    }
}
