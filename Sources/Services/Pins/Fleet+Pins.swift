//! The images of services, held to their pins.

import Diagnostics
import Modules

extension Fleet {
    /// The same fleet, each image of a registry with the digest that is pinned, and what
    /// images are built on.
    package func held(to pinning: Pinning, problems: inout Problems) -> Fleet {
        var fleet = self
        for (index, role) in roles.enumerated() {
            for name in (try? role.supply.build?.source.baseImages()) ?? [] {
                let pin = pinning.pins.digest(of: ImageReference(name))
                if let pin { fleet.roles[index].supply.build?.source.bases[name] = pin.value }
            }
        }
        for (index, role) in roles.enumerated() where !role.supply.isOwn {
            var held = role
            for (number, service) in role.services.enumerated() {
                let place = service.place.image
                switch pinning.pins.held(image: service.image) {
                case .free, .lacking: break
                case .pinned(let image): held.services[number].image = image
                case .conflict(let pin): problems.add(pin.conflict(with: service.image, at: place), on: service.host)
                }
            }
            fleet.roles[index] = held
        }
        return fleet
    }
}
