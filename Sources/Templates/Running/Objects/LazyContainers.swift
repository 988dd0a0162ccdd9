//! Lists and dicts whose items are templates, rendered when they are looked at.

import Diagnostics
import Values

/// A list or dict that is not rendered yet.
package protocol LazyContainer: ValueObject {}

/// Rendered items of a container. Belongs to one rendering, which one thread does from beginning to end.
private final class Rendered {
    let scope: RenderScope
    var values: [Value?]

    init(_ scope: RenderScope, count: Int) {
        self.scope = scope
        values = Array(repeating: nil, count: count)
    }

    func value(_ index: Int, _ definition: TemplatedValue) throws(Diagnostic) -> Value {
        if let value = values[index] { return value }
        let value = try definition.evaluate(in: scope)
        values[index] = value
        return value
    }

    /// The same, but what is undefined is handed on for `default` to replace.
    func lenient(_ index: Int, _ definition: TemplatedValue) throws(Diagnostic) -> Value {
        do throws(Diagnostic) {
            return try value(index, definition)
        } catch {
            if error.code == .undefinedVariable { return .undefined(Undefined(failed: error)) }
            throw error
        }
    }
}

final class LazyList: LazyContainer, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it is materialized before it is stored.
    private let definitions: [TemplatedValue]
    private let rendered: Rendered

    init(_ definitions: [TemplatedValue], _ scope: RenderScope) {
        self.definitions = definitions
        rendered = Rendered(scope, count: definitions.count)
    }

    var typeName: String { "list" }
    var shape: ValueShape? { .sequence }
    func isTruthy() throws(Diagnostic) -> Bool { !definitions.isEmpty }

    func item(_ key: Value) throws(Diagnostic) -> Value? {
        guard let index = key.exactInteger else { return nil }
        let position = index < 0 ? index + definitions.count : index
        guard definitions.indices.contains(position) else { return nil }
        return try rendered.value(position, definitions[position])
    }

    func elements() throws(Diagnostic) -> [Value]? {
        var values: [Value] = []
        for index in definitions.indices { values.append(try rendered.lenient(index, definitions[index])) }
        return values
    }

    func materialized() throws(Diagnostic) -> Value? {
        guard let elements = try elements() else { return nil }
        return .list(elements)
    }
}

final class LazyDict: LazyContainer, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it is materialized before it is stored.
    private let definitions: [TemplatedValue.Entry]
    private let rendered: Rendered
    private var positions: [Value: Int]?

    init(_ definitions: [TemplatedValue.Entry], _ scope: RenderScope) {
        self.definitions = definitions
        rendered = Rendered(scope, count: definitions.count)
    }

    var typeName: String { "dict" }
    var shape: ValueShape? { .mapping }
    func isTruthy() throws(Diagnostic) -> Bool { !definitions.isEmpty }

    /// Keys with the position of their definition, the last one where a key comes twice.
    private func index() throws(Diagnostic) -> [Value: Int] {
        if let positions { return positions }
        var index: [Value: Int] = [:]
        for (position, entry) in definitions.enumerated() {
            index[try entry.key.evaluate(in: rendered.scope).hashable()] = position
        }
        positions = index
        return index
    }

    func item(_ key: Value) throws(Diagnostic) -> Value? {
        guard let position = try index()[try key.hashable()] else { return nil }
        return try rendered.value(position, definitions[position].value)
    }

    func elements() throws(Diagnostic) -> [Value]? {
        try index().sorted { $0.value < $1.value }.map(\.key)
    }

    func materialized() throws(Diagnostic) -> Value? {
        var map = OrderedMap(minimumCapacity: definitions.count)
        for (key, position) in try index().sorted(by: { $0.value < $1.value }) {
            map[key] = try rendered.lenient(position, definitions[position].value)
        }
        return .dict(map)
    }
}
