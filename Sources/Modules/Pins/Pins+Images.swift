//! Images and the digests that they are pinned to.

import Diagnostics

extension Pins {
    /// What pins make of an image.
    package enum HeldImage: Sendable {
        /// An id, or a digest without a tag: nothing that could move, and nothing that a pin names.
        case free
        case pinned(String)
        /// Not pinned, and its tag may move.
        case lacking
        /// Asked for by another digest.
        case conflict(Located<String>)
    }

    package func held(image text: String) -> HeldImage {
        guard !ImageReference.isID(text) else { return .free }
        let image = ImageReference(text).withTag("latest")
        guard image.tag != nil else { return .free }
        guard let pin = digest(of: image) else { return image.digest == nil ? .lacking : .free }
        if let digest = image.digest, digest != pin.value { return .conflict(pin) }
        return .pinned(ImageReference(repository: image.repository, tag: image.tag, digest: pin.value).text)
    }

    package static func isMissing(image: String) -> String { "image '\(image)' is not pinned by a digest" }

    package var helpForImages: String {
        "`drover pin` pins it; or write it below `images:` in \(path ?? "pins.yml")"
    }
}

extension Located<String> {
    /// An image that is asked for by another digest than this one.
    package func conflict(with image: String, at range: SourceRange?) -> Diagnostic {
        conflict("'\(image)' is asked for, and the image is pinned to \(value)", at: range)
    }

    /// What contradicts this pin.
    func conflict(_ message: String, at range: SourceRange?) -> Diagnostic {
        var mistake = Diagnostic(
            .pinConflict, message, at: range, help: "leave the version to the pin, or change the pin")
        if let pinned = self.range { mistake.labels.append(.init(pinned, "pinned here")) }
        return mistake
    }
}
