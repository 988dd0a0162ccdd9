//! A plan as a file: what was found and decided, and enough to see whether either has moved since.

import Diagnostics
import Digests
import Values

/// The JSON that `drover plan -o` writes and `drover deploy FILE` carries out. No secret and nothing that a secret could
/// be guessed from at little cost is in it.
package struct PlanFile: Sendable, Equatable {
    package static let format = 1

    /// One service on one host.
    struct Item: Sendable, Equatable {
        let service: String
        let host: String
        let verdict: String
        let action: String
        /// Hash of what the host is asked to run, without secrets.
        let arguments: String
        let image: String
        let digest: String
        let found: Value
        let differences: Value

        var title: String { "\(service) on \(host)" }
    }

    package let id: String
    package let who: String
    package let when: String
    /// In the order of the rollout.
    package let services: [String]
    /// How each of them is rolled out.
    let rollouts: Value
    /// What the tasks around switches come from, as far as it holds no secret.
    let taskSums: TaskSums
    let items: [Item]
    /// Digests that registries told, by image.
    package let digests: [String: String]
    package let prunes: Bool
    let removals: Value
    private let seal: Seal

    package init(_ plan: DeploymentPlan, when: String) throws(Diagnostic) {
        let deployment = plan.deployment
        id = deployment.id
        who = deployment.who
        self.when = when
        services = deployment.roles.map(\.name)
        rollouts = .list(deployment.roles.map { .dict($0.rollout.value(batches: plan.batchesValue(of: $0))) })
        taskSums = deployment.taskSums.open
        items = try Self.items(plan)
        digests = plan.digests
        prunes = deployment.prunes
        removals = .list(plan.removals.map(\.value))
        seal = try Seal(plan)
    }

    private static func items(_ plan: DeploymentPlan) throws(Diagnostic) -> [Item] {
        var items: [Item] = []
        for entry in plan.chosen {
            let all = plan.deployment.fleet[entry.service]?.services ?? []
            guard let service = all.first(where: { $0.host == entry.host }) else { continue }
            var arguments = plan.deployment.arguments(of: service)
            for key in ["secrets", "release", "run", "who", "message", "digest", "planned"] { arguments[key] = nil }
            let text = try Value.dict(arguments).json(sortKeys: true)
            items.append(
                Item(
                    service: entry.service, host: entry.host, verdict: entry.verdict.rawValue, action: entry.action,
                    arguments: MessageDigest.sha256.hex(of: Array(text.utf8)), image: entry.image,
                    digest: entry.digest, found: .dict(entry.found),
                    differences: .list(entry.lines.map(\.withoutSums.value))))
        }
        return items
    }

    /// What each host was like, for the switch to insist on: `HOST.SERVICE`.
    package var planned: [String: OrderedMap] {
        var planned: [String: OrderedMap] = [:]
        for item in items { planned[item.host, default: [:]][item.service] = item.found }
        return planned
    }

    // MARK: - What has moved

    /// Everything that is not as it was when this plan was made; `now` is the same plan, made again.
    package func differences(from now: DeploymentPlan) throws(Diagnostic) -> [String] {
        let other = try PlanFile(now, when: when)
        guard services == other.services else {
            let names = other.services.joined(separator: ", ")
            return ["it rolls out \(services.joined(separator: ", ")), in this order; now it would be \(names)"]
        }
        var moved: [String] = []
        for item in items {
            guard let twin = other.items.first(where: { $0.service == item.service && $0.host == item.host }) else {
                moved.append("\(item.title): is not described any more, or outside of --limit")
                continue
            }
            if let what = Self.difference(item, twin) { moved.append("\(item.title): \(what)") }
        }
        for item in other.items
        where !items.contains(where: { $0.service == item.service && $0.host == item.host }) {
            moved.append("\(item.title): is not in the plan")
        }
        if moved.isEmpty, rollouts != other.rollouts {
            moved.append("batches, or tasks around the switch, are others now")
        }
        moved += taskSums.differences(from: other.taskSums)
        if removals != other.removals { moved.append("other containers are to be removed now") }
        if moved.isEmpty, try !seal.fits(now) {
            moved.append(
                "secrets or contents of configuration files are others now, of: "
                    + items.filter { $0.action != "none" }.map(\.title).joined(separator: ", ")
                    + (now.deployment.taskSums.others.isEmpty
                        ? "" : "; or variables and files of the tasks around the switch"))
        }
        return moved
    }

    /// The first thing that explains the others.
    private static func difference(_ then: Item, _ now: Item) -> String? {
        if then.image != now.image { return "the image was \(then.image) and is \(now.image) now" }
        if then.digest != now.digest {
            return "\(then.image) was \(named(then.digest)) and is \(named(now.digest)) now"
        }
        if then.arguments != now.arguments { return "services.yml, or a variable that it uses, says something else" }
        let (before, after) = (then.found["release"]?.string, now.found["release"]?.string)
        if before != after {
            return "\(before.map { "release \($0)" } ?? "nothing") was live and \(after ?? "nothing") is now"
        }
        if then.found != now.found { return "its container or its record on the host has changed" }
        guard then.verdict == now.verdict, then.action == now.action, then.differences == now.differences else {
            let lines = now.differences.list ?? []
            let new = lines.first { !(then.differences.list ?? []).contains($0) }?["what"]?.string
            return "something else differs now\(new.map { ": \($0)" } ?? "")"
        }
        return nil
    }

    private static func named(_ digest: String) -> String { digest.isEmpty ? "not known" : digest }
}

