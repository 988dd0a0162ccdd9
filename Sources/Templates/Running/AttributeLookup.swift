//! `object.name` and `object[key]` as Jinja2 looks them up.

import Diagnostics
import Values

enum Attributes {
    /// An attribute, else an item of that name.
    static func attribute(_ name: String, of object: Value, in origin: Origin?)
        throws(Diagnostic) -> Value
    {
        if case .undefined = object { return object }
        if name.utf8.starts(with: "__".utf8) { return unsafe(name, of: object, in: origin) }
        if let method = Methods.bound(name, to: object) { return method }
        switch object {
        case .dict(let map): if let value = map[name] { return value }
        case .object(let computed):
            if let value = try guarded({ () throws(Diagnostic) in
                if let value = try computed.attribute(name) { return value }
                return try computed.item(.string(name))
            }) {
                return value
            }
        case .date(let date): if let value = date.attribute(name) { return value }
        case .int, .bool, .big, .float: if let value = NumberMethods.attribute(name, of: object) { return value }
        default: break
        }
        return missing(name, of: object, in: origin)
    }

    /// The attribute where finding it takes no more than a look; nil says nothing.
    @inline(__always)
    static func quick(_ name: Name, of object: Value) -> Value? {
        switch object {
        case .dict(let map): return name.isDictMethod ? nil : map[name.key]
        case .object(let computed):
            if let attribute = name.loopAttribute, let loop = computed as? LoopObject {
                return loop.value(of: attribute)
            }
            if !name.isUnsafe, let namespace = computed as? NamespaceObject { return namespace.attributes[name.key] }
            return nil
        default: return nil
        }
    }

    /// An item, else an attribute of that name.
    static func item(_ key: Value, of object: Value, in origin: Origin?) throws(Diagnostic)
        -> Value
    {
        if case .undefined(let reason) = key { throw reason.diagnostic }
        switch object {
        case .undefined: return object
        case .dict(let map):
            // What no dictionary can have for a key is just not there.
            if key.slice == nil, let hashable = try? key.hashable(), let value = map[hashable] { return value }
        case .list(let items), .tuple(let items):
            if let slice = key.slice {
                let part = try slice.apply(to: items)
                if case .tuple = object { return .tuple(part) }
                return .list(part)
            }
            if let index = key.exactInteger, let value = items.element(index) { return value }
        case .string(let text):
            if let slice = key.slice { return .string(try slice.apply(to: text)) }
            if let index = key.exactInteger, let value = text.character(index) { return value }
        case .bytes(let bytes):
            if let index = key.exactInteger, let value = bytes.map({ Value.int(Int($0)) }).element(index) {
                return value
            }
        case .object(let markup as Markup) where key.slice != nil || key.exactInteger != nil:
            let part = try item(key, of: .string(markup.content), in: origin)
            if !part.isUndefined { return part }
        case .object(let computed):
            if key.slice != nil, let items = try computed.elements(), computed.shape != .mapping {
                return try item(key, of: .list(items), in: origin)
            }
            if let value = try guarded({ () throws(Diagnostic) in try computed.item(key) }) { return value }
            if case .string(let name) = key,
                let value = try guarded({ () throws(Diagnostic) in try computed.attribute(name) })
            {
                return value
            }
        default: break
        }
        if key.slice != nil {
            throw Diagnostic(
                .templateRuntime,
                object.isMapping ? "unhashable type: 'slice'" : "'\(object.typeName)' object is not subscriptable")
        }
        if case .string(let name) = key {
            if name.utf8.starts(with: "__".utf8) { return unsafe(name, of: object, in: origin) }
            if let method = Methods.bound(name, to: object) { return method }
            return missing(name, of: object, in: origin)
        }
        let printed = (try? key.representation()) ?? key.typeName
        return .undefined(Undefined(.item(printed, typeName: object.typeName), in: origin))
    }

    /// A lazy item that is undefined is undefined itself, so that `default` may replace it.
    private static func guarded(_ body: () throws(Diagnostic) -> Value?) throws(Diagnostic) -> Value? {
        do throws(Diagnostic) {
            return try body()
        } catch {
            if error.code == .undefinedVariable { return .undefined(Undefined(failed: error)) }
            throw error
        }
    }

    private static func unsafe(_ name: String, of object: Value, in origin: Origin?) -> Value {
        let message = "access to attribute '\(name)' of '\(object.typeName)' object is unsafe."
        return .undefined(Undefined(.message(message), in: origin))
    }

    private static func missing(_ name: String, of object: Value, in origin: Origin?) -> Value {
        .undefined(
            Undefined(.attribute(name, typeName: object.typeName), in: origin) {
                guard case .dict(let map) = object else { return nil }
                return Suggestion.help(for: name, among: map.keys.compactMap(\.string))
            })
    }
}

extension Undefined {
    /// Something whose rendering ran into something undefined.
    convenience init(failed mistake: Diagnostic) {
        self.init(.message(mistake.message), at: { mistake.range }, help: { mistake.help })
    }
}

extension Value {
    /// The value as a key of a dict; Python refuses lists and dicts.
    func hashable() throws(Diagnostic) -> Value {
        switch self {
        case .list, .dict: throw Diagnostic(.templateRuntime, "unhashable type: '\(typeName)'")
        case .object(let object) where object.shape != nil && !(object is Markup):
            throw Diagnostic(.templateRuntime, "unhashable type: '\(typeName)'")
        case .object: return try forced()
        case .undefined(let reason): throw reason.diagnostic
        default: return self
        }
    }

    var slice: SliceObject? { if case .object(let object as SliceObject) = self { object } else { nil } }
}

extension Array {
    /// The element at a Python index, which counts from the end if negative.
    func element(_ index: Int) -> Element? {
        let position = index < 0 ? index + count : index
        return indices.contains(position) ? self[position] : nil
    }
}

extension String {
    /// The character at a Python index.
    func character(_ index: Int) -> Value? {
        if index >= 0 {
            let scalars = unicodeScalars
            guard let position = scalars.index(scalars.startIndex, offsetBy: index, limitedBy: scalars.endIndex),
                position < scalars.endIndex
            else { return nil }
            return .string(String(scalars[position]))
        }
        return Array(unicodeScalars).element(index).map { .string(String($0)) }
    }
}
