//! What a template has written so far.

import Diagnostics
import Values

/// Text, or a single value that keeps its type as long as nothing else is written. There is one for a rendering and
/// what it captures on the way; it cannot be copied.
struct Output: ~Copyable {
    private enum Content {
        case nothing
        case lone(Value)
        /// What is in the buffer.
        case text
    }

    private var content = Content.nothing
    private var buffer = TextBuffer()
    /// Where the text of the innermost capture begins.
    private var start = 0
    /// What was written around the captures.
    private var outer: [(content: Content, start: Int)] = []

    /// Bytes that no template may exceed.
    static let maximumSize = 256 << 20

    /// Writes a constant text, which is a part of another.
    mutating func append(_ range: Range<Int>, of text: borrowing [UInt8]) throws(Diagnostic) {
        if range.isEmpty { return appendEmpty() }
        try beginText()
        text.withUnsafeBufferPointer { buffer.append(UnsafeBufferPointer(rebasing: $0[range])) }
        try checkSize()
    }

    /// Writes a value; `None` and `omit` leave no trace beside others.
    mutating func append(_ value: borrowing Value) throws(Diagnostic) {
        switch value {
        case .string(let text): try append(text)
        case .none: return
        default: try appendOther(copy value)
        }
    }

    private mutating func append(_ text: borrowing String) throws(Diagnostic) {
        if text.utf8.isEmpty { return appendEmpty() }
        if case .nothing = content {
            content = .lone(.string(copy text))
        } else {
            try beginText()
            buffer.append(text)
            try checkSize()
        }
    }

    private mutating func appendOther(_ value: Value) throws(Diagnostic) {
        if case .undefined(let reason) = value { throw reason.diagnostic }
        if case .nothing = content {
            content = .lone(value)
        } else if !value.isOmit {
            try beginText()
            try write(value)
            try checkSize()
        }
    }

    /// Writes values as one text, as `~` joins them: `None` is text as well.
    mutating func append(joined range: Range<Int>, of values: borrowing [Value]) throws(Diagnostic) {
        try beginText()
        for position in range { buffer.append(try values[position].text()) }
        try checkSize()
    }

    /// Empty text is a node as well: `{{ '' }}{{ n }}` is a string.
    private mutating func appendEmpty() {
        switch content {
        case .nothing: content = .lone(.string(""))
        case .lone(.string), .text: break
        case .lone(let value): if (try? begin(with: value)) == nil { content = .lone(value) }
        }
    }

    /// From here on there is nothing but text.
    @inline(__always)
    private mutating func beginText() throws(Diagnostic) {
        switch content {
        case .text: return
        case .nothing: content = .text
        case .lone(let value): try begin(with: value)
        }
    }

    private mutating func begin(with value: Value) throws(Diagnostic) {
        content = .text
        if !value.isOmit { try write(value) }
    }

    private mutating func write(_ value: Value) throws(Diagnostic) {
        switch value {
        case .int(let number): buffer.append(number)
        case .string(let text): buffer.append(text)
        default: buffer.append(try value.finalized().text())
        }
    }

    @inline(__always)
    private func checkSize() throws(Diagnostic) {
        if buffer.count > Output.maximumSize { throw Output.tooLarge }
    }

    private static let tooLarge = Diagnostic(
        .templateRecursion, "the template writes more than \(Output.maximumSize >> 20) MiB")

    /// Ends a text with so many line breaks at least.
    mutating func endText(withLineBreaks wanted: Int) throws(Diagnostic) {
        switch content {
        case .lone(.string) where wanted > 0: try beginText()
        case .text: break
        default: return
        }
        let present = buffer.countAtEnd(of: UInt8(ascii: "\n"), from: start)
        for _ in 0..<max(wanted - present, 0) { buffer.append(UInt8(ascii: "\n")) }
    }

    /// Everything written: one value with its type, a text, or None.
    var value: Value {
        switch content {
        case .nothing: .none
        case .lone(let value): value
        case .text: .string(buffer.text(from: start))
        }
    }

    /// What is written from here on belongs to a capture.
    mutating func beginCapture() {
        outer.append((content, start))
        content = .nothing
        start = buffer.count
    }

    /// Takes what was captured, with its native type.
    mutating func endCapture() -> Value {
        let value = self.value
        buffer.removeAll(after: start)
        if let outer = outer.popLast() { (content, start) = outer }
        return value
    }
}
