//! Numbers that tell plays and tasks apart.

import Synchronization

enum Identity {
    private static let last = Atomic<Int>(0)

    static func next() -> Int { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
