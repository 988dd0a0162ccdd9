//! Modules made of two: what follows the result of the first.

import Connections
import Diagnostics

extension Step {
    /// The same steps, which go on with what `next` makes of their result; a failure ends both.
    func then(_ next: @escaping @Sendable (ModuleResult) throws(Diagnostic) -> Step) throws(Diagnostic) -> Step {
        switch self {
        case .done(let result): result.failed ? self : try next(result)
        case .observe(let probe, let then):
            .observe(probe) { answer throws(Diagnostic) in try then(answer).then(next) }
        case .observeAll(let probes, let then):
            .observeAll(probes) { answers throws(Diagnostic) in try then(answers).then(next) }
        case .apply(let change, let script, let then):
            .apply(change, script) { answer throws(Diagnostic) in try then(answer).then(next) }
        case .wait(let duration, let then): .wait(duration) { () throws(Diagnostic) in try then().then(next) }
        case .lacking(let resources, let failure, let step):
            .lacking(resources, failure: failure, then: try step.then(next))
        }
    }
}
