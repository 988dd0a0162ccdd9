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
    private var buffer = ""

    /// Bytes that no template may exceed.
    static let maximumSize = 256 << 20

    mutating func append(text: String) throws(Diagnostic) {
        if text.utf8.isEmpty { return appendEmpty() }
        switch content {
        case .text: buffer += text
        case .nothing: content = .lone(.string(text))
        case .lone(let value):
            try begin(with: value)
            buffer += text
        }
        if buffer.utf8.count > Output.maximumSize {
            throw Diagnostic(.templateRecursion, "the template writes more than \(Output.maximumSize >> 20) MiB")
        }
    }

    /// Empty text is a node as well: `{{ '' }}{{ n }}` is a string.
    private mutating func appendEmpty() {
        switch content {
        case .nothing: content = .lone(.string(""))
        case .lone(.string), .text: break
        case .lone(let value): if (try? begin(with: value)) == nil { content = .lone(value) }
        }
    }

    /// Writes a value; `None` and `omit` leave no trace beside others.
    mutating func append(_ value: Value) throws(Diagnostic) {
        switch value {
        case .string(let text): return try append(text: text)
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
    }

    private mutating func begin(with value: Value) throws(Diagnostic) {
        content = .text
        if value.isOmit { return }
        try write(value)
    }

    private mutating func write(_ value: Value) throws(Diagnostic) {
        switch value {
        case .int(let number): buffer += String(number)
        case .string(let text): buffer += text
        default: try value.finalized().write(to: &buffer)
        }
    }

    /// Everything written: one value with its type, a text, or None.
    var value: Value {
        switch content {
        case .nothing: .none
        case .lone(let value): value
        case .text: .string(buffer)
        }
    }
}
