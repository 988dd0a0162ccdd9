//! The rules between the arguments of one call: required, exclusive, together.

import Diagnostics
import Values

/// Checks in Ansible's order and words.
struct ArgumentRules {
    let spec: ModuleSpec
    /// What the author wrote, under canonical names.
    let given: OrderedMap
    /// The same converted, with defaults.
    let values: OrderedMap
    let range: SourceRange?

    func check() throws(Diagnostic) {
        for set in spec.mutuallyExclusive where set.count(where: { given[$0] != nil }) > 1 {
            throw mistake(
                .invalidArgument, "parameters are mutually exclusive: \(set.joined(separator: "|"))",
                help: "give one of them only")
        }
        let missing = spec.arguments.filter { $0.required && given[$0.name] == nil }.map(\.name)
        guard missing.isEmpty else {
            throw mistake(
                .missingArgument, "missing required arguments: \(missing.joined(separator: ", "))",
                help: "add " + missing.map { "`\($0):`" }.joined(separator: " and "))
        }
        for set in spec.requiredTogether where set.contains(where: { given[$0] != nil }) {
            guard !set.allSatisfy({ given[$0] != nil }) else { continue }
            throw mistake(.missingArgument, "parameters are required together: \(set.joined(separator: ", "))")
        }
        for set in spec.requiredOneOf where !set.contains(where: { given[$0] != nil }) {
            throw mistake(.missingArgument, "one of the following is required: \(set.joined(separator: ", "))")
        }
        for rule in spec.requiredIf where values[rule.argument] == rule.value {
            let absent = rule.required.filter { values[$0] == nil }
            guard !absent.isEmpty else { continue }
            throw mistake(
                .missingArgument,
                "\(rule.argument) is \(ArgumentConversion.text(rule.value)) but all of the following are missing: "
                    + absent.joined(separator: ", "))
        }
    }

    private func mistake(_ code: DiagnosticCode, _ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(code, message, at: range, help: help)
    }
}
