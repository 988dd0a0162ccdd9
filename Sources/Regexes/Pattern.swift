//! A compiled regular expression that behaves as Python's `re`, run by PCRE2.

import CPCRE2
import Diagnostics
import Synchronization

/// The flags of Python's `re` that Ansible's filters and tests offer.
package struct RegexOptions: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let ignoreCase = RegexOptions(rawValue: 1)
    package static let multiline = RegexOptions(rawValue: 2)
    package static let dotAll = RegexOptions(rawValue: 4)
    package static let verbose = RegexOptions(rawValue: 8)
    package static let ascii = RegexOptions(rawValue: 16)
}

/// A pattern, compiled once and used from any thread.
// The code that PCRE2 compiled is never written again; every match brings its own working memory.
package final class Pattern: @unchecked Sendable {
    package let source: String
    package let options: RegexOptions
    /// How many groups the pattern captures.
    package let groupCount: Int
    package let groupNumbers: [String: Int]
    private let code: OpaquePointer
    private let context: OpaquePointer?

    /// Backtracking steps after which a pattern is given up: about a second of work.
    private static let matchLimit: UInt32 = 20_000_000
    private static let heapLimitKibibytes: UInt32 = 64 * 1024

    /// Compiles a pattern in Python's syntax.
    package init(_ source: String, options: RegexOptions = []) throws(Diagnostic) {
        let translation = try PatternTranslation(source, options: options)
        self.source = source
        self.options = translation.options
        code = try Pattern.compile(translation, source: source)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Pattern.matchLimit)
        pcre2_set_heap_limit_8(context, Pattern.heapLimitKibibytes)
        var count: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
        groupNumbers = Pattern.names(of: code)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    private static func compile(_ translation: PatternTranslation, source: String) throws(Diagnostic) -> OpaquePointer {
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        var errorNumber: Int32 = 0
        var errorOffset = 0
        let code = translation.bytes.withUnsafeBufferPointer { buffer in
            pcre2_compile_8(
                buffer.baseAddress, buffer.count, translation.pcreOptions, &errorNumber, &errorOffset, context)
        }
        if let code { return code }
        throw mistake(errorNumber, at: translation.sourcePosition(of: errorOffset), in: source)
    }

    private static func mistake(_ number: Int32, at position: Int, in source: String) -> Diagnostic {
        let pythons: [Int32: String] = [
            106: "unterminated character set", 108: "bad character range", 109: "nothing to repeat",
            114: "missing ), unterminated subpattern", 115: "invalid group reference",
            122: "unbalanced parenthesis", 125: "look-behind requires fixed-width pattern",
            143: "redefinition of group name",
        ]
        var message = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(number, &message, message.count)
        let text = pythons[number] ?? String(decoding: message.prefix(max(0, Int(length))), as: UTF8.self)
        return Diagnostic(.templatePlugin, "invalid regular expression '\(source)': \(text) at position \(position)")
    }

    private static func names(of code: OpaquePointer) -> [String: Int] {
        var count: UInt32 = 0
        var entrySize: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &entrySize)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [:] }
        var names: [String: Int] = [:]
        for index in 0..<Int(count) {
            let entry = table + index * Int(entrySize)
            names[String(cString: entry + 2)] = Int(entry[0]) << 8 | Int(entry[1])
        }
        return names
    }

    /// Runs the pattern from `start`; nil where it does not match.
    func run(_ subject: [UInt8], from start: Int, flags: UInt32 = 0) throws(Diagnostic) -> RegexMatch? {
        let data = pcre2_match_data_create_from_pattern_8(code, nil)
        defer { pcre2_match_data_free_8(data) }
        // The subject came from a Swift string, so it is valid UTF-8 already.
        let status = subject.withUnsafeBufferPointer { buffer in
            pcre2_match_8(code, buffer.baseAddress, buffer.count, start, flags | PCRE2_NO_UTF_CHECK, data, context)
        }
        if status == PCRE2_ERROR_NOMATCH { return nil }
        guard status > 0, let offsets = pcre2_get_ovector_pointer_8(data) else {
            throw Diagnostic(
                .templatePlugin, "the regular expression '\(source)' needs too many steps on this text",
                help: "avoid nested repetitions such as `(a+)+`")
        }
        let ranges = (0...groupCount).map { group -> Range<Int>? in
            let (lower, upper) = (offsets[2 * group], offsets[2 * group + 1])
            // PCRE2 marks a group that took no part with the largest number, which is -1 here.
            return lower == Int(bitPattern: UInt.max) || lower > upper ? nil : lower..<upper
        }
        return RegexMatch(subject: subject, ranges: ranges)
    }
}

/// One match: byte ranges of the whole and of each group.
package struct RegexMatch: Sendable {
    let subject: [UInt8]
    /// Index 0 is the whole match; nil for groups that took no part.
    package let ranges: [Range<Int>?]

    /// The whole match.
    package var range: Range<Int> { (ranges.first ?? nil) ?? 0..<0 }

    /// The text of a group; nil where it took no part.
    package func group(_ number: Int) -> String? {
        ranges[number].map { String(decoding: subject[$0], as: UTF8.self) }
    }

    func bytes(_ number: Int) -> ArraySlice<UInt8> { ranges[number].map { subject[$0] } ?? [] }
}

extension Pattern {
    private struct Key: Hashable {
        let source: [UInt8]
        let options: RegexOptions
    }

    // A lock, held for one dictionary access: patterns are compiled outside it.
    private static let cache = Mutex<[Key: Pattern]>([:])
    private static let cacheLimit = 512

    /// The compiled pattern, from a bounded cache shared by all templates and modules.
    package static func cached(_ source: String, options: RegexOptions = []) throws(Diagnostic) -> Pattern {
        let key = Key(source: Array(source.utf8), options: options)
        if let known = cache.withLock({ $0[key] }) { return known }
        let pattern = try Pattern(source, options: options)
        cache.withLock { patterns in
            if patterns.count >= cacheLimit { patterns.removeAll() }
            patterns[key] = pattern
        }
        return pattern
    }
}
