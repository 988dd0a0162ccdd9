//! `locale_gen`: which locales a host has.

import Connections
import Diagnostics
import Values

package struct LocaleGenModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.locale_gen"], "Makes and removes locales",
        arguments: [
            ArgumentSpec(
                "name", .list(of: .string), "Names with their encoding, e.g. de_DE.UTF-8", required: true),
            ArgumentSpec(
                "state", .string, "Whether they are there", default: "present", choices: ["absent", "present"]),
        ], readsAhead: true)

    private let names: [String]
    private let isPresent: Bool
    private static let file = "/etc/locale.gen"

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        names = arguments.strings("name") ?? []
        isPresent = arguments.string("state") != "absent"
        for name in names {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0.isNameByte || "-.@".utf8.contains($0) }),
                !name.hasPrefix("-")
            else {
                throw arguments.invalid("name", "'\(name)' is no locale", help: "for example: en_GB.UTF-8")
            }
        }
    }

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            \(RemoteText.probe(Self.file)) || exit $?
            { locale -a; [ ! -r /usr/share/i18n/SUPPORTED ] || sed 's/^/supported /' /usr/share/i18n/SUPPORTED; } >&2
            """
        return .observe(Probe(probe)) { observation throws(Diagnostic) in
            guard let found = RemoteText(Self.file, observation), let text = found.text else {
                return .done(
                    .failure("this host has no \(Self.file): the package locales is missing"))
            }
            return decide(found, text, observation.errorText.split(separator: "\n").map(String.init))
        }
    }

    private func decide(_ found: RemoteText, _ text: String, _ known: [String]) -> Step {
        let installed = Set(known.filter { !$0.hasPrefix("supported ") }.map(Self.normal))
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var differs = false
        for name in names where installed.contains(Self.normal(name)) != isPresent {
            differs = true
            let index = lines.firstIndex { line in
                line.drop { "# \t".contains($0) }.split(separator: " ").first.map(String.init) == name
            }
            if let index {
                let plain = String(lines[index].drop { "# \t".contains($0) })
                lines[index] = isPresent ? plain : "# " + plain
            } else if isPresent {
                guard let supported = known.first(where: { $0.hasPrefix("supported \(name) ") }) else {
                    return .done(
                        .failure("The locales you've entered are not available on your system: \(name)"))
                }
                if lines.last == "" { lines.removeLast() }
                lines += [String(supported.dropFirst("supported ".count)), ""]
            }
        }
        let fields: OrderedMap = ["name": .strings(names), "mechanism": "glibc"]
        guard differs else { return .done(ModuleResult(fields: fields)) }
        let content = lines.joined(separator: "\n")
        let script = found.replacement(content, after: "locale-gen >&2 || exit 3")
        let change = Change(differences: [found.difference(to: content)], fields: fields)
        return .apply(change, script) { outcome throws(Diagnostic) in
            switch outcome.status {
            case 0: .done(ModuleResult(changed: true, fields: fields))
            case RemoteText.moved: try start()
            default: .done(.failure("locale-gen failed: \(outcome.errorText.trimmed)", fields: fields))
            }
        }
    }

    /// As `locale -a` writes names: `en_GB.utf8` for `en_GB.UTF-8`.
    private static func normal(_ name: String) -> String {
        guard let (language, rest) = name.halves(at: ".") else { return name }
        let parts = rest.split(separator: "@", maxSplits: 1)
        let encoding = parts.first.map { $0.lowercased().filter { $0 != "-" } } ?? ""
        return "\(language).\(encoding)" + (parts.count > 1 ? "@\(parts[1])" : "")
    }
}
