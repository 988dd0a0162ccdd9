//! What turns events into output.

import Engine

/// Receives all events of a run, in order.
package protocol Reporter {
    mutating func report(_ event: RunEvent)
    /// Whether a person looks on, to whom it matters that time passes.
    var watches: Bool { get }
}

extension Reporter {
    package var watches: Bool { false }
}
