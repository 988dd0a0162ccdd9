//! Methods of lists.

import Diagnostics
import Values

enum ListMethods {
    static let names: Set<String> = [
        "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort",
    ]

    static func call(
        _ name: String, _ items: inout [Value], _ given: Arguments, _ machine: Machine
    ) throws(Diagnostic) -> Value {
        switch name {
        case "append":
            items.append(try MethodArguments(name, given, ["object"], required: 1).value(0))
        case "clear": items = []
        case "copy": return .list(items)
        case "count":
            let wanted = try MethodArguments(name, given, ["value"], required: 1).value(0)
            var count = 0
            for item in items where try item.equals(wanted) { count += 1 }
            return .int(count)
        case "extend":
            let other = try MethodArguments(name, given, ["iterable"], required: 1).value(0)
            guard let more = try other.elements() else {
                throw Diagnostic(.templateRuntime, "'\(other.typeName)' object is not iterable")
            }
            items += more
        case "index":
            return try index(items, try MethodArguments(name, given, ["value", "start", "stop"], required: 1))
        case "insert":
            let arguments = try MethodArguments(name, given, ["index", "object"], required: 2)
            let index = try arguments.integer(0, default: 0)
            items.insert(arguments.value(1), at: min(max(index < 0 ? index + items.count : index, 0), items.count))
        case "pop": return try pop(&items, try MethodArguments(name, given, ["index"]))
        case "remove":
            let wanted = try MethodArguments(name, given, ["value"], required: 1).value(0)
            guard let position = try position(of: wanted, in: items) else {
                throw Diagnostic(.templateRuntime, "list.remove(x): x not in list")
            }
            items.remove(at: position)
        case "reverse": items.reverse()
        case "sort": try sort(&items, given, machine)
        default: break
        }
        return .none
    }

    private static func pop(_ items: inout [Value], _ arguments: MethodArguments) throws(Diagnostic) -> Value {
        if items.isEmpty { throw Diagnostic(.templateRuntime, "pop from empty list") }
        let index = try arguments.integer(0, default: -1)
        let position = index < 0 ? index + items.count : index
        guard items.indices.contains(position) else { throw Diagnostic(.templateRuntime, "pop index out of range") }
        return items.remove(at: position)
    }

    private static func index(_ items: [Value], _ arguments: MethodArguments) throws(Diagnostic) -> Value {
        func bound(_ index: Int) -> Int { min(max(index < 0 ? index + items.count : index, 0), items.count) }
        let start = bound(try arguments.integer(1, default: 0))
        let stop = bound(try arguments.integer(2, default: items.count))
        if start < stop, let position = try position(of: arguments.value(0), in: items[start..<stop]) {
            return .int(start + position)
        }
        throw Diagnostic(.templateRuntime, "\(try arguments.value(0).representation()) is not in list")
    }

    private static func position(of wanted: Value, in items: some RandomAccessCollection<Value>) throws(Diagnostic)
        -> Int?
    {
        var offset = 0
        for item in items {
            if try item.equals(wanted) {
                return items.distance(from: items.startIndex, to: items.endIndex) == 0 ? nil : offset
            }
            offset += 1
        }
        return nil
    }

    private static func sort(_ items: inout [Value], _ given: Arguments, _ machine: Machine) throws(Diagnostic) {
        guard given.positional.isEmpty else {
            throw Diagnostic(.templateRuntime, "sort() takes no positional arguments")
        }
        let arguments = try MethodArguments("sort", given, ["key", "reverse"])
        var keyed: [(key: Value, item: Value)] = []
        for item in items {
            let key =
                if let function = arguments.given(0) { try machine.call(function, Arguments([item])) } else { item }
            keyed.append((key, item))
        }
        items = try Sorting.sorted(keyed, isReversed: try arguments.flag(1)).map(\.item)
    }
}

/// A stable merge sort that may fail: types that have no order are an error.
enum Sorting {
    static func sorted(
        _ pairs: [(key: Value, item: Value)], isReversed: Bool
    ) throws(Diagnostic) -> [(key: Value, item: Value)] {
        guard pairs.count > 1 else { return pairs }
        let middle = pairs.count / 2
        let left = try sorted(Array(pairs[..<middle]), isReversed: isReversed)
        let right = try sorted(Array(pairs[middle...]), isReversed: isReversed)
        var result: [(key: Value, item: Value)] = []
        result.reserveCapacity(pairs.count)
        var (first, second) = (0, 0)
        while first < left.count, second < right.count {
            let order =
                isReversed
                ? try left[first].key.order(right[second].key) : try right[second].key.order(left[first].key)
            if order == .ascending {
                result.append(right[second])
                second += 1
            } else {
                result.append(left[first])
                first += 1
            }
        }
        return result + left[first...] + right[second...]
    }
}
