//! Names of images: registry, repository, tag, digest.

/// An image as people write it: `nginx`, `nginx:1.27`, `registry.example.com:5000/team/app@sha256:…`, or an id.
package struct ImageReference: Sendable, Equatable {
    package let repository: String
    package let tag: String?
    package let digest: String?

    package init(_ text: String) {
        var name = text[...]
        if let at = name.lastIndex(of: "@") {
            digest = String(name[name.index(after: at)...])
            name = name[..<at]
        } else {
            digest = nil
        }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            tag = String(name[name.index(after: colon)...])
            name = name[..<colon]
        } else {
            tag = nil
        }
        repository = String(name)
    }

    package init(repository: String, tag: String?, digest: String? = nil) {
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// `sha256:…` or a long hexadecimal id: names an image of the host, not of a registry.
    package static func isID(_ text: String) -> Bool {
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        return (text.hasPrefix("sha256:") || digits.count == 64) && digits.allSatisfy { $0.isHexDigit }
    }

    /// The registry's host and port; Docker's own if the name has none.
    package var registry: String {
        let parts = repository.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost" else {
            return "docker.io"
        }
        return String(parts[0])
    }

    /// With a tag if it has neither tag nor digest.
    package func withTag(_ fallback: String) -> ImageReference {
        tag == nil && digest == nil ? ImageReference(repository: repository, tag: fallback) : self
    }

    package var withoutDigest: ImageReference { ImageReference(repository: repository, tag: tag) }

    package var text: String {
        repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// What `docker image inspect` lists: without Docker's own registry in front.
    package var familiar: String {
        for prefix in ["docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/"]
        where repository.hasPrefix(prefix) {
            return ImageReference(
                repository: String(repository.dropFirst(prefix.count)), tag: tag, digest: digest
            ).withTag("latest").text
        }
        return withTag("latest").text
    }
}
