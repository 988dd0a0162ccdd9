//! Where something was written.

/// A range of bytes in a source. Small, so that every value can carry one.
package struct SourceRange: Sendable {
    package let file: SourceFile
    /// Byte offset of the first byte.
    package let offset: Int32
    /// Length in bytes; 0 marks a point.
    package let length: Int32

    package init(file: SourceFile, offset: Int, length: Int) {
        self.file = file
        self.offset = Int32(clamping: offset)
        self.length = Int32(clamping: length)
    }

    package var position: SourcePosition { file.position(at: Int(offset)) }

    /// `path:line:column`, as compilers write it.
    package var description: String {
        let position = position
        return "\(file.path):\(position.line):\(position.column)"
    }

    /// A part of this range, in bytes from its beginning.
    package func slice(from start: Int, length: Int) -> SourceRange {
        SourceRange(file: file, offset: Int(offset) + start, length: length)
    }
}

/// A value and where it was written.
package struct Located<Wrapped: Sendable>: Sendable {
    package var value: Wrapped
    /// nil for values that no file holds (defaults, results).
    package var range: SourceRange?

    package init(_ value: Wrapped, at range: SourceRange?) {
        self.value = value
        self.range = range
    }
}
