//! Values as TOML.

import Diagnostics
import Values

/// Tables get headers; lists and tables inside lists stand on one line. TOML has no `null`: such keys are left out.
enum TOMLWriter {
    static func text(_ value: Value) throws(Diagnostic) -> String {
        guard let map = try value.materialized().dict else {
            throw Diagnostic(.internal, "only a mapping can be written as TOML")
        }
        var lines: [String] = []
        try write(map, [], &lines)
        return lines.drop { $0.isEmpty }.joined(separator: "\n") + "\n"
    }

    private static func write(_ map: OrderedMap, _ path: [String], _ lines: inout [String]) throws(Diagnostic) {
        var tables: [(String, OrderedMap)] = []
        var pairs: [String] = []
        for (key, value) in map {
            let name = try key.text()
            switch value {
            case .dict(let table): tables.append((name, table))
            case .none: continue
            default: pairs.append("\(self.key(name)) = \(try inline(value))")
            }
        }
        if !path.isEmpty, !pairs.isEmpty || tables.isEmpty {
            lines += ["", "[\(path.map(key).joined(separator: "."))]"]
        }
        lines += pairs
        for (name, table) in tables { try write(table, path + [name], &lines) }
    }

    private static func inline(_ value: Value) throws(Diagnostic) -> String {
        switch value {
        case .bool(let flag): return flag ? "true" : "false"
        case .int, .big: return try value.text()
        case .float(let number) where number.isFinite: return try value.text()
        case .float(let number): return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
        case .date: return try value.text()
        case .list(let items), .tuple(let items):
            var texts: [String] = []
            for item in items where !item.isNone { texts.append(try inline(item)) }
            return "[\(texts.joined(separator: ", "))]"
        case .dict(let map):
            var pairs: [String] = []
            for (key, value) in map where !value.isNone {
                pairs.append("\(self.key(try key.text())) = \(try inline(value))")
            }
            return pairs.isEmpty ? "{}" : "{ \(pairs.joined(separator: ", ")) }"
        default: return try Value.string(value.text()).json(ascii: false)
        }
    }

    private static func key(_ name: String) -> String {
        let isBare =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isBare ? name : (try? Value.string(name).json(ascii: false)) ?? "\"\""
    }
}
