//! One change of a service on its way: what was there, what is being made, what it goes back to.

import Values

struct ServiceChange: Sendable {
    enum Kind: Sendable {
        /// A new container.
        case container
        /// The live container is started, changed a little, or only looked at.
        case adjustment
        /// Files of the live container.
        case reload([FileReload])
        /// A kept container.
        case kept(ServiceContainer)
    }

    let kind: Kind
    let action: String
    let view: ServiceView
    /// What differed, for the result.
    let differences: Value
    /// The release that has to prove itself.
    var release: Release
    /// As it was written when the change began.
    var record: ReleaseRecord
    /// What runs again if it does not.
    let fallback: ServiceContainer?
    let health: HealthCheck
    /// Whether what is replaced belongs to a rollout that is undone, and is not worth the place of an older release.
    var discards = false

    /// The record once the release has answered.
    func settled(_ live: ServiceContainer, keep: Int) -> (record: ReleaseRecord, removing: [ServiceContainer]) {
        var record = record
        var release = release
        release.status = .healthy
        release.container = live.id
        record.note(release)
        record.current = release.id
        var kept = view.kept.filter { $0.id != live.id }
        let undone = undone(live)
        if let undone, var failed = undone.release.flatMap({ record[$0] }) {
            failed.status = .failed
            record.note(failed)
        } else if let before = view.live, before.id != live.id, before.id == fallback?.id || isReturn {
            kept.append(before)
        }
        kept.sort { rank($0, in: record) < rank($1, in: record) }
        let stays = kept.prefix(keep)
        record.trim(to: keep + 1, keeping: Set(stays.compactMap(\.release)))
        let halves = view.others.filter { $0.name.hasSuffix(".drover-new") }
        return (record, kept.dropFirst(keep) + halves + [undone].compactMap(\.self))
    }

    /// The container that goes as if it had failed.
    private func undone(_ live: ServiceContainer) -> ServiceContainer? {
        discards ? view.live.flatMap { $0.id == live.id ? nil : $0 } : nil
    }

    var reloaded: [FileReload] { if case .reload(let files) = kind { files } else { [] } }

    private var isReturn: Bool { if case .kept = kind { true } else { false } }

    /// What ran until now comes first.
    private func rank(_ container: ServiceContainer, in record: ReleaseRecord) -> Int {
        container.id == fallback?.id ? -1 : record.position(of: container.release)
    }

    /// Names of images that nothing of the service needs any more. The next attempt needs that of one that is undone.
    func images(of removed: [ServiceContainer], live: ServiceContainer) -> [String] {
        let removed = removed.filter { $0.id != undone(live)?.id }
        let gone = Set(removed.map(\.id))
        let all = view.others + (view.live.map { [$0] } ?? []) + [live]
        let needed = Set(all.filter { !gone.contains($0.id) }.map(\.image))
        return Set(removed.filter { !needed.contains($0.image) }.map(\.imageName)).sorted()
    }

    /// The record once the release has failed.
    var failed: ReleaseRecord {
        var record = record
        record.reversal = nil
        var release = release
        if case .kept = kind {
            // It ran once; that it does not now is in the result, and it stays to be gone back to.
            release.status = .healthy
        } else {
            release.status = .failed
        }
        record.note(release)
        return record
    }

    /// The key `service` of the result.
    func fields(_ request: ServiceRequest, live: ServiceContainer?, seconds: Double? = nil) -> OrderedMap {
        let digest = live?.label("digest") ?? release.digest
        return [
            "name": .string(request.name), "action": .string(action),
            "release": .string(release.id), "previous": release.previous.map { .string($0) } ?? Value.none,
            "image": .string(release.image), "digest": .string(digest),
            "specification": .string(release.specification),
            "container_id": live.map { .string($0.id) } ?? Value.none,
            "seconds_to_healthy": seconds.map { .float(($0 * 10).rounded() / 10) } ?? Value.none,
            "differences": differences, "found": .dict(view.found),
        ]
    }
}
