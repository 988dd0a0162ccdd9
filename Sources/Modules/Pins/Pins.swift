//! What runs, written down: versions of packages, digests of images, commits of roles, checksums of downloads.

import Diagnostics
import Values

/// The content of a `pins.yml`. Every pin knows where it was written.
package struct Pins: Sendable {
    /// One version for all machines, or one for each architecture.
    package struct Package: Sendable {
        /// By architecture; "" holds for the others.
        package var versions: [String: Located<String>]

        package init(_ versions: [String: Located<String>]) { self.versions = versions }

        package init(_ version: String, at range: SourceRange? = nil) { versions = ["": Located(version, at: range)] }

        func version(for architecture: String) -> Located<String>? {
            let own = versions.first { !$0.key.isEmpty && Platform.areSame($0.key, architecture) }?.value
            return own ?? versions[""]
        }
    }

    /// The file; nil where there is none.
    package var path: String?
    /// By release of a distribution (`debian 12`), then by name.
    package var packages: [String: [String: Package]] = [:]
    /// By name with tag, as the docker command shows it; the value is `sha256:…`.
    package var images: [String: Located<String>] = [:]
    /// By address; the value is `sha256:…`.
    package var downloads: [String: Located<String>] = [:]
    /// Commits by the role's name.
    package var roles: [String: Located<String>] = [:]

    package init(path: String? = nil) { self.path = path }

    package var isEmpty: Bool { packages.isEmpty && images.isEmpty && downloads.isEmpty && roles.isEmpty }

    /// The version of a package on a machine: the most precise release that names it counts.
    package func version(of name: String, on platform: Platform) -> Located<String>? {
        let releases = packages.keys.filter { platform.isOf($0) }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        // `libc6:i386` may be pinned by itself.
        let names = [name] + (name.split(separator: ":").first.map { [String($0)] } ?? [])
        for release in releases {
            for name in names {
                if let version = packages[release]?[name]?.version(for: platform.architecture) { return version }
            }
        }
        return nil
    }

    /// Whether any release has a version of a package.
    package func knowsPackage(_ name: String) -> Bool { packages.values.contains { $0[name] != nil } }

    /// The digest of an image, under whichever of its names it is asked for.
    package func digest(of image: ImageReference) -> Located<String>? { images[Self.key(of: image)] }

    /// The name under which an image is pinned.
    package static func key(of image: ImageReference) -> String {
        image.withoutDigest.familiar
    }
}
