//! `--locked`: what playbooks would bring without a pin is refused before the first host is changed.

import Diagnostics
import Engine
import Modules
import Services

/// Playbooks under a lock.
struct LockedPlaybooks {
    let session: Session
    let settings: RunSettings

    /// All that is not pinned, or contradicts a pin, as one error; nothing where the run is not locked.
    func check(_ playbooks: [String]) async throws {
        guard let pinning = settings.pinning, pinning.isLocked else { return }
        let run = try await session.run(settings, emit: { _ in })
        try Self.check(try await run.pinSurvey(playbooks), pinning)
    }

    /// The same for a playbook that no file holds.
    func check(text: String, at path: String) async throws {
        guard let pinning = settings.pinning, pinning.isLocked else { return }
        let run = try await session.run(settings, emit: { _ in })
        try Self.check(try await run.pinSurvey(text: text, at: path), pinning)
    }

    private static func check(_ survey: PinSurvey, _ pinning: Pinning) throws {
        var problems = Problems()
        for call in survey.calls {
            for offence in pinning.held(call.arguments, of: call.spec, on: call.platform).offences {
                problems.add(offence, on: call.host)
            }
        }
        for (name, folder) in survey.roles.sorted(by: { $0.key < $1.key }) {
            if let offence = pinning.pins.offence(ofRole: name, in: folder) { problems.add(offence) }
        }
        guard problems.isEmpty else { throw WrongServices(diagnostics: problems.diagnostics) }
    }
}

extension Pins {
    /// Roles that were installed are held to a commit; those that belong to the playbooks are not.
    fileprivate func offence(ofRole name: String, in folder: String) -> Diagnostic? {
        guard let installed = InstalledRole(folder), installed.isInstalled else { return nil }
        guard let pin = roles[name] else {
            return Diagnostic(
                .notPinned, "role '\(name)' was installed, and is not pinned to a commit",
                help: "`drover pin` with its requirements.yml pins it")
        }
        guard installed.commit != pin.value else { return nil }
        return Diagnostic(
            .pinConflict,
            "role '\(name)' is pinned to \(pin.value), and \(installed.commit ?? "an unknown commit") is installed",
            at: pin.range, help: "`drover galaxy install --force` with this pins.yml installs the pinned one")
    }
}
