//! `docker_container`: a container as described, whatever is there now.

import Diagnostics
import Values

package struct DockerContainerModule: Module {
    private let request: ContainerRequest
    private let endpoint: DockerEndpoint
    private var scripts: ContainerScripts { ContainerScripts(endpoint: endpoint, request: request) }

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        request = try ContainerRequest(arguments)
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step { look(pulled: nil) }

    /// What became of a pull.
    private struct Pulled: Sendable {
        let changed: Bool
        /// Differences that were announced with it.
        let announced: [Difference]

        /// Without those that the reader has seen already.
        func unseen(_ differences: [Difference]) -> [Difference] {
            differences.filter { new in !announced.contains { $0.before == new.before && $0.after == new.after } }
        }
    }

    private func look(pulled: Pulled?) -> Step {
        .observe(ContainerView.probe(request, endpoint)) { (observation) throws(Diagnostic) in
            plan(ContainerView(observation, request), pulled: pulled)
        }
    }

    private func plan(_ view: ContainerView, pulled: Pulled?) -> Step {
        if let complaint = view.complaint { return failure("cannot ask the Docker engine", complaint) }
        if request.state == .absent { return view.state.map(remove) ?? .done(ModuleResult()) }
        if request.environmentFile != nil, view.fileEnvironment == nil {
            return .done(.failure("env_file '\(request.environmentFile ?? "")' cannot be read on the host"))
        }
        if let image = request.image, pulled == nil, mustPull(view) {
            return pull(image, view)
        }
        guard let state = view.state else { return create(view) }
        let plan = ContainerPlan(request, view, state)
        if plan.needsReplacement {
            return replace(state, plan, view, pulled)
        }
        return plan.adjustments.isEmpty
            ? settle(state.container, changed: pulled?.changed ?? false) : adjust(plan, state, pulled)
    }

    private func failure(_ act: String, _ text: String, image: String? = nil, listeners: String = "") -> Step {
        let facts = DockerFailure.Facts(
            text, image: image ?? request.image, container: request.name, listeners: listeners)
        return .done(DockerFailure.result(facts, doing: act))
    }

    // MARK: Images

    private func mustPull(_ view: ContainerView) -> Bool {
        if view.state != nil, request.comparisons.image == .ignore, !request.recreate { return false }
        guard let image = request.image else { return false }
        switch request.pull {
        case .never: return false
        case .always: return !ImageReference.isID(image)
        case .missing: return view.image == nil || !ContainerPlan.isForPlatform(request.platform, view.image)
        }
    }

    private func pull(_ image: String, _ view: ContainerView) -> Step {
        if ImageReference.isID(image) {
            return .done(.failure("cannot find the image '\(image)' on the host; an id cannot be pulled"))
        }
        let planned = view.state.map { ContainerPlan(request, view, $0) }
        // Only the registry knows whether an image that is there would change.
        let sure = view.image == nil || planned.map { !$0.isEmpty } ?? true
        let announced = planned?.shownDifferences.filter { $0.before != $0.after } ?? []
        let before = view.image?["Id"]
        return .apply(Change(sure ? .changes : .unknown, differences: announced), scripts.pull(image)) {
            (output) throws(Diagnostic) in
            guard output.status == 0 else {
                return failure("cannot pull image '\(image)'", output.errorText, image: image)
            }
            return .observe(ContainerView.probe(request, endpoint)) { (observation) throws(Diagnostic) in
                let view = ContainerView(observation, request)
                return plan(view, pulled: Pulled(changed: view.image?["Id"] != before, announced: announced))
            }
        }
    }

    // MARK: Acts

    private func remove(_ state: ContainerState) -> Step {
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name, before: "container exists\n", after: "")
        return .apply(Change(differences: [difference]), scripts.remove) { (output) throws(Diagnostic) in
            output.status == 0
                ? .done(ModuleResult(changed: true))
                : failure("cannot remove container '\(request.name)'", output.errorText)
        }
    }

    private var starts: Bool { request.state == .started || request.state == .healthy }

    private func creation(_ view: ContainerView, image: String) -> ContainerCreation {
        var environment = view.fileEnvironment ?? [:]
        environment.merge(request.value(of: "env")?.dict ?? [:])
        return ContainerCreation(image: image, request: request, environment: ContainerEnvironment(environment))
    }

    private func create(_ view: ContainerView) -> Step {
        guard let image = request.image else {
            return .done(
                .failure("cannot create container '\(request.name)' without an image; set 'image'"))
        }
        guard view.image != nil else { return missing(image) }
        let creation = creation(view, image: image)
        if let refusal = refusal(creation) { return refusal }
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name, before: "",
            after: "image: \(image)\nstate: \(request.state.rawValue)\n")
        let script = scripts.create(creation, starts: starts)
        return .apply(Change(differences: [difference]), script) { (output) throws(Diagnostic) in
            finish(output, doing: "create", image: image, previous: nil)
        }
    }

    private func missing(_ image: String) -> Step {
        .done(
            .failure(
                "image '\(image)' is not on the host and 'pull: never' forbids fetching it; pull it with "
                    + "docker_image_pull, or set 'pull: missing'"))
    }

    private func refusal(_ creation: ContainerCreation) -> Step? {
        guard let name = creation.environment.impossibleNames.first else { return nil }
        return .done(
            .failure(
                "the value of environment variable '\(name)' has line breaks, and its name is one that a shell "
                    + "cannot export; use letters, digits and '_' in the name"))
    }

    private func replace(
        _ state: ContainerState, _ plan: ContainerPlan, _ view: ContainerView, _ pulled: Pulled?
    ) -> Step {
        let image = request.image ?? state.config("Image")?.string ?? ""
        if let wanted = request.image, view.image == nil { return missing(wanted) }
        let creation = creation(view, image: image)
        if let refusal = refusal(creation) { return refusal }
        let old = state.container["Id"]?.string ?? request.name
        let wasRunning = plan.isRunning
        let script = scripts.replace(old, wasRunning: wasRunning, with: creation, starts: starts)
        let differences = pulled?.unseen(plan.shownDifferences) ?? plan.shownDifferences
        return .apply(Change(differences: differences), script) { (output) throws(Diagnostic) in
            finish(output, doing: "replace", image: image, previous: (old, wasRunning))
        }
    }

    private func adjust(_ plan: ContainerPlan, _ state: ContainerState, _ pulled: Pulled?) -> Step {
        let differences = pulled?.unseen(plan.shownDifferences) ?? plan.shownDifferences
        return .apply(Change(differences: differences), scripts.adjust(plan.adjustments)) {
            (output) throws(Diagnostic) in
            finish(output, doing: "change", image: state.config("Image")?.string, previous: nil)
        }
    }

    // MARK: After an act

    private typealias Previous = (id: String, wasRunning: Bool)

    private func finish(_ output: Observation, doing act: String, image: String?, previous: Previous?) -> Step {
        let report = ContainerReport(output)
        guard output.status == 0 else {
            return .done(report.failure(of: request.name, doing: act, image: image))
        }
        if !request.detach, starts { return .done(report.attachedResult(outputLogs: request.outputLogs)) }
        guard let container = report.container else { return .done(ModuleResult(changed: true)) }
        return settle(container, changed: true, previous: previous)
    }

    /// The container is as asked; where health is asked for, that is waited for.
    private func settle(
        _ container: OrderedMap, changed: Bool, previous: Previous? = nil, waited: Int = 0
    ) -> Step {
        let result = ModuleResult(changed: changed, fields: ["container": .dict(container)])
        guard request.state == .healthy else { return .done(result) }
        let status = container.at("State", "Health", "Status")?.string
        if status == "healthy" { return forget(previous, result) }
        let running = container.at("State", "Running")?.bool == true
        let reason: String? =
            if status == nil { "has no health check; add 'healthcheck', or use 'state: started'" } else if !running {
                "has ended"
            } else if status == "unhealthy" {
                "is unhealthy"
            } else if request.healthTimeout > 0, waited >= request.healthTimeout {
                "was not healthy after \(waited) seconds"
            } else { nil }
        if let reason { return giveUp(reason, container, previous) }
        return .wait(.seconds(1)) {
            .observe(scripts.look) { (observation) throws(Diagnostic) in
                guard let container = ContainerReport(observation).container else {
                    return failure("lost container '\(request.name)'", observation.errorText)
                }
                return settle(container, changed: changed, previous: previous, waited: waited + 1)
            }
        }
    }

    private func forget(_ previous: Previous?, _ result: ModuleResult) -> Step {
        guard let previous else { return .done(result) }
        return .apply(Change(), scripts.forget(previous.id)) { _ in .done(result) }
    }

    private func giveUp(_ reason: String, _ container: OrderedMap, _ previous: Previous?) -> Step {
        let last = container.at("State", "Health", "Log")?.list?.last?["Output"]?.string?.trimmed ?? ""
        let said = last.isEmpty ? "" : "; its last check said: \(last)"
        let message = "container '\(request.name)' \(reason)\(said)"
        guard let previous else { return .done(.failure(message, fields: ["container": .dict(container)])) }
        let script = scripts.restore(previous.id, wasRunning: previous.wasRunning)
        return .apply(Change(), script) { output in
            let report = ContainerReport(output)
            return .done(.failure("\(message); \(report.restoration)", fields: ["logs": .string(report.logs)]))
        }
    }
}
