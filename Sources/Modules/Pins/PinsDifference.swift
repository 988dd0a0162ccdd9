//! What changes from one `pins.yml` to the next, for people.

import Diagnostics

/// The pins that differ, by section.
package struct PinsDifference: Sendable {
    /// One pin: new where `before` is nil, gone where `after` is.
    package struct Line: Sendable, Equatable {
        package let section: String
        package let name: String
        package let before: String?
        package let after: String?

        var text: String {
            switch (before, after) {
            case (let before?, let after?): "  \(name) \(before) -> \(after)"
            case (nil, let after?): "+ \(name) \(after)"
            default: "- \(name) \(before ?? "")"
            }
        }
    }

    package let lines: [Line]

    package init(from old: Pins, to new: Pins) {
        let (before, after) = (Self.flat(old), Self.flat(new))
        var lines: [Line] = []
        for key in Set(before.keys).union(after.keys).sorted(by: <) where before[key] != after[key] {
            lines.append(Line(section: key.section, name: key.name, before: before[key], after: after[key]))
        }
        self.lines = lines
    }

    package var isEmpty: Bool { lines.isEmpty }

    /// A heading for each section, its pins below.
    package var text: String {
        var text = ""
        var section = ""
        for line in lines {
            if line.section != section { text += line.section + "\n" }
            section = line.section
            text += "  \(line.text)\n"
        }
        return text
    }

    private struct Key: Hashable, Comparable {
        let section: String
        let name: String

        static func < (left: Key, right: Key) -> Bool { (left.section, left.name) < (right.section, right.name) }
    }

    private static func flat(_ pins: Pins) -> [Key: String] {
        var flat: [Key: String] = [:]
        for (release, packages) in pins.packages {
            for (name, package) in packages {
                for (architecture, version) in package.versions {
                    let shown = architecture.isEmpty ? name : "\(name) (\(architecture))"
                    flat[Key(section: "packages of \(release)", name: shown)] = version.value
                }
            }
        }
        for (section, pins) in [("images", pins.images), ("downloads", pins.downloads), ("roles", pins.roles)] {
            for (name, pin) in pins { flat[Key(section: section, name: name)] = pin.value }
        }
        return flat
    }
}
