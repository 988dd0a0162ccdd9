//! One deployment as the journal tells it: a line when it began, a line when it ended.

import Diagnostics
import Values

/// What a journal knows of one run. No secret is in it: names, digests, outcome.
package struct JournalEntry: Sendable, Equatable {
    package enum Act: String, Sendable {
        case deploy
        /// A plan from a file.
        case apply
        case rollback
    }

    package enum Outcome: String, Sendable {
        case done, unchanged, failed, unreachable
        /// A mistake, or somebody, has stopped it.
        case stopped
        /// It has begun, and nothing tells how it ended.
        case unknown
    }

    /// A service that was changed, or should have been, on one host.
    package struct Change: Sendable, Equatable {
        package let service: String
        package let host: String
        package let action: String
        package let release: String
        package let image: String
        package let digest: String
        /// Hash of what makes the container, but secrets; empty where the line tells of none.
        package let specification: String
        /// The container that runs since; empty where it failed, and in lines that tell of none.
        package let container: String
        package let failed: Bool

        package init(
            service: String, host: String, action: String, release: String, image: String, digest: String,
            specification: String, container: String, failed: Bool
        ) {
            self.service = service
            self.host = host
            self.action = action
            self.release = release
            self.image = image
            self.digest = digest
            self.specification = specification
            self.container = container
            self.failed = failed
        }
    }

    package let id: String
    package let act: Act
    package let when: String
    package let who: String
    package let services: [String]
    package let hosts: [String]
    /// Absolute path of the description.
    package let file: String
    package let inventory: [String]
    package let message: String
    /// The plan that was carried out.
    package let plan: String?
    package var ended: String?
    package var outcome = Outcome.unknown
    package var code: Int?
    package var changes: [Change] = []

    package init(
        id: String, act: Act, when: String, who: String, services: [String], hosts: [String], file: String,
        inventory: [String], message: String, plan: String?
    ) {
        self.id = id
        self.act = act
        self.when = when
        self.who = who
        self.services = services
        self.hosts = hosts
        self.file = file
        self.inventory = inventory
        self.message = message
        self.plan = plan
    }

    // MARK: - Lines

    private static let format = 1

    var beginning: Value {
        .dict([
            "journal": .int(Self.format), "event": "began", "id": .string(id), "act": .string(act.rawValue),
            "when": .string(when), "who": .string(who), "services": .list(services.map { .string($0) }),
            "hosts": .list(hosts.map { .string($0) }), "file": .string(file),
            "inventory": .list(inventory.map { .string($0) }), "message": .string(message),
            "plan": plan.map { .string($0) } ?? Value.none,
        ])
    }

    var ending: Value {
        .dict([
            "journal": .int(Self.format), "event": "ended", "id": .string(id),
            "when": ended.map { .string($0) } ?? Value.none, "outcome": .string(outcome.rawValue),
            "code": code.map { .int($0) } ?? Value.none, "changes": .list(changes.map(\.value)),
        ])
    }

    /// Both together, for programs.
    package var value: Value {
        guard var fields = beginning.dict else { return beginning }
        fields["event"] = nil
        fields["ended"] = ended.map { .string($0) } ?? Value.none
        fields["outcome"] = .string(outcome.rawValue)
        fields["code"] = code.map { .int($0) } ?? Value.none
        fields["changes"] = .list(changes.map(\.value))
        return .dict(fields)
    }

    /// nil where the line does not tell of a beginning.
    init?(_ line: Value) {
        guard line["journal"]?.int == Self.format, line["event"] == "began", let id = line["id"]?.string,
            let act = line["act"]?.string.flatMap(Act.init)
        else { return nil }
        let texts = { (key: String) in (line[key]?.list ?? []).compactMap(\.string) }
        self.init(
            id: id, act: act, when: line["when"]?.string ?? "", who: line["who"]?.string ?? "",
            services: texts("services"), hosts: texts("hosts"), file: line["file"]?.string ?? "",
            inventory: texts("inventory"), message: line["message"]?.string ?? "", plan: line["plan"]?.string)
    }

    /// Takes what a line says about the end; false where it is no such line.
    mutating func end(_ line: Value) -> Bool {
        guard line["journal"]?.int == Self.format, line["event"] == "ended",
            let outcome = line["outcome"]?.string.flatMap(Outcome.init)
        else { return false }
        self.outcome = outcome
        ended = line["when"]?.string
        code = line["code"]?.int
        changes = (line["changes"]?.list ?? []).compactMap(Change.init)
        return true
    }
}

extension JournalEntry.Change {
    fileprivate var value: Value {
        .dict([
            "service": .string(service), "host": .string(host), "action": .string(action),
            "release": .string(release), "image": .string(image), "digest": .string(digest),
            "specification": .string(specification), "container_id": .string(container), "failed": .bool(failed),
        ])
    }

    fileprivate init?(_ value: Value) {
        guard let service = value["service"]?.string, let host = value["host"]?.string else { return nil }
        let text = { (key: String) in value[key]?.string ?? "" }
        self.init(
            service: service, host: host, action: text("action"), release: text("release"), image: text("image"),
            digest: text("digest"), specification: text("specification"), container: text("container_id"),
            failed: value["failed"]?.bool ?? false)
    }
}
