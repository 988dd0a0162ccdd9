//! Reads `pins.yml`: every key checked, every pin with its place.

import Diagnostics
import Digests
import YAML

/// From the text of a file to pins.
package enum PinsReader {
    private static let sections = ["packages", "images", "downloads", "roles"]

    package static func read(_ file: SourceFile) throws(Diagnostic) -> Pins {
        var pins = Pins(path: file.path)
        let (root, warnings) = try YAMLReader.document(of: file)
        if var twice = warnings.first {
            twice.severity = .error
            throw twice
        }
        guard let root else { return pins }
        for (name, node) in try entries(root, "pins.yml") {
            switch name.value {
            case "packages":
                for (release, node) in try entries(node, "'packages'") {
                    let key = try checked(release: release)
                    guard pins.packages[key] == nil else {
                        throw Diagnostic(.yamlDuplicateKey, "the release '\(key)' is here twice", at: release.range)
                    }
                    pins.packages[key] = try packages(node, of: key)
                }
            case "images":
                for (image, node) in try entries(node, "'images'") {
                    pins.images[try key(of: image)] = try digest(node)
                }
            case "downloads":
                for (address, node) in try entries(node, "'downloads'") {
                    pins.downloads[address.value] = try checksum(node)
                }
            case "roles":
                for (role, node) in try entries(node, "'roles'") { pins.roles[role.value] = try commit(node) }
            default:
                throw Diagnostic(
                    .unknownKeyword, "'\(name.value)' is not a key of pins.yml", at: name.range,
                    help: Suggestion.help(for: name.value, among: sections)
                        ?? "known are: \(sections.joined(separator: ", "))")
            }
        }
        return pins
    }

    // MARK: - Parts

    private static func checked(release: Located<String>) throws(Diagnostic) -> String {
        guard let (distribution, version) = Platform.parts(of: release.value) else {
            throw Diagnostic(
                .pinSyntax, "'\(release.value)' is no release of a distribution", at: release.range,
                help: "a name and a version, as in `debian 12:` or `ubuntu 24.04:`")
        }
        return "\(distribution) \(version)"
    }

    private static func packages(_ node: Node, of release: String) throws(Diagnostic) -> [String: Pins.Package] {
        var packages: [String: Pins.Package] = [:]
        for (name, node) in try entries(node, "'\(release)'") {
            guard case .mapping = node.content else {
                packages[name.value] = Pins.Package(["": try version(node)])
                continue
            }
            var versions: [String: Located<String>] = [:]
            for (architecture, node) in try entries(node, "'\(name.value)'") {
                versions[architecture.value] = try version(node)
            }
            packages[name.value] = Pins.Package(versions)
        }
        return packages
    }

    private static func version(_ node: Node) throws(Diagnostic) -> Located<String> {
        let version = try text(node, "a version, or a version for each architecture (`{amd64: 1.2, arm64: 1.3}`)")
        let isPlain = version.value.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"'{}*[]<>=".utf8.contains($0) }
        guard isPlain, !version.value.isEmpty else {
            throw Diagnostic(
                .pinSyntax, "'\(version.value)' is no version", at: version.range,
                help: "the whole version as the host's package manager shows it")
        }
        return version
    }

    private static func key(of image: Located<String>) throws(Diagnostic) -> String {
        let reference = ImageReference(image.value)
        guard reference.digest == nil, !ImageReference.isID(image.value) else {
            throw Diagnostic(
                .pinSyntax, "the name of an image has no digest here", at: image.range,
                help: "name and tag, then the digest: `app:1.4: sha256:…`")
        }
        return Pins.key(of: reference)
    }

    private static func digest(_ node: Node) throws(Diagnostic) -> Located<String> {
        let digest = try text(node, "a digest")
        guard digest.value.hasPrefix("sha256:"), isHexadecimal(digest.value.dropFirst(7), 64) else {
            throw Diagnostic(
                .pinSyntax, "'\(digest.value)' is no digest", at: digest.range,
                help: "sha256: and 64 hexadecimal digits in small letters")
        }
        return digest
    }

    private static func checksum(_ node: Node) throws(Diagnostic) -> Located<String> {
        let checksum = try text(node, "a checksum")
        let parts = checksum.value.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let algorithm = MessageDigest(rawValue: String(parts[0])),
            isHexadecimal(parts[1], algorithm.hexLength)
        else {
            throw Diagnostic(
                .pinSyntax, "'\(checksum.value)' is no checksum", at: checksum.range,
                help: "algorithm:checksum, as in sha256: and 64 hexadecimal digits in small letters")
        }
        return checksum
    }

    private static func commit(_ node: Node) throws(Diagnostic) -> Located<String> {
        let commit = try text(node, "a commit")
        guard isHexadecimal(commit.value[...], 40) || isHexadecimal(commit.value[...], 64) else {
            throw Diagnostic(
                .pinSyntax, "'\(commit.value)' is no commit", at: commit.range,
                help: "all 40 hexadecimal digits: branches and tags may move")
        }
        return commit
    }

    private static func isHexadecimal(_ text: Substring, _ length: Int) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    // MARK: - Nodes

    private static func entries(_ node: Node, _ what: String) throws(Diagnostic) -> [(Located<String>, Node)] {
        switch node.content {
        case .mapping(let entries):
            return try entries.map { entry throws(Diagnostic) in (try text(entry.key, "a name"), entry.value) }
        case .scalar(let scalar) where scalar.text.isEmpty || scalar.text == "~" || scalar.text == "null": return []
        default: throw Diagnostic(.pinSyntax, "\(what) must be a mapping", at: node.range)
        }
    }

    private static func text(_ node: Node, _ what: String) throws(Diagnostic) -> Located<String> {
        guard case .scalar(let scalar) = node.content, node.tag == nil else {
            throw Diagnostic(.pinSyntax, "this must be \(what)", at: node.range)
        }
        return Located(scalar.text, at: node.range)
    }
}
