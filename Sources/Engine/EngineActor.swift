//! The one place where plays are walked and host states change.

/// Orchestration happens here and is cheap; the work on hosts happens elsewhere and reports back.
@globalActor
package actor EngineActor {
    package static let shared = EngineActor()
}
