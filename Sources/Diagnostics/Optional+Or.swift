//! `??` for alternatives that may fail with a diagnostic; the standard operator forgets the error's type.

extension Optional {
    /// This value, or the alternative where there is none.
    package func or(_ other: @autoclosure () throws(Diagnostic) -> Wrapped?) throws(Diagnostic) -> Wrapped? {
        if let self { self } else { try other() }
    }
}
