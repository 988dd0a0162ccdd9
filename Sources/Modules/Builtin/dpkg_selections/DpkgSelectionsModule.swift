//! `dpkg_selections`: what dpkg is to do with a package.

import Connections
import Diagnostics
import Values

package struct DpkgSelectionsModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.dpkg_selections"], "Marks packages of Debian: held, installed, removed, purged",
        arguments: [
            ArgumentSpec("name", .string, "The package", required: true),
            ArgumentSpec(
                "selection", .string, "What dpkg is to do with it", required: true,
                choices: ["install", "hold", "deinstall", "purge"]),
        ])

    private let name: String
    private let selection: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        selection = arguments.string("selection") ?? ""
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isNameByte || "+-.:".utf8.contains($0) }) else {
            throw arguments.invalid("name", "'\(name)' is no name of a package")
        }
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe("LC_ALL=C /usr/bin/dpkg --get-selections \(name.shellQuoted)")) { answer in
            guard answer.status == 0 else {
                return .lacking([.anything], failure: .failure(answer.errorText.trimmed), then: act(before: ""))
            }
            // dpkg remembers a selection for a package that is still to come.
            let before = answer.text.split(whereSeparator: \.isWhitespace).dropFirst().first.map(String.init)
            return act(before: before ?? "not present")
        }
    }

    private func act(before: String) -> Step {
        let fields: OrderedMap = ["before": .string(before), "after": .string(selection)]
        guard before != selection else { return .done(ModuleResult(fields: fields)) }
        let act = Script("/usr/bin/dpkg --set-selections", input: Array("\(name) \(selection)\n".utf8))
        return .apply(Change(fields: fields), act) { answer in
            guard answer.status == 0 else { return .done(.failure(answer.errorText.trimmed, fields: fields)) }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }
}
