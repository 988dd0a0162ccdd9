//! What a host remembers of a service: which releases it ran, which one is current.

import Diagnostics
import Glibc
import Values

/// One deployment of a service on a host.
package struct Release: Sendable, Equatable {
    package enum Status: String, Sendable {
        /// Began, and was never proven.
        case switching
        case healthy
        case failed
        case removed
    }

    package var id: String
    package var image = ""
    package var digest = ""
    /// Hash of everything that makes the container, but secrets.
    package var specification = ""
    package var who = ""
    /// UTC, ISO 8601.
    package var when = ""
    package var run = ""
    package var message = ""
    package var container = ""
    package var status: Status
    /// The release that was current before.
    package var previous: String?
    /// Files that were changed last without a new container; the host keeps what they held before.
    package var reloads: [Value] = []

    package init(id: String, status: Status) {
        self.id = id
        self.status = status
    }

    init?(_ value: Value) {
        guard let id = value["id"]?.string, let status = value["status"]?.string.flatMap(Status.init) else {
            return nil
        }
        self.id = id
        self.status = status
        image = value["image"]?.string ?? ""
        digest = value["digest"]?.string ?? ""
        specification = value["specification"]?.string ?? ""
        who = value["who"]?.string ?? ""
        when = value["when"]?.string ?? ""
        run = value["run"]?.string ?? ""
        message = value["message"]?.string ?? ""
        container = value["container_id"]?.string ?? ""
        previous = value["previous"]?.string
        reloads = value["reloads"]?.list ?? []
    }

    /// As the record holds it.
    package var value: Value {
        var fields: OrderedMap = [
            "id": .string(id), "image": .string(image), "digest": .string(digest),
            "specification": .string(specification), "who": .string(who), "when": .string(when), "run": .string(run),
            "message": .string(message), "container_id": .string(container), "status": .string(status.rawValue),
            "previous": previous.map { .string($0) } ?? Value.none,
        ]
        if !reloads.isEmpty { fields["reloads"] = .list(reloads) }
        return .dict(fields)
    }
}

/// The file of a service's releases, newest first.
package struct ReleaseRecord: Sendable, Equatable {
    package static let format = 1

    package let service: String
    package var current: String?
    package private(set) var releases: [Release] = []
    /// Set while what runs is there because a run went back to it.
    var reversal: Reversal?

    /// Where a run came from that went back.
    struct Reversal: Sendable, Equatable {
        let run: String
        let container: String
        /// Files of it, where nothing else was taken back.
        let reloads: [Value]

        init(run: String, container: String, reloads: [Value]) {
            self.run = run
            self.container = container
            self.reloads = reloads
        }

        init?(_ value: Value?) {
            guard let run = value?["run"]?.string, let container = value?["container_id"]?.string else { return nil }
            self.init(run: run, container: container, reloads: value?["reloads"]?.list ?? [])
        }

        var value: Value {
            ["run": .string(run), "container_id": .string(container), "reloads": .list(reloads)]
        }
    }

    package init(service: String) { self.service = service }

    /// nil where the text is no record of this service.
    package init?(_ text: String, service: String) {
        guard let value = try? JSON.parse(text), value["format"]?.int == Self.format,
            value["service"]?.string == service, let list = value["releases"]?.list
        else { return nil }
        self.service = service
        current = value["current"]?.string
        reversal = Reversal(value["reversal"])
        for item in list {
            guard let release = Release(item) else { return nil }
            releases.append(release)
        }
    }

    /// One line of JSON.
    package var text: String {
        get throws(Diagnostic) {
            var fields: OrderedMap = [
                "format": .int(Self.format), "service": .string(service),
                "current": current.map { .string($0) } ?? Value.none, "releases": .list(releases.map(\.value)),
            ]
            if let reversal { fields["reversal"] = reversal.value }
            return try Value.dict(fields).json()
        }
    }

    package subscript(id: String) -> Release? { releases.first { $0.id == id } }

    /// The release that has been proven last; a container that is not it may be a half-finished one.
    package func isProven(_ id: String?) -> Bool { id.flatMap { self[$0] }?.status == .healthy }

    /// Notes a release where it is, or in front. What began before it and was never proven has failed.
    package mutating func note(_ release: Release) {
        for index in releases.indices where releases[index].status == .switching && releases[index].id != release.id {
            releases[index].status = .failed
        }
        if let index = releases.firstIndex(where: { $0.id == release.id }) {
            releases[index] = release
        } else {
            releases.insert(release, at: 0)
        }
    }

    /// As before the run that went back: what it was starting ran once already, and stays to be gone back to.
    mutating func takeBack() {
        reversal = nil
        for index in releases.indices where releases[index].status == .switching { releases[index].status = .healthy }
    }

    /// Forgets all but the newest; those that still have a container stay.
    package mutating func trim(to count: Int, keeping kept: Set<String>) {
        releases = releases.enumerated().filter { index, release in
            index < count || kept.contains(release.id) || release.id == current
        }.map(\.element)
    }

    /// Where a release stands, the newest first; unknown ones are the oldest.
    package func position(of id: String?) -> Int { releases.firstIndex { $0.id == id } ?? releases.count }
}

extension Instant {
    /// `2026-11-21T12:27:15Z`
    var universalText: String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { $0.padded(2) }
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Int($0).padded(2) }
        return "\(date.joined(separator: "-"))T\(time.joined(separator: ":"))Z"
    }

    /// `20261121-122715-324855`: sorts by time.
    var identifier: String {
        let text = universalText.filter(\.isNumber)
        return "\(text.prefix(8))-\(text.dropFirst(8))-\((microseconds % 1_000_000).padded(6))"
    }
}
