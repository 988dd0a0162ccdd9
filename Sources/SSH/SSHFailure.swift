//! What can go wrong on the way to a host.

/// A connection that did not come about, or broke.
package struct SSHFailure: Error, Sendable {
    package enum Kind: Sendable {
        case unreachable
        case authentication
        case hostKey
        /// The server allows no further session on this connection (`MaxSessions`).
        case sessionLimit
    }

    package let kind: Kind
    package let message: String
    package let help: String?

    package init(_ kind: Kind, _ message: String, help: String? = nil) {
        self.kind = kind
        self.message = message
        self.help = help
    }
}
