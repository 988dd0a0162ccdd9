//! Which arguments of a module name something that `pins.yml` holds to a version.

import Values

/// Part of a module's declaration.
package enum Pinnable: Sendable {
    /// How a package manager writes a version behind a name.
    package enum Joint: String, Sendable {
        /// `nginx=1.22.1-9`.
        case equals = "="
        /// `nginx-1.22.1-9`.
        case dash = "-"
        /// The module hands the names on to one that knows.
        case unknown = ""
    }

    /// A list of packages.
    case packages(String, Joint)
    /// An image, with the argument that holds its tag, and those under which alone it comes from a registry.
    case image(String, tag: String? = nil, only: ModuleSpec.RequiredIf? = nil)
    /// An address, and the argument that takes a checksum; nil where the module can check none.
    case download(String, checksum: String?)
    /// Brings versions that nobody names.
    case upgrade(String)
}

extension Pinnable {
    /// States in which a module installs or starts what its arguments name.
    static func installs(_ arguments: ModuleArguments) -> Bool {
        !["absent", "removed", "fixed"].contains(arguments.string("state") ?? "present")
    }

    /// Addresses that a download comes from; anything else is a file of the host.
    static func isAddress(_ text: String) -> Bool {
        ["http://", "https://", "ftp://"].contains { text.hasPrefix($0) }
    }
}
