//! The way back to an earlier release, and back again where the fleet does not go with it.

import Diagnostics
import Values

extension ServiceRun {
    func goBack(_ view: ServiceView, _ attempt: Int) throws(Diagnostic) -> Step {
        let current = view.live?.release
        if let target = request.target, target == current, view.isProven, view.live?.isRunning == true {
            return .done(
                ModuleResult(fields: ["service": ["name": .string(request.name), "release": .string(target)]]))
        }
        if let run = request.ofRun {
            if let reversal = view.record.reversal, reversal.run == run {
                return try goForward(reversal, view, attempt)
            }
            if let release = view.cutOff(by: run) { return try undo(release, view, attempt) }
            let made = current.flatMap { view.record[$0]?.run } ?? view.live?.label("run")
            guard made == run else {
                return .done(unchanged("run \(run) is not what made the release that is live"))
            }
            if view.kept.isEmpty, current.flatMap({ view.record[$0] })?.reloads.isEmpty ?? true {
                return .done(unchanged("the release of run \(run) is the first; it stays"))
            }
        }
        if request.target == nil, let live = view.live, let step = try reloadBack(live, view, attempt) { return step }
        guard let kept = keptTarget(view) else { return .done(.failure(nothingKept(view))) }
        return try bring(kept, view, discards: request.ofRun != nil, attempt)
    }

    /// Starts a kept container in place of the live one.
    private func bring(
        _ kept: ServiceContainer, _ view: ServiceView, discards: Bool, _ attempt: Int
    ) throws(Diagnostic) -> Step {
        let before = view.live.map { "\($0.imageName) (release \($0.release ?? "unmanaged"))" }
        let after = "\(kept.imageName) (release \(kept.release ?? "unmanaged"))"
        var release = view.record[kept.release ?? ""] ?? Release(id: kept.release ?? "unmanaged", status: .healthy)
        release.status = .switching
        let record = noted(release, view, files: [])
        let line = ReleasePlan.Line(what: "release", before: before, after: after)
        var change = ServiceChange(
            kind: .kept(kept), action: "previous", view: view, differences: [line.value], release: release,
            record: record, fallback: view.live, health: request.health ?? kept.health)
        change.discards = discards
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name, before: before.map { "\($0)\n" } ?? "",
            after: "\(after)\n")
        let script = try scripts.goBack(to: kept, from: view.live, record: record)
        return .apply(told([difference], change), script) { [change] output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            return try afterAct(change, output)
        }
    }

    /// The way back where the last change was of files only: the container stays, the files get what they held.
    private func reloadBack(
        _ live: ServiceContainer, _ view: ServiceView, _ attempt: Int
    ) throws(Diagnostic) -> Step? {
        guard var release = live.release.flatMap({ view.record[$0] }) else { return nil }
        let files = release.reloads.compactMap { FileReload($0, from: .kept) }
        guard !files.isEmpty else { return nil }
        let reloads = release.reloads
        release.reloads = []
        release.status = .switching
        return try reread(
            files, live, view, release, noted(release, view, files: reloads), to: "before", from: "deployed last",
            attempt)
    }

    /// Other content for files of the live container, which the host has kept.
    private func reread(
        _ files: [FileReload], _ live: ServiceContainer, _ view: ServiceView, _ release: Release,
        _ record: ReleaseRecord, to after: String, from before: String, _ attempt: Int
    ) throws(Diagnostic) -> Step {
        let lines = files.map {
            ReleasePlan.Line(what: "config \($0.target)", before: "as \(before)", after: "as \(after)")
        }
        let change = ServiceChange(
            kind: .reload(files), action: "previous", view: view, differences: .list(lines.map(\.value)),
            release: release, record: record, fallback: live, health: request.health ?? live.health)
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name,
            before: files.map { "config \($0.target): as \(before)\n" }.joined(),
            after: files.map { "config \($0.target): as \(after)\n" }.joined())
        let script = try scripts.reload(files, of: live, image: live.imageName, record: record)
        return .apply(told([difference], change), script) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            return try afterAct(change, output)
        }
    }

    /// The record with a release that begins; on the way back of a run also with where it came from.
    private func noted(_ release: Release, _ view: ServiceView, files: [Value]) -> ReleaseRecord {
        var record = view.record
        record.reversal = nil
        if request.ofRun == nil, !request.release.run.isEmpty, let live = view.live {
            record.reversal = ReleaseRecord.Reversal(run: request.release.run, container: live.id, reloads: files)
        }
        record.note(release)
        return record
    }

    /// What a run went back from runs again, however far it had come.
    private func goForward(
        _ reversal: ReleaseRecord.Reversal, _ view: ServiceView, _ attempt: Int
    ) throws(Diagnostic) -> Step {
        let view = view.withoutReversal
        guard let live = view.live, live.id == reversal.container else {
            guard let kept = view.kept.first(where: { $0.id == reversal.container }) else {
                return .done(.failure(nothingKept(view)))
            }
            return try bring(kept, view, discards: false, attempt)
        }
        var release = unchanged(live, view)
        release.status = .switching
        let files = reversal.reloads.compactMap { FileReload($0, from: .undone) }
        if files.isEmpty { return try wake(live, release, view, attempt) }
        release.reloads = reversal.reloads
        return try reread(
            files, live, view, release, noted(release, view, files: []), to: "deployed last", from: "before", attempt)
    }

    /// Starts the container that has the name already.
    private func wake(
        _ live: ServiceContainer, _ release: Release, _ view: ServiceView, _ attempt: Int
    ) throws(Diagnostic) -> Step {
        let line = ReleasePlan.Line(what: "container", before: nil, after: "started again")
        let change = ServiceChange(
            kind: .adjustment, action: "previous", view: view, differences: .list([line.value]), release: release,
            record: noted(release, view, files: []), fallback: nil, health: request.health ?? live.health)
        let difference = Difference(
            beforeHeader: request.name, afterHeader: request.name, before: "",
            after: "release \(release.id): started again\n")
        let script = try scripts.adjust(live, updates: [], record: change.record)
        return .apply(told([difference], change), script) { output throws(Diagnostic) in
            if let refusal = refusal(output, attempt, announced: true) { return refusal }
            return try afterAct(change, output)
        }
    }

    private func unchanged(_ message: String) -> ModuleResult {
        ModuleResult(fields: ["msg": .string("service '\(request.name)': \(message)")])
    }

    /// The container of the release that is asked for; else of the one that was current before, or the next older.
    private func keptTarget(_ view: ServiceView) -> ServiceContainer? {
        if let target = request.target { return view.kept.first { $0.release == target } }
        let current = view.live?.release ?? view.record.current
        if let previous = current.flatMap({ view.record[$0]?.previous }),
            let kept = view.kept.first(where: { $0.release == previous })
        {
            return kept
        }
        let position = view.record.position(of: current)
        let older = view.kept.filter { view.record.position(of: $0.release) > position }
        return older.min { view.record.position(of: $0.release) < view.record.position(of: $1.release) }
    }

    private func nothingKept(_ view: ServiceView) -> String {
        let kept = view.kept.compactMap(\.release)
        let wanted = request.target.map { "release '\($0)'" } ?? "an earlier release"
        return "\(wanted) of service '\(request.name)' is not kept on the host; "
            + (kept.isEmpty ? "no release is" : "kept are: \(kept.joined(separator: ", "))")
    }
}
