//! What stands before the colon of a package's version.

extension Substring {
    /// Takes the epoch and its colon off the front: 0 where none is written.
    mutating func takeEpoch() -> Int {
        guard let colon = firstIndex(of: ":"), let epoch = Int(self[..<colon]) else { return 0 }
        self = self[index(after: colon)...]
        return epoch
    }
}
