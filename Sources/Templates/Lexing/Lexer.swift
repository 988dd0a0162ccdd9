//! Cuts a template into text and tags, with Jinja2's whitespace control.

/// Reads the whole source at once; expressions inside tags are read by `Lexer+Expression.swift`.
struct Lexer {
    let source: [UInt8]
    let delimiters: Delimiters
    let trimsBlocks: Bool
    let stripsBlocks: Bool
    var position = 0
    var tokens: [Token] = []

    init(_ source: [UInt8], options: TemplateOptions) {
        self.source = source
        self.delimiters = Delimiters(options)
        self.trimsBlocks = options.trimBlocks
        self.stripsBlocks = options.leftStripBlocks
    }

    /// The words of a text with tags.
    mutating func textTokens() throws(SyntaxMistake) -> [Token] {
        var textStart = 0
        while let tag = delimiters.next(in: source, from: position) {
            let contentStart = tag.start + tag.length
            let sign = contentStart < source.count ? source[contentStart] : 0
            let hasSign = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
            addText(from: textStart, to: textEnd(of: tag, from: textStart, sign: sign))
            position = contentStart + (hasSign ? 1 : 0)
            switch tag.kind {
            case .comment: try skipComment(from: tag.start)
            case .variable:
                add(.variableBegin, from: tag.start)
                try readExpression(until: .variableEnd)
            case .block where try readRaw(from: tag.start): break
            case .block:
                add(.blockBegin, from: tag.start)
                try readExpression(until: .blockEnd)
            }
            textStart = position
        }
        addText(from: textStart, to: source.count)
        position = source.count
        add(.end, from: position)
        return tokens
    }

    /// The words of a bare expression.
    mutating func expressionTokens() throws(SyntaxMistake) -> [Token] {
        try readExpression(until: .end)
        add(.end, from: position)
        return tokens
    }

    mutating func add(_ kind: Token.Kind, from start: Int) {
        tokens.append(Token(kind: kind, place: Place(start, position)))
    }

    private mutating func addText(from start: Int, to end: Int) {
        if start < end { tokens.append(Token(kind: .data, place: Place(start, end))) }
    }

    /// Where the text before a tag ends once the tag has taken its whitespace.
    private func textEnd(of tag: Delimiters.Found, from start: Int, sign: UInt8) -> Int {
        var end = tag.start
        if sign == UInt8(ascii: "-") {
            while end > start {
                let length = CharacterClass.spaceLength(source, before: end)
                if length == 0 { break }
                end -= length
            }
            return max(end, start)
        }
        guard stripsBlocks, tag.kind != .variable, sign != UInt8(ascii: "+") else { return end }
        while end > start, source[end - 1] == UInt8(ascii: " ") || source[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        let isLineStart = end == 0 || source[end - 1] == UInt8(ascii: "\n")
        return isLineStart ? end : tag.start
    }

    private mutating func skipComment(from start: Int) throws(SyntaxMistake) {
        guard let end = find(delimiters.commentEnd, from: position) else {
            throw SyntaxMistake(message: "Missing end of comment tag", place: Place(start, start + 2))
        }
        let sign = end > position ? source[end - 1] : 0
        position = end + delimiters.commentEnd.count
        skipSpace(after: sign)
    }

    /// Takes the whitespace behind a tag: all of it after `-`, one line break with `trim_blocks`.
    mutating func skipSpace(after sign: UInt8) {
        if sign == UInt8(ascii: "-") {
            skipSpace()
        } else if sign != UInt8(ascii: "+"), trimsBlocks, position < source.count,
            source[position] == UInt8(ascii: "\n")
        {
            position += 1
        }
    }

    mutating func skipSpace() {
        while case let length = CharacterClass.spaceLength(source, at: position), length > 0 { position += length }
    }

    func matches(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index + bytes.count <= source.count else { return false }
        for offset in 0..<bytes.count where source[index + offset] != bytes[offset] { return false }
        return true
    }

    func find(_ bytes: [UInt8], from start: Int) -> Int? {
        guard let first = bytes.first else { return nil }
        var index = start
        while index + bytes.count <= source.count {
            if source[index] == first, matches(bytes, at: index) { return index }
            index += 1
        }
        return nil
    }
}

extension Lexer {
    /// Reads `{% raw %}…{% endraw %}` as text; false if the block is another one.
    private mutating func readRaw(from start: Int) throws(SyntaxMistake) -> Bool {
        var ahead = self
        guard ahead.skipKeyword("raw") else { return false }
        let sign = ahead.position < source.count ? source[ahead.position] : 0
        if sign == UInt8(ascii: "-") { ahead.position += 1 }
        guard matches(delimiters.blockEnd, at: ahead.position) else { return false }
        position = ahead.position + delimiters.blockEnd.count
        if sign == UInt8(ascii: "-") { skipSpace() }
        let textStart = position
        while let tagStart = find(delimiters.blockStart, from: position) {
            position = tagStart + delimiters.blockStart.count
            let opening = position < source.count ? source[position] : 0
            if opening == UInt8(ascii: "-") || opening == UInt8(ascii: "+") { position += 1 }
            var inside = self
            guard inside.skipKeyword("endraw"), let closing = inside.closingSign() else { continue }
            let tag = Delimiters.Found(kind: .block, start: tagStart, length: delimiters.blockStart.count)
            addText(from: textStart, to: textEnd(of: tag, from: textStart, sign: opening))
            position = inside.position
            skipSpace(after: closing)
            return true
        }
        throw SyntaxMistake(message: "Missing end of raw directive", place: Place(start, start + 2))
    }

    private mutating func skipKeyword(_ word: String) -> Bool {
        skipSpace()
        let bytes = Array(word.utf8)
        guard matches(bytes, at: position) else { return false }
        let end = position + bytes.count
        if end < source.count, CharacterClass.isNamePart(source[end]) { return false }
        position = end
        skipSpace()
        return true
    }

    /// Steps over the end of a block; the sign before it, 0 for none, nil if there is no end here.
    private mutating func closingSign() -> UInt8? {
        var sign: UInt8 = 0
        if position < source.count, source[position] == UInt8(ascii: "-") || source[position] == UInt8(ascii: "+") {
            sign = source[position]
            position += 1
        }
        guard matches(delimiters.blockEnd, at: position) else { return nil }
        position += delimiters.blockEnd.count
        return sign
    }
}
