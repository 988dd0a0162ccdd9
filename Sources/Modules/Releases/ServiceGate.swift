//! Asking a container until it is up or its time is over.

import Diagnostics
import Values

/// The wait for one container's health. Every question is short, so that others can use the host meanwhile.
struct ServiceGate: Sendable {
    enum Outcome: Sendable {
        case healthy(seconds: Double, ServiceContainer)
        case failed(String, seconds: Double)
    }

    let check: HealthCheck
    let name: String
    let endpoint: DockerEndpoint
    private let began = ContinuousClock.now

    init(_ check: HealthCheck, name: String, endpoint: DockerEndpoint) {
        self.check = check
        self.name = name
        self.endpoint = endpoint
    }

    func step(then: @escaping @Sendable (Outcome) throws(Diagnostic) -> Step) -> Step {
        ask(waited: 0, since: nil, then: then)
    }

    private func ask(
        waited: Double, since: String?, then: @escaping @Sendable (Outcome) throws(Diagnostic) -> Step
    ) -> Step {
        let probe = HealthProbe(check: check, name: name)
        return .observe(endpoint.probe(probe.script + ":")) { observation throws(Diagnostic) in
            let seconds = max(waited, elapsed)
            let why: String
            var runsSince: String?
            switch probe.answer(observation) {
            case .up: return try healthy(observation, seconds, then)
            case .running(let start):
                if start == since { return try healthy(observation, seconds, then) }
                runsSince = start
                why = "the program does not keep running"
            case .hopeless(let reason): return try then(.failed(reason, seconds: seconds))
            case .down(let reason): why = reason
            }
            guard seconds + check.interval <= check.within || runsSince != nil && since == nil else {
                return try then(
                    .failed("it did not \(check.text) within \(Self.text(check.within)) s: \(why)", seconds: seconds))
            }
            return .wait(.milliseconds(Int(check.interval * 1000))) { [runsSince] in
                ask(waited: waited + check.interval, since: runsSince, then: then)
            }
        }
    }

    private func healthy(
        _ observation: Observation, _ seconds: Double,
        _ then: @Sendable (Outcome) throws(Diagnostic) -> Step
    ) throws(Diagnostic) -> Step {
        guard let container = DockerReply(observation).object("container") else {
            return try then(.failed("the container is gone", seconds: seconds))
        }
        return try then(.healthy(seconds: seconds, ServiceContainer(inspected: container)))
    }

    private var elapsed: Double {
        let duration = (ContinuousClock.now - began).components
        return Double(duration.seconds) + Double(duration.attoseconds) / 1e18
    }

    static func text(_ seconds: Double) -> String {
        let rounded = (seconds * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}
