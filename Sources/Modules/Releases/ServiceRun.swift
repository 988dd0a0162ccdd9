//! From one look at a service to its end: nothing to do, a change, or a way back.

import Diagnostics
import Values

/// The steps of `drover.core.service`.
struct ServiceRun: Sendable {
    let request: ServiceRequest
    let endpoint: DockerEndpoint
    let showsDifferences: Bool

    var scripts: ServiceScripts { ServiceScripts(endpoint: endpoint, request: request) }

    /// How often the host is looked at anew when something else changes it meanwhile.
    private static let patience = 3

    func start() -> Step { look(attempt: 1, announced: false) }

    private func look(attempt: Int, announced: Bool) -> Step {
        .observe(ServiceView.probe(request, endpoint)) { observation throws(Diagnostic) in
            let view = ServiceView(observation, request)
            if let complaint = view.complaint { return failure("cannot ask the Docker engine", complaint) }
            if let damage = view.damage { return .done(.failure(damage)) }
            if let fence = request.fence, let seen = view.fence, seen > fence { return .done(takenOver(seen)) }
            if let moved = movedSincePlan(view) { return .done(moved) }
            switch request.state {
            case .absent: return try remove(view, attempt)
            case .previous: return try goBack(view, attempt)
            case .started: return try change(view, attempt, announced: announced)
            }
        }
    }

    private func takenOver(_ seen: Int) -> ModuleResult {
        .failure(
            "another deploy has taken over service '\(request.name)' (its number is \(seen), this one's "
                + "\(request.fence ?? 0)); nothing was changed by this one since",
            fields: ["lost": [.string(request.name)]])
    }

    /// The refusal of a host that is not what the plan was made from; nil where it still is.
    private func movedSincePlan(_ view: ServiceView) -> ModuleResult? {
        guard let planned = request.planned else { return nil }
        let found = view.found
        guard planned.contains(where: { found[$0.key] != $0.value }) else { return nil }
        let before = planned["release"]?.string ?? "no release"
        let now = found["release"]?.string ?? "no release"
        let what =
            before == now ? "its container or its record has changed" : "\(before) was live then, \(now) is now"
        return .failure("service '\(request.name)' has moved since the plan was made: \(what); plan again")
    }

    func failure(_ act: String, _ text: String, image: String? = nil, listeners: String = "") -> Step {
        let facts = DockerFailure.Facts(
            SecretMask(request, nil)(text), image: image ?? request.image, container: request.name,
            listeners: listeners)
        return .done(DockerFailure.result(facts, doing: act))
    }

    /// The refusals that every script may end with; nil where the script came past them.
    func refusal(_ output: Observation, _ attempt: Int, announced: Bool) -> Step? {
        switch output.status {
        case ServiceScripts.Refusal.fenced:
            return .done(takenOver(DockerReply(output).text("fence").flatMap { Int($0) } ?? 0))
        case ServiceScripts.Refusal.moved:
            guard attempt < Self.patience else {
                return .done(
                    .failure("service '\(request.name)' is being changed by something else on the host; run again"))
            }
            return look(attempt: attempt + 1, announced: announced)
        default: return nil
        }
    }

    // MARK: What is asked for

    private func change(_ view: ServiceView, _ attempt: Int, announced: Bool) throws(Diagnostic) -> Step {
        let plan = try ReleasePlan(request, view, showsDifferences: showsDifferences)
        if plan.action == .none, let live = view.live {
            let same = described(.adjustment, plan, view, release: unchanged(live, view), fallback: nil)
            return .done(ModuleResult(fields: ["service": .dict(same.fields(request, live: live))]))
        }
        guard view.image != nil, let image = view.imageName else { return try pull(plan, view, attempt) }
        let told = announced ? [] : plan.differences(of: request.name)
        switch plan.action {
        case .create, .replace: return try replace(plan, view, image: image, told, attempt)
        case .reload: return try reload(plan, view, image: image, told, attempt)
        case .start, .update, .prove, .none: return try adjust(plan, view, told, attempt)
        }
    }

    private func described(
        _ kind: ServiceChange.Kind, _ plan: ReleasePlan, _ view: ServiceView, release: Release,
        fallback: ServiceContainer?
    ) -> ServiceChange {
        var record = view.record
        record.reversal = nil
        var release = release
        if case .adjustment = kind {
        } else if release.id != view.record.current {
            release.previous = view.record.current
        }
        record.note(release)
        return ServiceChange(
            kind: kind, action: plan.action.rawValue, view: view, differences: plan.values, release: release,
            record: record, fallback: fallback,
            health: request.health ?? view.live?.health ?? HealthCheck(label: ""))
    }

    /// The release of a container that stays.
    func unchanged(_ live: ServiceContainer, _ view: ServiceView) -> Release {
        if let known = live.release.flatMap({ view.record[$0] }) { return known }
        var release = request.release
        release.id = live.release ?? release.id
        release.digest = live.label("digest") ?? ""
        release.specification = live.label("specification") ?? ""
        return release
    }

