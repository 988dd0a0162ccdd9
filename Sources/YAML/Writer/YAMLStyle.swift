//! How YAML is laid out, in the words of PyYAML's `dump`.

/// The arguments of `yaml.dump`.
package struct YAMLStyle: Sendable {
    /// true: everything in brackets; false: everything in blocks; nil: brackets around what holds only scalars.
    package var defaultFlowStyle: Bool?
    /// Quotes (`"` or `'`) or a block (`|`, `>`) for every scalar.
    package var defaultStyle: String?
    package var indent: Int?
    package var width: Int?
    package var sortKeys = true
    package var allowUnicode = true
    package var canonical = false
    package var explicitStart = false
    package var explicitEnd = false

    package init() {}
}
