//! The rules between the options of one level of an author's specification.

import Values

/// `mutually_exclusive`, `required_together` and their kin, as data.
struct OptionRelations {
    let rules: OrderedMap
    let values: OrderedMap
    /// Where the options stand, for messages.
    let place: String

    func exclusive() -> [String] {
        sets("mutually_exclusive").filter { given($0).count > 1 }.map {
            "parameters are mutually exclusive: \($0.joined(separator: "|"))\(place)"
        }
    }

    /// The rules that are judged once all types are right.
    func dependent() -> [String] {
        var errors = sets("required_together").filter { !given($0).isEmpty && given($0).count < $0.count }.map {
            "parameters are required together: \($0.joined(separator: ", "))\(place)"
        }
        errors += sets("required_one_of").filter { given($0).isEmpty }.map {
            "one of the following is required: \($0.joined(separator: ", "))\(place)"
        }
        errors += (rules["required_if"]?.list ?? []).compactMap(conditional)
        for (name, wanted) in rules["required_by"]?.dict ?? [:] {
            guard let name = name.string, values[name] != nil else { continue }
            let missing = Self.names(wanted).filter { values[$0] == nil }
            if !missing.isEmpty {
                errors.append("missing parameter(s) required by '\(name)': \(missing.joined(separator: ", "))\(place)")
            }
        }
        return errors
    }

    /// `[option, value, [required], true where one of them is enough]`.
    private func conditional(_ rule: Value) -> String? {
        guard let parts = rule.list, parts.count >= 3, let name = parts[0].string, values[name] == parts[1] else {
            return nil
        }
        let wanted = Self.names(parts[2])
        let oneIsEnough = parts.count > 3 && parts[3].bool == true
        let missing = wanted.filter { values[$0] == nil }
        guard oneIsEnough ? missing.count == wanted.count : !missing.isEmpty else { return nil }
        return "\(name) is \(ArgumentConversion.text(parts[1])) but \(oneIsEnough ? "any" : "all") of the following "
            + "are missing: \(missing.joined(separator: ", "))\(place)"
    }

    private func sets(_ rule: String) -> [[String]] {
        guard let list = rules[rule]?.list, !list.isEmpty else { return [] }
        return list.allSatisfy { $0.string != nil } ? [list.compactMap(\.string)] : list.map(Self.names)
    }

    private func given(_ names: [String]) -> [String] { names.filter { values[$0] != nil } }

    private static func names(_ value: Value) -> [String] {
        value.list?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
    }
}