    /// This deployment under a name that no other has.
    private func newRelease(_ view: ServiceView) throws(Diagnostic) -> Release {
        var release = request.release
        let taken = Set(
            view.record.releases.map(\.id) + (view.others + [view.live].compactMap(\.self)).compactMap(\.release))
        var number = 2
        while taken.contains(release.id) {
            release.id = "\(request.release.id)-\(number)"
            number += 1
        }
        release.digest =
            view.image == nil
            ? request.digest ?? "" : ServiceView.digest(of: view.image, named: request.image ?? "")
        release.specification = try request.specification
        return release
    }

    func told(_ differences: [Difference], _ change: ServiceChange) -> Change {
        Change(differences: differences, fields: ["service": .dict(change.fields(request, live: nil))])
    }

    private func pull(_ plan: ReleasePlan, _ view: ServiceView, _ attempt: Int) throws(Diagnostic) -> Step {
        let image = request.image ?? ""
        guard !ImageReference.isID(image) else {
            return .done(.failure("cannot find the image '\(image)' on the host; an id cannot be pulled"))
        }
        let wanted =
            request.digest.map {
                ImageReference(repository: ImageReference(image).repository, tag: nil, digest: $0).text
            }
            ?? image
        let change = described(.container, plan, view, release: try newRelease(view), fallback: nil)
        return .apply(told(plan.differences(of: request.name), change), scripts.pull(wanted)) {
            output throws(Diagnostic) in
            guard output.status == 0 else {
                return failure("cannot pull image '\(wanted)'", output.errorText, image: wanted)
            }
            guard attempt < Self.patience else {
                return .done(.failure("image '\(wanted)' was pulled, and is not there; does something prune images?"))
            }
            return look(attempt: attempt + 1, announced: true)
        }
    }

    private func replace(
        _ plan: ReleasePlan, _ view: ServiceView, image: String, _ told: [Difference], _ attempt: Int
    ) throws(Diagnostic) -> Step {
        let change = described(
            .container, plan, view, release: try newRelease(view), fallback: view.fallback)
        let parts = ServiceScripts.Switch(
            image: image, release: change.release, record: change.record, live: view.live, fallback: change.fallback,
            folders: view.missingFolders)
        return .apply(self.told(told, change), try scripts.replace(parts)) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            return try afterAct(change, output)
        }
    }

    private func reload(
        _ plan: ReleasePlan, _ view: ServiceView, image: String, _ told: [Difference], _ attempt: Int
    ) throws(Diagnostic) -> Step {
        guard let live = view.live else { return look(attempt: attempt + 1, announced: true) }
        var release = try newRelease(view)
        // The container stays, and with it the release that it is named after.
        release.id = live.release ?? release.id
        release.previous = view.record[release.id]?.previous
        let files = plan.reloads.map { request.files[$0].replacement($0) }
        release.reloads = files.map(\.value)
        let change = described(.reload(files), plan, view, release: release, fallback: live)
        let script = try scripts.reload(files, of: live, image: image, record: change.record)
        return .apply(self.told(told, change), script) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            return try afterAct(change, output)
        }
    }

    private func adjust(
        _ plan: ReleasePlan, _ view: ServiceView, _ told: [Difference], _ attempt: Int
    ) throws(Diagnostic) -> Step {
        guard let live = view.live else { return look(attempt: attempt + 1, announced: true) }
        var release = unchanged(live, view)
        release.status = .switching
        let fallback = view.fallback?.id == live.id ? nil : view.fallback
        let change = described(.adjustment, plan, view, release: release, fallback: fallback)
        let script = try scripts.adjust(live, updates: plan.updates, record: change.record)
        return .apply(self.told(told, change), script) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            return try afterAct(change, output)
        }
    }

    // MARK: Away

    private func remove(_ view: ServiceView, _ attempt: Int) throws(Diagnostic) -> Step {
        if let live = view.live, live.label("service") != request.name {
            return .done(
                .failure(
                    "container '\(request.name)' was not made by drover.core.service; remove it with docker_container"))
        }
        let all = (view.live.map { [$0] } ?? []) + view.others
        guard !all.isEmpty || view.record.current != nil else { return .done(ModuleResult()) }
        var record = view.record
        if var release = record.current.flatMap({ record[$0] }) {
            release.status = .removed
            record.note(release)
        }
        record.current = nil
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name,
            before: all.map { "container \($0.name): \($0.imageName)\n" }.joined(), after: "")
        let fields: OrderedMap = [
            "service": [
                "name": .string(request.name), "action": "remove", "release": .string(view.live?.release ?? ""),
                "image": .string(view.live?.imageName ?? ""), "digest": .string(view.live?.label("digest") ?? ""),
            ]
        ]
        let script = try scripts.remove(view.live, all: all, record: record)
        return .apply(Change(differences: [difference], fields: fields), script) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            guard output.status == 0 else {
                return failure("cannot remove service '\(request.name)'", output.errorText)
            }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }
}
