//! What a case expects of a result.

import Modules
import Regexes
import Testing
import Values

enum CaseExpectation {
    /// Every expected key is in the result.
    static func check(_ result: ModuleResult, _ expected: Value?, _ what: String) {
        var fields = result.fields
        fields["changed"] = .bool(result.changed)
        fields["failed"] = .bool(result.failed)
        fields["skipped"] = .bool(result.skipped)
        for (key, value) in expected?.dict ?? [:] {
            let found = fields[key] ?? .none
            #expect(
                matches(found, value),
                "\(what): \(key) is \(found), expected \(value); all: \((try? Value.dict(fields).representation()) ?? "")"
            )
        }
    }

    /// Equal, or matched by a `/regular expression/`; dictionaries need to have the expected entries only.
    static func matches(_ found: Value, _ expected: Value) -> Bool {
        switch expected {
        case .string(let text) where text.hasPrefix("/") && text.hasSuffix("/") && text.count > 2:
            let shown = (try? found.text()) ?? ""
            return (try? Pattern.cached(String(text.dropFirst().dropLast()), options: .dotAll).search(shown)) != nil
        case .dict(let map):
            return map.allSatisfy { key, value in matches(found.dict?[key] ?? .none, value) }
        case .list(let items):
            guard let list = found.list, list.count == items.count else { return false }
            return zip(list, items).allSatisfy { matches($0, $1) }
        default: return found == expected
        }
    }
}
