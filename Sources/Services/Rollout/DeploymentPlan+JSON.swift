//! A plan for programs, and the part of it that files keep.

import Modules
import Values

extension DeploymentPlan {
    /// What `drover plan --format json` prints.
    package var value: Value {
        .dict([
            "format": .int(PlanFile.format), "changes": .bool(!isEmpty), "complete": .bool(!isIncomplete),
            "services": .list(
                deployment.roles.map { role in
                    .dict([
                        "service": .string(role.name), "batches": batchesValue(of: role),
                        "hosts": .list(entries(of: role).map { $0.value(withTexts: true) }),
                    ])
                }),
            "former": .list(former.map(\.value)), "prune": .bool(deployment.prunes),
            "left_out": .list(leftOut.map { .dict(["service": .string($0.service), "host": .string($0.host)]) }),
        ])
    }

    func batchesValue(of role: ServiceRole) -> Value {
        .list(batches(of: role).map { .list($0.map { .string($0) }) })
    }
}

extension DeploymentPlan.Entry {
    /// Without texts for files: a configuration file may hold what nobody has called a secret.
    func value(withTexts: Bool) -> Value {
        var fields: OrderedMap = [
            "host": .string(host), "verdict": .string(verdict.rawValue), "action": .string(action),
            "image": .string(image), "digest": .string(digest),
            "differences": .list(lines.map { withTexts ? $0.value : $0.withoutSums.value }),
        ]
        if let reason { fields["reason"] = .string(reason) }
        if withTexts, !files.isEmpty {
            fields["files"] = .list(
                files.map {
                    .dict(["file": .string($0.afterHeader), "before": .string($0.before), "after": .string($0.after)])
                })
        }
        return .dict(fields)
    }
}

extension DeploymentPlan.Line {
    package var value: Value {
        .dict([
            "what": .string(what), "before": before.map { .string($0) } ?? Value.none,
            "after": after.map { .string($0) } ?? Value.none,
        ])
    }

    var isFile: Bool { what.hasPrefix("config ") }

    /// A checksum of a file that holds a short secret is as good as the secret.
    var withoutSums: Self {
        isFile ? Self(what: what, before: before.map { _ in "other" }, after: after.map { _ in "as rendered" }) : self
    }
}

extension DeploymentPlan.Former {
    package var value: Value {
        .dict([
            "service": .string(service), "host": .string(host), "container": .string(container),
            "image": .string(image), "running": .bool(isRunning),
        ])
    }
}
