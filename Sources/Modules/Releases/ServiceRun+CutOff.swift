//! A switch that was cut off with the connection: what ran before runs again, however far it had come.

import Diagnostics
import Values

extension ServiceRun {
    func undo(_ release: Release, _ view: ServiceView, _ attempt: Int) throws(Diagnostic) -> Step {
        let line = ReleasePlan.Line(what: "switch", before: "cut off", after: "undone")
        let change = ServiceChange(
            kind: .container, action: "previous", view: view, differences: .list([line.value]), release: release,
            record: view.record, fallback: view.fallback, health: view.fallback?.health ?? HealthCheck(label: ""))
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name, before: "release \(release.id): cut off\n",
            after: "release \(release.id): undone\n")
        let script = try scripts.restore(change.fallback, failed: release.id, record: change.failed)
        let told = Change(differences: [difference], fields: ["service": .dict(change.fields(request, live: nil))])
        return .apply(told, script) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            guard output.status == 0 else {
                return failure("cannot undo the switch of service '\(request.name)'", output.errorText)
            }
            let fields: OrderedMap = ["service": .dict(change.fields(request, live: nil))]
            guard change.fallback != nil else { return .done(ModuleResult(changed: true, fields: fields)) }
            return ServiceGate(change.health, name: request.name, endpoint: endpoint).step { outcome in
                switch outcome {
                case .healthy: .done(ModuleResult(changed: true, fields: fields))
                case .failed(let reason, _):
                    .done(
                        .failure(
                            "service '\(request.name)' was started again and is NOT healthy: \(reason)",
                            fields: fields))
                }
            }
        }
    }
}
