//! Pairs of items and the elements of one of their lists, for the filter and the lookup.

import Diagnostics
import Values

enum Subelements {
    static func pairs(_ items: Value, path: Value, skipsMissing: Bool) throws(Diagnostic) -> [Value] {
        let elements: [Value]
        switch items {
        case .dict(let map): elements = map.values
        case .list, .tuple: elements = try items.iterated()
        default: throw mistake("obj must be a list of dicts or a nested dict")
        }
        let steps: [Value]
        switch path {
        case .string(let text):
            steps = text.split(separator: ".", omittingEmptySubsequences: false).map { .string(String($0)) }
        case .list(let keys): steps = keys
        default: throw mistake("subelements must be a list or a string")
        }
        var pairs: [Value] = []
        for element in elements {
            for leaf in try leaves(of: element, steps, skipsMissing) { pairs.append(.tuple([element, leaf])) }
        }
        return pairs
    }

    private static func leaves(
        of element: Value, _ steps: [Value], _ skipsMissing: Bool
    ) throws(Diagnostic) -> [Value] {
        var value = element
        for step in steps {
            guard case .dict(let map) = try value.forced() else {
                throw mistake(
                    "the key \(try step.text()) should point to a dictionary, got \(try value.representation())")
            }
            guard let next = map[step] else {
                if skipsMissing { return [] }
                throw mistake(
                    "could not find \(try step.representation()) key in iterated item \(try value.representation())")
            }
            value = next
        }
        let list = try value.forced()
        guard list.isSequence else {
            let key = try steps.last?.representation() ?? ""
            throw mistake("the key \(key) should point to a list, got \(try list.representation())")
        }
        return try list.iterated()
    }

    private static func mistake(_ message: String) -> Diagnostic { Diagnostic(.templateRuntime, message) }
}
