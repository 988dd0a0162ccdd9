//! A source of apt in deb822 form: the arguments as fields.

import Diagnostics
import Values

enum Deb822Paragraph {
    /// Arguments that become fields, with the names that apt gives them.
    static let fields: [(spec: ArgumentSpec, field: String)] = [
        (
            ArgumentSpec("types", .list(of: .string), "deb, deb-src", default: ["deb"], choices: ["deb", "deb-src"]),
            "Types"
        ),
        (ArgumentSpec("uris", .list(of: .string), "Addresses"), "URIs"),
        (ArgumentSpec("suites", .list(of: .string), "Suites, or a path that ends with /"), "Suites"),
        (ArgumentSpec("components", .list(of: .string), "Components"), "Components"),
        (ArgumentSpec("architectures", .list(of: .string), "Architectures"), "Architectures"),
        (ArgumentSpec("languages", .list(of: .string), "Languages of descriptions"), "Languages"),
        (ArgumentSpec("targets", .list(of: .string), "What apt downloads"), "Targets"),
        (ArgumentSpec("enabled", .bool, "Whether apt looks at it"), "Enabled"),
        (ArgumentSpec("pdiffs", .bool, "Update by differences"), "PDiffs"),
        (ArgumentSpec("by_hash", .bool, "Fetch indexes by their checksums"), "By-Hash"),
        (ArgumentSpec("allow_insecure", .bool, "Accept what is not signed"), "Allow-Insecure"),
        (ArgumentSpec("allow_weak", .bool, "Accept weak digests"), "Allow-Weak"),
        (
            ArgumentSpec("allow_downgrade_to_insecure", .bool, "Accept what is no longer signed"),
            "Allow-Downgrade-To-Insecure"
        ),
        (ArgumentSpec("trusted", .bool, "Trust it whatever the signatures say"), "Trusted"),
        (ArgumentSpec("check_valid_until", .bool, "Refuse what is out of date"), "Check-Valid-Until"),
        (ArgumentSpec("check_date", .bool, "Look at dates at all"), "Check-Date"),
        (ArgumentSpec("date_max_future", .int, "Seconds that a date may lie ahead"), "Date-Max-Future"),
        (ArgumentSpec("inrelease_path", .string, "Where InRelease is"), "InRelease-Path"),
    ]

    /// `Field: value` lines, without the key.
    static func lines(_ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        var lines = ["X-Repolib-Name: \(arguments.string("name") ?? "")"]
        for (spec, field) in fields {
            guard let value = arguments[spec.name], value != .none else { continue }
            let text: String
            switch value {
            case .bool(let isOn): text = isOn ? "yes" : "no"
            case .list(let items):
                text = try items.map { item throws(Diagnostic) in try item.text() }.joined(separator: " ")
            default: text = try value.text()
            }
            if text.contains("\n") { throw arguments.invalid(spec.name, "\(spec.name) has more than one line") }
            lines.append("\(field): \(text)")
        }
        return lines
    }

    /// A key inside the paragraph writes its empty lines as dots.
    static func signedBy(_ text: String) -> [String] {
        let lines = text.pythonLines
        if lines.count == 1 { return ["Signed-By: \(lines[0])"] }
        return ["Signed-By:"] + lines.map { $0.trimmed.isEmpty ? " ." : " \($0)" }
    }
}
