//! `services.yml` as written: which services there are, with every key checked, nothing rendered yet.

import Diagnostics
import Playbooks
import Templates
import Values
import YAML

/// The file that describes a fleet's services.
package struct ServicesFile: Sendable {
    package let path: String
    let declarations: [ServiceDeclaration]
    /// Who logs in where: `[{registry, username, password}]`.
    package let registries: TemplatedValue?
    /// The names of those that images may come from.
    let allowedRegistries: ServiceDeclaration.Field?

    /// Reads the file. Every unknown key is a problem at its place.
    package static func read(
        _ path: String, vault: @escaping VaultDecryption, problems: inout Problems
    ) throws(Diagnostic) -> ServicesFile {
        let source = try SourceReader(decrypt: vault).read(path)
        guard let root = try YAMLReader.document(of: source).node, case .mapping(let entries) = root.content else {
            throw Diagnostic(
                .serviceSyntax, "\(path) describes no services",
                at: SourceRange(file: source, offset: 0, length: 0),
                help: "begin with `services:` and a name for each service below it")
        }
        ServiceKeys.top.check(root, what: "services.yml", &problems)
        var declarations: [ServiceDeclaration] = []
        for entry in entries.named("services") {
            guard case .mapping(let services) = entry.value.content else {
                throw Diagnostic(
                    .serviceSyntax, "'services' must be a mapping of names to services", at: entry.value.range)
            }
            for service in services {
                let declaration = problems.collect { () throws(Diagnostic) in
                    try ServiceDeclaration(service, vault: vault)
                }
                if let declaration { declarations.append(declaration) }
                ServiceKeys.service.check(service.value, what: "a service", &problems)
            }
        }
        let registries = try entries.named("registries").first.map { entry throws(Diagnostic) in
            try TemplatedValue(entry.value, vault: vault)
        }
        let allowed = try entries.named("allowed_registries").first.map { entry throws(Diagnostic) in
            ServiceDeclaration.Field(node: entry.value, value: try TemplatedValue(entry.value, vault: vault))
        }
        return ServicesFile(
            path: path, declarations: declarations, registries: registries, allowedRegistries: allowed)
    }
}

/// One entry below `services:`.
struct ServiceDeclaration: Sendable {
    struct Field: Sendable {
        let node: Node
        let value: TemplatedValue
    }

    let name: String
    let nameRange: SourceRange
    let whole: Field

    init(_ entry: Node.Entry, vault: @escaping VaultDecryption) throws(Diagnostic) {
        guard case .scalar(let scalar) = entry.key.content, Self.isName(scalar.text) else {
            throw Diagnostic(
                .serviceSyntax, "this is not a name for a service", at: entry.key.range,
                help: "small letters, digits and '-', beginning with a letter: it becomes the container's name")
        }
        guard case .mapping = entry.value.content else {
            throw Diagnostic(
                .serviceSyntax, "service '\(scalar.text)' must be a mapping", at: entry.value.range,
                help: "at least `hosts:` and `image:`")
        }
        name = scalar.text
        nameRange = entry.key.range
        whole = Field(node: entry.value, value: try TemplatedValue(entry.value, vault: vault))
    }

    /// The node of a key; nil where it is not written.
    func field(_ key: String) -> Field? {
        guard case .mapping(let entries) = whole.node.content, let node = entries.named(key).last?.value,
            let value = whole.value.entry(key)
        else { return nil }
        return Field(node: node, value: value)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isSmallLetter else { return false }
        return text.utf8.allSatisfy { $0.isSmallLetter || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}

extension [Node.Entry] {
    func named(_ name: String) -> [Node.Entry] {
        filter { if case .scalar(let scalar) = $0.key.content { scalar.text == name } else { false } }
    }
}

extension TemplatedValue {
    /// The value of a key of a mapping that is written out.
    fileprivate func entry(_ key: String) -> TemplatedValue? {
        switch self {
        case .dict(let entries):
            entries.last { if case .constant(let name) = $0.key { name.string == key } else { false } }?.value
        case .constant(let value): value.dict?[key].map { .constant($0) }
        default: nil
        }
    }
}

extension UInt8 {
    fileprivate var isSmallLetter: Bool { (97...122).contains(self) }
}
