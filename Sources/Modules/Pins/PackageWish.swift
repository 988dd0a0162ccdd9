//! One entry of a list of packages, as far as pins are concerned: a name, and what is asked of its version.

import Diagnostics

/// `nginx`, `nginx=1.22*`, `nginx>=1.20`, `nginx-1.22.1-9`, or something that no name stands for.
struct PackageWish: Sendable {
    enum Version: Sendable {
        case any
        /// May hold `*`.
        case exactly(String)
        case atLeast(String)
        /// rpm's comparisons.
        case compared(DnfComparison)
        /// A comparison that is not understood here.
        case other
    }

    let text: String
    let name: String
    let version: Version
    private let joint: Pinnable.Joint

    init(_ text: String, _ joint: Pinnable.Joint, _ pins: Pins) {
        self.text = text
        self.joint = joint
        if joint == .dash {
            if let comparison = DnfComparison(text) {
                (name, version) = (comparison.name, .compared(comparison))
                return
            }
            (name, version) = Self.divided(text, pins)
            return
        }
        guard let mark = text.firstIndex(where: { "=<>~".contains($0) }) else {
            (name, version) = (text, .any)
            return
        }
        name = text[..<mark].withoutOuterBlanks
        let comparison = text[mark...].prefix { "=<>~".contains($0) }
        let number = text[mark...].dropFirst(comparison.count).withoutOuterBlanks
        switch comparison {
        case "=", "==": version = .exactly(number)
        case ">=": version = .atLeast(number)
        default: version = .other
        }
    }

    /// Where `-` divides name and version, only the name of a pin tells which one.
    private static func divided(_ text: String, _ pins: Pins) -> (String, Version) {
        guard !pins.knowsPackage(text) else { return (text, .any) }
        for dash in text.indices.reversed() where text[dash] == "-" {
            let rest = text[text.index(after: dash)...]
            let name = String(text[..<dash])
            if rest.first?.isNumber == true, pins.knowsPackage(name) { return (name, .exactly(String(rest))) }
        }
        return (text, .any)
    }

    /// Groups, patterns, files and addresses: nothing that one pin could hold.
    var isCollective: Bool {
        name.contains { $0 == "*" || $0 == "?" || $0 == "[" } || name.hasPrefix("@") || name.contains("://")
            || name.hasSuffix(".rpm") || name.hasPrefix("/")
    }

    /// The entry with the pinned version; nil where the two cannot both be.
    func held(to pin: String) -> String? {
        switch version {
        case .any: break
        case .exactly(let wanted):
            guard joint == .dash ? Self.isDashed(wanted, pin) : ShellPattern(wanted).matches(pin) else { return nil }
        case .atLeast(let wanted): guard DebianVersion(pin) >= DebianVersion(wanted) else { return nil }
        case .compared(let comparison): guard comparison.isMet(by: pin) else { return nil }
        case .other: return nil
        }
        return joint == .unknown ? text : name + joint.rawValue + pin
    }

    /// rpm takes versions without their epoch and without their release.
    private static func isDashed(_ wanted: String, _ pin: String) -> Bool {
        let parts = pin.split(separator: ":", maxSplits: 1)
        let short = wanted.contains(":") ? pin : String(parts.last ?? "")
        return ShellPattern(wanted).matches(short) || short.hasPrefix(wanted + "-")
    }
}
