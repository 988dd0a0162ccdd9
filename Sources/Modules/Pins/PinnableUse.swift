//! What one call of a module names that can be pinned.

import Values

/// Something that a pin could hold.
package enum PinnableUse: Sendable, Equatable {
    case package(String)
    case image(String)
    /// An address, and where on the host it goes.
    case download(String, to: String)
}

extension ModuleSpec {
    /// What a call names. Packages whose version stands there are named as well; images with a digest and downloads
    /// with a checksum are not, since they need no pin.
    package func uses(_ arguments: ModuleArguments, _ pins: Pins) -> [PinnableUse] {
        guard Pinnable.installs(arguments) else { return [] }
        return pinnable.flatMap { pinnable -> [PinnableUse] in
            switch pinnable {
            case .packages(let argument, let joint):
                let given = arguments[argument]
                return (given?.list ?? given.map { [$0] } ?? []).compactMap(\.string)
                    .flatMap { $0.split(separator: ",") }
                    .map { PackageWish($0.withoutOuterBlanks, joint, pins) }
                    .filter { !$0.isCollective && !$0.name.isEmpty }.map { .package($0.name) }
            case .image(let argument, let tag, let only):
                if let only, arguments[only.argument] != only.value { return [] }
                guard let name = arguments.string(argument), !ImageReference.isID(name) else { return [] }
                let image = ImageReference(name).withTag(tag.flatMap { arguments.string($0) } ?? "latest")
                return image.digest == nil ? [.image(image.text)] : []
            case .download(let argument, let checksum):
                guard let checksum, let address = arguments.string(argument), Pinnable.isAddress(address),
                    let path = arguments.string("dest")
                else { return [] }
                let written = arguments.string(checksum) ?? ""
                return written.isEmpty || written.contains("://") ? [.download(address, to: path)] : []
            case .upgrade: return []
            }
        }
    }
}
