//! What became of one playbook of a deployment.

import Diagnostics
import Engine
import Services
import Values

/// How far a playbook came.
struct Attempt {
    let result: Result<Int32, any Error>
    /// Set where a task found a lock of this deployment gone.
    private(set) var loss: Diagnostic?
    /// Servers on which a service was switched, in order.
    private(set) var switched: [String] = []
    /// Servers on which a switch began, by service; how far it came is not always known.
    private(set) var touched: [String: [String]] = [:]
    /// Of these, servers that are known to run again what they ran before.
    private var settled: [String: [String]] = [:]

    init(result: Result<Int32, any Error>) { self.result = result }

    var hasFailed: Bool { (try? result.get()) != 0 }

    mutating func take(_ event: RunEvent) {
        guard case .result(let report) = event else { return }
        loss = loss ?? report.lockLoss
        if let service = RolloutPlays.restoredService(report.task.name), [.ok, .changed].contains(report.status) {
            settled[service, default: []].append(report.host)
        }
        guard let service = RolloutPlays.switchedService(report.task.name), report.status != .ok else { return }
        touched[service, default: []].append(report.host)
        if report.status == .failed, report.result["service"]?["restored"]?.string != nil {
            settled[service, default: []].append(report.host)
        }
        if report.status == .changed, !switched.contains(report.host) { switched.append(report.host) }
    }

    /// Servers that have to be put back, by service.
    var unsettled: [String: [String]] {
        var left: [String: [String]] = [:]
        for (service, hosts) in touched {
            let hosts = hosts.filter { settled[service]?.contains($0) != true }
            if !hosts.isEmpty { left[service] = hosts }
        }
        return left
    }

    /// The loss as the end of the command.
    func stopped(by loss: Diagnostic) -> ExitingDiagnostic {
        var loss = loss
        loss.notes.append(
            switched.isEmpty
                ? "the rollout stopped before any server was switched"
                : "the rollout stopped; switched before, and left as they are: \(switched.joined(separator: ", "))")
        loss.help =
            loss.help ?? "`drover lock status` and `drover releases` tell who is at work and what runs; then "
            + "deploy again"
        return loss.exiting(DeployLocks.exitCode)
    }
}
