//! Equality and hashing with Python's rules: `1 == 1.0 == True`, tuples are not lists.

extension Value: Hashable {
    package static func == (left: Value, right: Value) -> Bool {
        // Keys are strings nearly always.
        if case .string(let left) = left, case .string(let right) = right { return left.isIdentical(to: right) }
        if let left = left.number, let right = right.number { return left == right }
        switch (left, right) {
        case (.none, .none): return true
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): return left == right
        case (.dict(let left), .dict(let right)):
            return left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
        case (.big(let left), .big(let right)): return left == right
        case (.big(let whole), .float(let real)), (.float(let real), .big(let whole)):
            return Double(whole.decimal) == real
        case (.date(let left), .date(let right)): return left == right
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.object(let left), .object(let right)): return left === right
        case (.undefined, .undefined): return true
        default: return false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .bool(let flag): hasher.combine(flag ? 1 : 0)
        case .int(let number): hasher.combine(number)
        case .float(let number):
            if let whole = Int(exactly: number) { hasher.combine(whole) } else { hasher.combine(Optional(number)) }
        case .string(let text): hasher.combine(text)
        case .list(let items), .tuple(let items): hasher.combine(items)
        case .dict(let map): hasher.combine(map.count)
        // A float may equal a big integer: hash both as the float.
        case .big(let number): hasher.combine(Double(number.decimal))
        case .date(let date): hasher.combine(date)
        case .bytes(let bytes): hasher.combine(bytes)
        case .object(let object): hasher.combine(ObjectIdentifier(object))
        case .none, .undefined: hasher.combine(0)
        }
    }

    /// The machine number behind a bool, int or float, for comparing across those types.
    private var number: MachineNumber? {
        switch self {
        case .bool(let flag): MachineNumber.int(flag ? 1 : 0)
        case .int(let number): .int(number)
        case .float(let number): .float(number)
        default: nil
        }
    }
}

private enum MachineNumber: Equatable {
    case int(Int)
    case float(Double)

    static func == (left: MachineNumber, right: MachineNumber) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.int(let whole), .float(let real)), (.float(let real), .int(let whole)):
            Int(exactly: real).map { $0 == whole } ?? false
        }
    }
}
