//! What is known of a deployment's locks while it runs.

import Diagnostics

/// Remembers the first lock that was found lost.
actor LockWatch {
    private(set) var loss: Diagnostic?

    func lose(_ loss: Diagnostic) { self.loss = self.loss ?? loss }
}
