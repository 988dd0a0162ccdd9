//! Python's truth of values.

import Diagnostics

extension Value {
    /// `bool(value)`; an undefined value has no truth.
    package func isTruthy() throws(Diagnostic) -> Bool {
        switch self {
        case .none: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .string(let text): !text.utf8.isEmpty
        case .list(let items), .tuple(let items): !items.isEmpty
        case .dict(let map): !map.isEmpty
        case .bytes(let bytes): !bytes.isEmpty
        case .big, .date: true
        case .object(let object): try object.isTruthy()
        case .undefined(let reason): throw reason.diagnostic
        }
    }
}
