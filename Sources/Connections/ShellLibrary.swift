//! Shell functions that a remote shell learns once, so that the requests that call them stay short.

/// Definitions for the shell itself. They print nothing, read nothing and use names that begin with `drover_`.
///
/// A shell reads its requests byte by byte, so that what is said once need not be read again.
package struct ShellLibrary: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }
}
