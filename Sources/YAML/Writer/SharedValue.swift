//! Values that are written in a special way: containers in several places, scalars with a tag.

import Diagnostics
import Values

/// Written once, with an anchor, and as an alias everywhere else, as PyYAML does with one object in several places.
package final class SharedValue: ValueObject {
    package let content: Value

    package init(_ content: Value) {
        self.content = content
    }

    package var typeName: String { content.typeName }
    package func materialized() throws(Diagnostic) -> Value? { content }
}

/// A text with a tag of its own, such as `!vault`, written as a block.
package final class TaggedText: ValueObject {
    package let tag: String
    package let content: String

    package init(tag: String, _ content: String) {
        self.tag = tag
        self.content = content
    }

    package var typeName: String { "str" }
    package func materialized() throws(Diagnostic) -> Value? { .string(content) }
}
