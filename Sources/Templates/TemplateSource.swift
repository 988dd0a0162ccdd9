//! What happens to line breaks before and after a template is rendered.

/// The bytes that are compiled: line breaks unified, one at the end taken off (and given back after rendering).
struct TemplateSource {
    let bytes: [UInt8]
    private let options: TemplateOptions
    private let text: String

    init(_ text: String, _ options: TemplateOptions) {
        self.text = text
        self.options = options
        var bytes = Array(text.utf8)
        if bytes.contains(UInt8(ascii: "\r")) { bytes = TemplateSource.unified(bytes) }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        self.bytes = bytes
    }

    /// The value of a text without tags: the text itself.
    var plainText: String {
        options.keepTrailingNewline || !text.utf8.last.isLineBreak ? text : String(decoding: bytes, as: UTF8.self)
    }

    private static func unified(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\r") {
                let isPair = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
                if !isPair { result.append(UInt8(ascii: "\n")) }
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// The text with line breaks of another kind, and at least so many at its end.
    static func convertingLineBreaks(_ text: String, _ options: TemplateOptions, atEnd wanted: Int) -> String {
        let result = text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: options.newlineSequence)
        let missing = wanted - lineBreaks(atEndOf: result)
        return missing > 0 ? result + String(repeating: "\n", count: missing) : result
    }

    static func lineBreaks(atEndOf text: String) -> Int {
        text.utf8.reversed().prefix { $0 == UInt8(ascii: "\n") }.count
    }
}

extension UInt8? {
    fileprivate var isLineBreak: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
}
