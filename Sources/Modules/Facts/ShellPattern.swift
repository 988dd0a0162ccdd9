//! Patterns with `*`, `?` and `[…]`, as shells match names.

/// One pattern, matched against a whole text.
struct ShellPattern: Sendable {
    private enum Part: Sendable {
        case any
        case one
        case literal(UInt8)
        case set([ClosedRange<UInt8>], negated: Bool)
    }

    private let parts: [Part]

    init(_ pattern: String) {
        var parts: [Part] = []
        var bytes = Array(pattern.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): parts.append(.any)
            case UInt8(ascii: "?"): parts.append(.one)
            case UInt8(ascii: "["):
                if let part = Self.set(&bytes) { parts.append(part) } else { parts.append(.literal(byte)) }
            default: parts.append(.literal(byte))
            }
        }
        self.parts = parts
    }

    /// What stands between `[` and `]`; nil, and nothing consumed, where there is no `]`.
    private static func set(_ bytes: inout ArraySlice<UInt8>) -> Part? {
        var rest = bytes
        let negated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if negated { rest = rest.dropFirst() }
        guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        var members = rest[..<end]
        bytes = rest[(end + 1)...]
        var ranges: [ClosedRange<UInt8>] = []
        while let low = members.popFirst() {
            if members.first == UInt8(ascii: "-"), let high = members.dropFirst().first, high >= low {
                ranges.append(low...high)
                members = members.dropFirst(2)
            } else {
                ranges.append(low...low)
            }
        }
        return .set(ranges, negated: negated)
    }

    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var (part, position) = (0, 0)
        // Where the last `*` stood, and how far it reached: mismatches let it take one byte more.
        var star: (part: Int, position: Int)?
        while position < bytes.count {
            if part < parts.count, case .any = parts[part] {
                star = (part, position)
                part += 1
            } else if part < parts.count, Self.accepts(parts[part], bytes[position]) {
                part += 1
                position += 1
            } else if let last = star {
                star = (last.part, last.position + 1)
                part = last.part + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func accepts(_ part: Part, _ byte: UInt8) -> Bool {
        switch part {
        case .any, .one: true
        case .literal(let expected): expected == byte
        case .set(let ranges, let negated): ranges.contains { $0.contains(byte) } != negated
        }
    }
}
