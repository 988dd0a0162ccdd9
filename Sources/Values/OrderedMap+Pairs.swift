//! Dictionaries from pairs whose keys are any value.

extension OrderedMap {
    /// Later pairs replace the values of earlier ones with an equal key, as in Python's `dict(pairs)`.
    package init(pairs: some Sequence<(Value, Value)>) {
        self.init()
        for (key, value) in pairs { self[key] = value }
    }
}
