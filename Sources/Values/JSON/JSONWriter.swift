//! Values → JSON text, byte for byte as Python's `json.dumps`.

import Diagnostics

/// How `json.dumps` would be called.
package struct JSONStyle: Sendable {
    /// The text one level of indentation adds; nil keeps everything on one line.
    package var indent: String?
    package var sortKeys = false
    /// Everything beyond ASCII as `\uXXXX`.
    package var ascii = true
    /// nil: Python's own (`", "`, or `","` where there is an indent).
    package var itemSeparator: String?
    package var keySeparator = ": "
    /// Whether NaN and infinity may be written, in Python's words.
    package var allowsNonFinite = true
    /// Whether keys that JSON cannot have are left out rather than refused.
    package var skipsBadKeys = false

    package init() {}
}

extension Value {
    /// The JSON text of the value. Dates become ISO text and bytes text, as Ansible's encoder does.
    package func json(_ style: JSONStyle) throws(Diagnostic) -> String {
        var writer = JSONWriter(style: style)
        try writer.write(self, depth: 0)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// The JSON text of the value; `indent` counts spaces.
    package func json(
        indent: Int? = nil, sortKeys: Bool = false, ascii: Bool = true
    ) throws(Diagnostic) -> String {
        var style = JSONStyle()
        style.indent = indent.map { String(repeating: " ", count: max(0, $0)) }
        style.sortKeys = sortKeys
        style.ascii = ascii
        return try json(style)
    }
}

private struct JSONWriter {
    let style: JSONStyle
    var output: [UInt8] = []

    init(style: JSONStyle) { self.style = style }

    mutating func write(_ value: Value, depth: Int) throws(Diagnostic) {
        guard depth <= JSON.maximumDepth else {
            throw Diagnostic(.templateRecursion, "value is nested deeper than \(JSON.maximumDepth) levels")
        }
        switch value {
        case .none: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .int(let number): append(String(number))
        case .big(let number): append(number.decimal)
        case .float(let number): append(try text(of: number))
        case .string(let text): writeString(text)
        case .bytes(let bytes): writeString(String(decoding: bytes, as: UTF8.self))
        case .date(let date): writeString(date.isoText())
        case .list(let items), .tuple(let items): try writeList(items, depth: depth)
        case .dict(let map): try writeDict(map, depth: depth)
        case .undefined(let undefined): throw undefined.diagnostic
        case .object(let object):
            guard let data = try object.materialized() else {
                throw Diagnostic(.templateRuntime, "Object of type \(object.typeName) is not JSON serializable")
            }
            try write(data, depth: depth)
        }
    }

    private mutating func writeList(_ items: [Value], depth: Int) throws(Diagnostic) {
        guard !items.isEmpty else { return append("[]") }
        append("[")
        for (index, item) in items.enumerated() {
            separate(first: index == 0, depth: depth + 1)
            try write(item, depth: depth + 1)
        }
        breakLine(depth: depth)
        append("]")
    }

    private mutating func writeDict(_ map: OrderedMap, depth: Int) throws(Diagnostic) {
        guard !map.isEmpty else { return append("{}") }
        var entries = Array(map)
        if style.sortKeys { try sort(&entries) }
        append("{")
        var isFirst = true
        for (key, value) in entries {
            guard let name = try name(of: key) else { continue }
            separate(first: isFirst, depth: depth + 1)
            isFirst = false
            writeString(name)
            append(style.keySeparator)
            try write(value, depth: depth + 1)
        }
        if !isFirst { breakLine(depth: depth) }
        append("}")
    }

    private func name(of key: Value) throws(Diagnostic) -> String? {
        switch key {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .big(let number): return number.decimal
        case .float(let number): return try text(of: number)
        case .bool(let flag): return flag ? "true" : "false"
        case .none: return "null"
        case .date(let date): return date.isoText()
        default:
            if style.skipsBadKeys { return nil }
            throw Diagnostic(.templateRuntime, "keys must be str, int, float, bool or None")
        }
    }

    private func sort(_ entries: inout [(key: Value, value: Value)]) throws(Diagnostic) {
        let order = try Value.sorted(entries.map(\.key))
        let values = OrderedMap(pairs: entries.map { ($0.key, $0.value) })
        entries = order.map { (key: $0, value: values[$0] ?? .none) }
    }

    private mutating func separate(first: Bool, depth: Int) {
        if !first { append(style.itemSeparator ?? (style.indent == nil ? ", " : ",")) }
        breakLine(depth: depth)
    }

    private mutating func breakLine(depth: Int) {
        guard let indent = style.indent else { return }
        append("\n")
        for _ in 0..<depth { append(indent) }
    }

    private func text(of number: Double) throws(Diagnostic) -> String {
        if number.isFinite { return FloatText.representation(number) }
        guard style.allowsNonFinite else {
            throw Diagnostic(
                .templateRuntime,
                "Out of range float values are not JSON compliant: \(FloatText.representation(number))")
        }
        return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func writeString(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\u{8}": append("\\b")
            case "\u{C}": append("\\f")
            case " "..."~": output.append(UInt8(ascii: scalar))
            default:
                if style.ascii || scalar.value < 0x20 {
                    for unit in UTF16.encode(scalar) ?? .init() { appendEscape(unit) }
                } else {
                    output.append(contentsOf: UTF8.encode(scalar) ?? .init())
                }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
    }
}