/// One slow, salted digest over all that is secret in a plan: changed secrets and rendered files show, and whoever has
/// the file would have to guess all of them at once.
private struct Seal: Sendable, Equatable {
    let salt: [UInt8]
    let digest: [UInt8]

    init(_ plan: DeploymentPlan) throws(Diagnostic) {
        guard let salt = RandomBytes.make(32) else {
            throw Diagnostic(.internal, "the system has no random bytes for the plan")
        }
        self.salt = salt
        digest = try Self.digest(plan, salt)
    }

    init?(_ value: Value?) {
        guard let salt = value?["salt"]?.string.flatMap(Hexadecimal.bytes),
            let digest = value?["digest"]?.string.flatMap(Hexadecimal.bytes), salt.count == 32, digest.count == 32
        else { return nil }
        self.salt = salt
        self.digest = digest
    }

    var value: Value { ["salt": .string(Hexadecimal.text(salt)), "digest": .string(Hexadecimal.text(digest))] }

    func fits(_ plan: DeploymentPlan) throws(Diagnostic) -> Bool {
        MessageAuthentication.isEqual(digest, try Self.digest(plan, salt))
    }

    private static func digest(_ plan: DeploymentPlan, _ salt: [UInt8]) throws(Diagnostic) -> [UInt8] {
        let services = plan.deployment.roles.flatMap(\.services).map { service in
            Value.list([.string(service.host), .string(service.name), .dict(service.secrets)])
        }
        let lines = plan.chosen.map { Value.list([.string($0.host), .list($0.lines.map(\.value))]) }
        let files = plan.deployment.taskSums.othersValue
        let text = try Value.list([.list(services), .list(lines), files]).json(sortKeys: true)
        guard let digest = SlowDigest.scrypt(Array(text.utf8), salt: salt) else {
            throw Diagnostic(.internal, "libcrypto could not make the plan's seal; it takes 64 MiB")
        }
        return digest
    }
}

// MARK: - As text

extension PlanFile {
    package var text: String {
        get throws(Diagnostic) {
            let value: Value = .dict([
                "drover_plan": .int(Self.format), "id": .string(id), "who": .string(who), "when": .string(when),
                "services": .list(services.map { .string($0) }), "rollouts": rollouts, "tasks": taskSums.tasksValue,
                "digests": .dict(
                    OrderedMap(pairs: digests.sorted { $0.key < $1.key }.map { (.string($0.key), .string($0.value)) })),
                "prune": .bool(prunes), "remove": removals, "hosts": .list(items.map(\.value)), "seal": seal.value,
            ])
            return try value.json(indent: 2) + "\n"
        }
    }

    /// Reads what `text` wrote.
    package init(text: String, path: String) throws(Diagnostic) {
        guard let value = try? JSON.parse(text), let format = value["drover_plan"]?.int else {
            throw Diagnostic(
                .usage, "'\(path)' is no plan", help: "make one with: drover plan -i INVENTORY -o FILE")
        }
        guard format == Self.format else {
            throw Diagnostic(
                .usage, "the plan '\(path)' has format \(format), and this drover knows \(Self.format)",
                help: "plan again with this drover")
        }
        let items = value["hosts"]?.list?.compactMap { Item($0) }
        guard let id = value["id"]?.string, let services = value["services"]?.list?.compactMap(\.string),
            let rollouts = value["rollouts"], let taskSums = TaskSums(value["tasks"]), let items,
            items.count == value["hosts"]?.list?.count,
            let removals = value["remove"], let prunes = value["prune"]?.bool, let seal = Seal(value["seal"])
        else {
            throw Diagnostic(.usage, "the plan '\(path)' is damaged", help: "plan again")
        }
        self.id = id
        who = value["who"]?.string ?? ""
        when = value["when"]?.string ?? ""
        self.services = services
        self.rollouts = rollouts
        self.taskSums = taskSums
        self.items = items
        var digests: [String: String] = [:]
        for (image, digest) in value["digests"]?.dict ?? [:] { digests[image.string ?? ""] = digest.string }
        self.digests = digests
        self.prunes = prunes
        self.removals = removals
        self.seal = seal
    }
}

extension ServiceRollout {
    fileprivate func value(batches: Value) -> OrderedMap {
        [
            "batches": batches, "before": before.map { .string($0) } ?? Value.none,
            "after": after.map { .string($0) } ?? Value.none,
            "preflight": .list(preflight.map { .string($0) }), "verify": .list(verify.map { .string($0) }),
            "on_failure": .string(onFailure.rawValue),
        ]
    }
}

extension PlanFile.Item {
    fileprivate var value: Value {
        .dict([
            "service": .string(service), "host": .string(host), "verdict": .string(verdict),
            "action": .string(action), "image": .string(image), "digest": .string(digest),
            "arguments": .string(arguments), "found": found, "differences": differences,
        ])
    }

    fileprivate init?(_ value: Value) {
        guard let service = value["service"]?.string, let host = value["host"]?.string,
            let verdict = value["verdict"]?.string, let action = value["action"]?.string,
            let arguments = value["arguments"]?.string, let found = value["found"],
            let differences = value["differences"]
        else { return nil }
        self.init(
            service: service, host: host, verdict: verdict, action: action, arguments: arguments,
            image: value["image"]?.string ?? "", digest: value["digest"]?.string ?? "", found: found,
            differences: differences)
    }
}
