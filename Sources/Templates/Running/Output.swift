//! What a template has written so far.

import Diagnostics
import Values

/// Text, or a single value that keeps its type as long as nothing else is written.
struct Output {
    private enum Content {
        case nothing
        case lone(Value)
        case text
    }

    private var content = Content.nothing
    private var buffer: [UInt8] = []

    /// Bytes that no template may exceed.
    static let maximumSize = 256 << 20

    /// Writes a constant text.
    mutating func append(_ text: Text) throws(Diagnostic) {
        if text.bytes.isEmpty { return appendEmpty() }
        switch content {
        case .text: buffer.append(contentsOf: text.bytes)
        case .nothing: content = .lone(.string(text.string))
        case .lone(let value):
            try begin(with: value)
            buffer.append(contentsOf: text.bytes)
        }
        try checkSize()
    }

    /// Writes a value; `None` and `omit` leave no trace beside others.
    mutating func append(_ value: Value) throws(Diagnostic) {
        switch value {
        case .string(let text): if text.utf8.isEmpty { return appendEmpty() }
        case .none: return
        case .undefined(let reason): throw reason.diagnostic
        case .object where value.isOmit:
            if case .nothing = content { content = .lone(value) }
            return
        default: break
        }
        switch content {
        case .nothing: content = .lone(value)
        case .lone(let first):
            try begin(with: first)
            try write(value)
        case .text: try write(value)
        }
        try checkSize()
    }

    /// Writes a value where it is.
    mutating func append(at value: UnsafePointer<Value>) throws(Diagnostic) {
        guard case .text = content, case .string(let text) = value.pointee else { return try append(value.pointee) }
        write(text)
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

    private mutating func begin(with value: Value) throws(Diagnostic) {
        content = .text
        if value.isOmit { return }
        try write(value)
    }

    private mutating func write(_ value: Value) throws(Diagnostic) {
        switch value {
        case .int(let number): write(String(number))
        case .string(let text): write(text)
        default:
            var text = ""
            try value.finalized().write(to: &text)
            write(text)
        }
    }

    @inline(__always)
    private mutating func write(_ text: String) {
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { buffer.append(contentsOf: $0) }
        if isWritten == nil { buffer.append(contentsOf: text.utf8) }
    }

    @inline(__always)
    private func checkSize() throws(Diagnostic) {
        if buffer.count > Output.maximumSize { throw Output.tooLarge }
    }

    private static let tooLarge = Diagnostic(
        .templateRecursion, "the template writes more than \(Output.maximumSize >> 20) MiB")

    /// Everything written: one value with its type, a text, or None.
    var value: Value {
        switch content {
        case .nothing: .none
        case .lone(let value): value
        case .text: .string(String(decoding: buffer, as: UTF8.self))
        }
    }
}
