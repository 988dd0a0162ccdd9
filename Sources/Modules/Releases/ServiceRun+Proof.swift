//! After an act: the release proves itself and is settled, or what ran before runs again.

import Diagnostics
import Values

extension ServiceRun {
    func afterAct(_ change: ServiceChange, _ output: Observation) throws(Diagnostic) -> Step {
        guard output.status == 0 else { return try giveUp(change, Fault(output, change, request)) }
        return ServiceGate(change.health, name: request.name, endpoint: endpoint).step { outcome throws(Diagnostic) in
            switch outcome {
            case .healthy(let seconds, let live): return try settle(change, live, seconds)
            case .failed(let reason, _):
                let message = "release \(change.release.id) is not healthy: \(reason)"
                return try giveUp(change, Fault(message: message, stage: "health"))
            }
        }
    }

    private func settle(
        _ change: ServiceChange, _ live: ServiceContainer, _ seconds: Double
    ) throws(Diagnostic) -> Step {
        let (record, old) = change.settled(live, keep: request.keep)
        let script = try scripts.settle(
            live, record: record, reloaded: change.reloaded, removing: old, images: change.images(of: old, live: live))
        let fields: OrderedMap = ["service": .dict(change.fields(request, live: live, seconds: seconds))]
        return .apply(Change(), script) { output in
            guard output.status == 0 else {
                let facts = DockerFailure.Facts(output.errorText, container: request.name)
                return .done(
                    .failure(
                        "service '\(request.name)' is healthy, but its release was not recorded: "
                            + (output.status == ServiceScripts.Refusal.fenced
                                ? "another deploy has taken over" : DockerFailure.explain(facts)),
                        fields: fields))
            }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }

    /// Why a change failed, and how far it had come.
    struct Fault: Sendable {
        let message: String
        let stage: String
        var errors = ""

        init(message: String, stage: String) {
            self.message = message
            self.stage = stage
        }

        init(_ output: Observation, _ change: ServiceChange, _ request: ServiceRequest) {
            let reply = DockerReply(output)
            stage = reply.texts("stage").last ?? ""
            errors = output.errorText
            let facts = DockerFailure.Facts(
                errors, image: change.release.image, container: request.name,
                listeners: reply.texts("listener").joined(separator: "\n"))
            let reason = DockerFailure.explain(facts)
            if stage.hasPrefix("check ") {
                let said = errors.trimmed.isEmpty ? "(it says nothing)" : reason
                message = "the image's check refuses \(stage.dropFirst(6)): \(said)"
            } else {
                message = "cannot \(Self.act(stage)): \(reason)"
            }
        }

        private static func act(_ stage: String) -> String {
            switch stage {
            case "", "fence", "look", "record": "write the record of the service on the host"
            case "directories": "make a directory of 'volumes'"
            case "config", "place": "write the configuration"
            case "create": "create the container"
            case "stop": "stop the container that runs"
            case "keep", "rename": "rename containers"
            case "start": "start the container"
            case "update": "change the container"
            case "reload": "make the program read its configuration"
            case "remove", "restore": "bring back what ran before"
            default: stage
            }
        }

        /// Nothing that runs had been touched.
        var isEarly: Bool {
            ["", "fence", "look", "record", "directories", "config", "create"].contains(stage)
                || stage.hasPrefix("check ")
        }
    }

    // MARK: The way back

    private func giveUp(_ change: ServiceChange, _ fault: Fault) throws(Diagnostic) -> Step {
        switch change.kind {
        case .adjustment where change.fallback == nil:
            return .done(result(change, fault, "there is no other release to go back to"))
        case .adjustment, .container:
            let script = try scripts.restore(change.fallback, failed: change.release.id, record: change.failed)
            return giveBack(change, fault, script, attempt: 1)
        case .kept(let kept):
            let script = try scripts.restore(
                change.fallback, failed: change.release.id, aside: kept, record: change.failed)
            return giveBack(change, fault, script, attempt: 1)
        case .reload(let files):
            guard let live = change.fallback else { return .done(result(change, fault, "")) }
            let script = try scripts.undo(files, of: live, record: change.view.record)
            return giveBack(change, fault, script, attempt: 1)
        }
    }

    /// Asks again while the engine is away: it may be starting anew, and nothing else brings back what ran.
    private func giveBack(_ change: ServiceChange, _ fault: Fault, _ script: Script, attempt: Int) -> Step {
        .apply(Change(), script) { output throws(Diagnostic) in
            guard output.status != 0, DockerFailure.isAway(output.errorText), attempt < 30 else {
                return try afterReturn(change, fault, output)
            }
            return .wait(.seconds(2)) { giveBack(change, fault, script, attempt: attempt + 1) }
        }
    }

    private func afterReturn(
        _ change: ServiceChange, _ fault: Fault, _ output: Observation
    ) throws(Diagnostic) -> Step {
        let reply = DockerReply(output)
        let fields: OrderedMap = ["logs": .string(reply.texts("log").joined(separator: "\n"))]
        guard output.status == 0 else {
            if output.status == ServiceScripts.Refusal.fenced {
                return .done(result(change, fault, "another deploy has taken over and decides what runs", fields))
            }
            let facts = DockerFailure.Facts(
                output.errorText, container: request.name,
                listeners: reply.texts("listener").joined(separator: "\n"))
            let why = DockerFailure.explain(facts)
            return .done(result(change, fault, "what ran before could NOT be brought back: \(why)", fields))
        }
        guard let fallback = change.fallback else {
            return .done(result(change, fault, "nothing ran before, and nothing runs now", fields))
        }
        let name = "release \(fallback.release ?? "unmanaged")"
        if fault.isEarly { return .done(result(change, fault, "\(name) runs on untouched", fields)) }
        let began = output.period?.seconds ?? 0
        let gate = ServiceGate(fallback.health, name: request.name, endpoint: endpoint)
        return gate.step { outcome in
            var fields = fields
            switch outcome {
            case .healthy(let waited, _):
                let seconds = began + waited
                fields["restored"] = fallback.release.map { .string($0) } ?? Value.none
                fields["seconds_to_restored"] = .float((seconds * 10).rounded() / 10)
                let text = ServiceGate.text(seconds)
                return .done(result(change, fault, "\(name) runs again and is healthy after \(text) s", fields))
            case .failed(let reason, _):
                return .done(result(change, fault, "\(name) was started again and is NOT healthy: \(reason)", fields))
            }
        }
    }

    private func result(
        _ change: ServiceChange, _ fault: Fault, _ ending: String, _ more: OrderedMap = [:]
    ) -> ModuleResult {
        let mask = SecretMask(request, change.view)
        var service = change.fields(request, live: nil)
        service["restored"] = more["restored"] ?? Value.none
        service["seconds_to_restored"] = more["seconds_to_restored"] ?? Value.none
        var fields: OrderedMap = ["service": .dict(service), "stderr": .string(mask(fault.errors))]
        fields["logs"] = .string(mask(more["logs"]?.string ?? ""))
        let end = ending.isEmpty ? "" : "; \(ending)"
        return .failure(mask("service '\(request.name)': \(fault.message)\(end)"), fields: fields)
    }
}
