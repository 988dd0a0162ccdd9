//! A YAML document as located nodes: what was written, where, before anything is interpreted.

import Diagnostics
import Values

/// One node of a document. Aliases are expanded, merge keys (`<<`) applied, duplicate keys dropped (last wins).
package struct Node: Sendable {
    package indirect enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
    }

    package struct Entry: Sendable {
        package let key: Node
        package let value: Node

        package init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
    }

    package struct Scalar: Sendable {
        package enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

        package let text: String
        package let style: Style

        package init(text: String, style: Style) {
            self.text = text
            self.style = style
        }
    }

    package var content: Content
    /// From the first byte of the node (behind its tag and anchor) to its last.
    package var range: SourceRange
    /// An explicit tag as written (`!vault`, `!unsafe`, `!!str`); nil if there is none.
    package var tag: String?

    package init(content: Content, range: SourceRange, tag: String? = nil) {
        self.content = content
        self.range = range
        self.tag = tag
    }
}
