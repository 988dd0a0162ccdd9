//! Where the image of a service comes from, other than from a registry alone.

import Diagnostics
import Modules

/// How a service's image comes about and gets to its hosts.
package struct ServiceSupply: Sendable {
    /// Built from a folder of the control node.
    package struct Build: Sendable {
        package internal(set) var source: BuildSource
        /// The host whose engine builds; `localhost` is the control node.
        package let host: String
        package let range: SourceRange
        /// By name of the argument.
        package let arguments: [String: SourceRange]
        /// Registries are asked what the tags of base images mean.
        package var pulls = false

        /// Images that it builds on and whose digest only their registry can tell; a folder that cannot be read is
        /// told of elsewhere.
        package var openBases: [String] {
            guard pulls, let all = try? source.baseImages() else { return [] }
            return all.filter { source.bases[$0] == nil }
        }
    }

    package var build: Build?
    /// `load: over-ssh`: from the builder's engine, or the control node's, to each host; no registry takes part.
    package var isSent = false

    package init() {}

    /// Whether a registry does not know best what the image's name means.
    package var isOwn: Bool { build != nil || isSent }

    /// The host whose engine has the image first.
    package var origin: String { build?.host ?? Self.controlNode }

    package static let controlNode = "localhost"
}
