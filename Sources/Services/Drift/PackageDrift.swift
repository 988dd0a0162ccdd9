//! Packages that have another version than their pin.

import Diagnostics
import Modules

/// Compares what hosts have installed with what is pinned. What is pinned and not installed is no drift: pins are for
/// all hosts of a release.
package enum PackageDrift {
    package static func report(
        _ installed: [InstalledPackages], against pins: Pins,
        unanswered: [(host: String, reason: String, isUnreachable: Bool)]
    ) -> DriftReport {
        var report = DriftReport()
        for host in installed {
            for (name, found) in host.versions.sorted(by: { $0.key < $1.key }) {
                guard let pin = pins.version(of: name, on: host.platform), pin.value != found.version else { continue }
                report.findings.append(
                    DriftFinding(
                        host: host.host, kind: .package, what: name, actual: found.version, expected: pin.value))
            }
        }
        report.hosts = installed.map(\.host)
        report.gaps = unanswered.map {
            .init(host: $0.host, service: nil, reason: $0.reason, isUnreachable: $0.isUnreachable)
        }
        return report
    }
}
