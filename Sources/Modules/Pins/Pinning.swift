//! Holds the arguments of one module call to what is pinned.

import Diagnostics
import Values

/// What a run is held to.
package struct Pinning: Sendable {
    package let pins: Pins
    /// Whether what is not pinned is refused.
    package let isLocked: Bool
    /// Names of images that this very run builds: no pin can know them.
    package var built: Set<String> = []

    package init(pins: Pins, isLocked: Bool) {
        self.pins = pins
        self.isLocked = isLocked
    }

    /// The arguments as pins have them, and all that speaks against it. Without a platform packages are only asked
    /// whether any release pins them.
    package func held(
        _ arguments: ModuleArguments, of spec: ModuleSpec, on platform: Platform?
    ) -> (arguments: ModuleArguments, offences: [Diagnostic]) {
        var call = PinnedCall(pinning: self, platform: platform, arguments: arguments)
        guard Pinnable.installs(arguments) else { return (arguments, []) }
        for pinnable in spec.pinnable { call.hold(pinnable) }
        return (call.result, call.offences)
    }
}

/// One module call on its way to be held.
private struct PinnedCall {
    let pinning: Pinning
    let platform: Platform?
    let arguments: ModuleArguments
    private var values: OrderedMap
    private(set) var offences: [Diagnostic] = []

    init(pinning: Pinning, platform: Platform?, arguments: ModuleArguments) {
        self.pinning = pinning
        self.platform = platform
        self.arguments = arguments
        values = arguments.values
    }

    var result: ModuleArguments { ModuleArguments(values: values, range: arguments.range, ranges: arguments.ranges) }

    private var pins: Pins { pinning.pins }

    mutating func hold(_ pinnable: Pinnable) {
        switch pinnable {
        case .packages(let argument, let joint): holdPackages(argument, joint)
        case .image(let argument, let tag, let only): holdImage(argument, tag, only)
        case .download(let argument, let checksum): holdDownload(argument, checksum)
        case .upgrade(let argument):
            let wanted = arguments[argument]
            guard pinning.isLocked, let wanted, wanted != false, wanted != "no" else { return }
            refuse(argument, "'\(argument)' brings versions that no pin holds", help: "name packages, or leave it out")
        }
    }

    // MARK: - Packages

    private mutating func holdPackages(_ argument: String, _ joint: Pinnable.Joint) {
        guard let given = arguments[argument] else { return }
        let entries = (given.list ?? [given]).compactMap(\.string).flatMap { $0.split(separator: ",") }
        var names: [String] = []
        for entry in entries.map(\.withoutOuterBlanks) where !entry.isEmpty {
            names.append(held(PackageWish(entry, joint, pins), argument))
        }
        if joint != .unknown { values[argument] = .list(names.map { .string($0) }) }
    }

    private mutating func held(_ wish: PackageWish, _ argument: String) -> String {
        guard !wish.isCollective else {
            refuse(argument, "'\(wish.text)' stands for packages that no pin holds", help: "name each package")
            return wish.text
        }
        guard let platform else {
            if !pins.knowsPackage(wish.name) { refusePackage(wish, argument, nil) }
            return wish.text
        }
        guard let pin = pins.version(of: wish.name, on: platform) else {
            refusePackage(wish, argument, platform)
            return wish.text
        }
        if let held = wish.held(to: pin.value) { return held }
        conflict(argument, "'\(wish.text)' is asked for, and '\(wish.name)' is pinned to \(pin.value)", pin)
        return wish.text
    }

    private mutating func refusePackage(_ wish: PackageWish, _ argument: String, _ platform: Platform?) {
        let release = platform?.release
        refuse(
            argument, "package '\(wish.name)' is not pinned" + (release.map { " for \($0)" } ?? ""),
            help: "`drover pin` with this playbook pins it, once it is installed; or write it below "
                + "`packages:`, `\(release ?? "debian 12"):` in \(pins.path ?? "pins.yml")")
    }

    // MARK: - Images

    private mutating func holdImage(_ argument: String, _ tag: String?, _ only: ModuleSpec.RequiredIf?) {
        guard let name = arguments.string(argument) else { return }
        if let only, arguments[only.argument] != only.value { return }
        let tagged =
            ImageReference.isID(name)
            ? name
            : tag.flatMap { arguments.string($0) }
                .map { ImageReference(name).withTag($0).text } ?? name
        switch pins.held(image: tagged) {
        case .free: break
        case .pinned(let held): values[argument] = .string(held)
        case .conflict(let pin):
            offences.append(pin.conflict(with: tagged, at: arguments.ranges[argument] ?? arguments.range))
        case .lacking where arguments.string("digest") == nil && !pinning.built.contains(tagged):
            refuse(argument, Pins.isMissing(image: tagged), help: pins.helpForImages)
        case .lacking: break
        }
    }

    // MARK: - Downloads

    private mutating func holdDownload(_ argument: String, _ checksum: String?) {
        guard let address = arguments.string(argument), Pinnable.isAddress(address) else { return }
        let written = checksum.flatMap { arguments.string($0) } ?? ""
        let isFixed = !written.isEmpty && !written.contains("://")
        guard let checksum, let pin = pins.downloads[address] else {
            guard !isFixed else { return }
            refuse(
                argument, "download '\(address)' has no checksum",
                help: checksum.map { "`\($0): sha256:…` here, or below `downloads:` in \(pins.path ?? "pins.yml")" }
                    ?? "fetch it with get_url, which checks what it gets")
            return
        }
        if isFixed, written.lowercased() != pin.value {
            return conflict(
                checksum, "checksum \(written) is asked for, and '\(address)' is pinned to \(pin.value)", pin)
        }
        values[checksum] = .string(pin.value)
    }

    // MARK: - Offences

    /// Only a locked run minds what is not pinned.
    private mutating func refuse(_ argument: String, _ message: String, help: String) {
        guard pinning.isLocked else { return }
        offences.append(
            Diagnostic(.notPinned, message, at: arguments.ranges[argument] ?? arguments.range, help: help))
    }

    private mutating func conflict(_ argument: String, _ message: String, _ pin: Located<String>) {
        offences.append(pin.conflict(message, at: arguments.ranges[argument] ?? arguments.range))
    }
}
