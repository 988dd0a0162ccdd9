//! What turns events into output.

import Engine

/// Receives all events of a run, in order.
package protocol Reporter {
    mutating func report(_ event: RunEvent)
}
