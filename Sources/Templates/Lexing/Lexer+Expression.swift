//! Reads the words of expressions inside tags.

extension Lexer {
    /// Reads until the end of the tag, or of the source for a bare expression.
    mutating func readExpression(until ending: Token.Kind) throws(SyntaxMistake) {
        let endMark =
            switch ending {
            case .variableEnd: delimiters.variableEnd
            case .blockEnd: delimiters.blockEnd
            default: [UInt8]()
            }
        var open: [(closing: UInt8, start: Int)] = []
        while true {
            skipSpace()
            guard position < source.count else { return }
            if open.isEmpty, !endMark.isEmpty, skipEnd(endMark, ending) { return }
            let byte = source[position]
            if CharacterClass.isNameStart(byte) {
                try readName()
            } else if CharacterClass.isDigit(byte) {
                readNumber()
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                try readString(quote: byte)
            } else {
                try readOperator(byte, open: &open)
            }
        }
    }

    private mutating func skipEnd(_ mark: [UInt8], _ ending: Token.Kind) -> Bool {
        let byte = source[position]
        let takesSign = byte == UInt8(ascii: "-") || (byte == UInt8(ascii: "+") && ending == .blockEnd)
        let start = position
        if matches(mark, at: position) {
            position += mark.count
            add(ending, from: start)
            if ending == .blockEnd { skipSpace(after: 0) }
            return true
        }
        guard takesSign, matches(mark, at: position + 1) else { return false }
        position += 1 + mark.count
        add(ending, from: start)
        skipSpace(after: byte)
        return true
    }

    private mutating func readName() throws(SyntaxMistake) {
        let start = position
        var isASCII = true
        while position < source.count, CharacterClass.isNamePart(source[position]) {
            if source[position] >= 0x80 { isASCII = false }
            position += 1
        }
        if !isASCII { try trimName(from: start) }
        add(.name, from: start)
    }

    /// Ends a name with other letters before the first character that no identifier may hold.
    private mutating func trimName(from start: Int) throws(SyntaxMistake) {
        let text = String(decoding: source[start..<position], as: UTF8.self)
        var length = 0
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            guard properties.isXIDContinue, length > 0 || properties.isXIDStart || scalar == "_" else { break }
            length += UTF8.width(scalar)
        }
        position = start + length
        if length == 0 {
            let character = text.unicodeScalars.first.map { String($0) } ?? ""
            throw unexpected(character, at: start)
        }
    }

    private mutating func readNumber() {
        let start = position
        let follows = start > 0 && source[start - 1] == UInt8(ascii: ".")
        if source[position] == UInt8(ascii: "0"), let digits = prefixedDigits() {
            position += 2
            skipDigits(digits)
            add(.integer, from: start)
            return
        }
        skipDigits(CharacterClass.isDigit)
        var isFloat = false
        if !follows {
            if position + 1 < source.count, source[position] == UInt8(ascii: "."),
                CharacterClass.isDigit(source[position + 1])
            {
                isFloat = true
                position += 1
                skipDigits(CharacterClass.isDigit)
            }
            if skipExponent() { isFloat = true }
        }
        if !isFloat, source[start] == UInt8(ascii: "0") {
            // A leading zero stands for itself: `0777` is `0` and then `777`, which no expression allows.
            let digits = source[start..<position].prefix { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "_") }
            position = start + digits.count
            while source[position - 1] == UInt8(ascii: "_") { position -= 1 }
        }
        add(isFloat ? .float : .integer, from: start)
    }

    private func prefixedDigits() -> ((UInt8) -> Bool)? {
        guard position + 2 < source.count else { return nil }
        let accepts: (UInt8) -> Bool
        switch source[position + 1] | 0x20 {
        case UInt8(ascii: "x"): accepts = { CharacterClass.isDigit($0) || ($0 | 0x20) &- 0x61 < 6 }
        case UInt8(ascii: "o"): accepts = { $0 &- 0x30 < 8 }
        case UInt8(ascii: "b"): accepts = { $0 &- 0x30 < 2 }
        default: return nil
        }
        let first = source[position + 2] == UInt8(ascii: "_") ? position + 3 : position + 2
        return first < source.count && accepts(source[first]) ? accepts : nil
    }

    /// Digits with single underscores between them.
    private mutating func skipDigits(_ accepts: (UInt8) -> Bool) {
        while position < source.count {
            if accepts(source[position]) {
                position += 1
            } else if source[position] == UInt8(ascii: "_"), position + 1 < source.count, accepts(source[position + 1])
            {
                position += 2
            } else {
                return
            }
        }
    }

    private mutating func skipExponent() -> Bool {
        guard position < source.count, source[position] | 0x20 == UInt8(ascii: "e") else { return false }
        var index = position + 1
        if index < source.count, source[index] == UInt8(ascii: "+") || source[index] == UInt8(ascii: "-") { index += 1 }
        guard index < source.count, CharacterClass.isDigit(source[index]) else { return false }
        position = index
        skipDigits(CharacterClass.isDigit)
        return true
    }

    private mutating func readString(quote: UInt8) throws(SyntaxMistake) {
        let start = position
        var index = position + 1
        while index < source.count, source[index] != quote {
            index += source[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < source.count else {
            throw unexpected(
                String(Unicode.Scalar(quote)), at: start, help: "the string that begins here is not closed")
        }
        position = index + 1
        add(.string, from: start)
    }

    func unexpected(_ character: String, at index: Int, help: String? = nil) -> SyntaxMistake {
        let quote = character == "'" ? "\"" : "'"
        return SyntaxMistake(
            message: "unexpected char \(quote)\(character)\(quote) at \(index)",
            place: Place(index, index + character.utf8.count), help: help)
    }
}

extension Lexer {
    private mutating func readOperator(
        _ byte: UInt8, open: inout [(closing: UInt8, start: Int)]
    ) throws(SyntaxMistake) {
        let start = position
        guard let (kind, length) = operatorKind(byte) else {
            let rest = String(decoding: source[start..<min(start + 4, source.count)], as: UTF8.self)
            throw unexpected(rest.unicodeScalars.first.map { String($0) } ?? "", at: start)
        }
        switch kind {
        case .leftParenthesis: open.append((UInt8(ascii: ")"), start))
        case .leftBracket: open.append((UInt8(ascii: "]"), start))
        case .leftBrace: open.append((UInt8(ascii: "}"), start))
        case .rightParenthesis, .rightBracket, .rightBrace: try close(byte, &open)
        default: break
        }
        position += length
        add(kind, from: start)
    }

    private func close(_ byte: UInt8, _ open: inout [(closing: UInt8, start: Int)]) throws(SyntaxMistake) {
        let character = String(Unicode.Scalar(byte))
        guard let last = open.popLast() else {
            throw SyntaxMistake(message: "unexpected '\(character)'", place: Place(position, position + 1))
        }
        guard last.closing == byte else {
            let expected = String(Unicode.Scalar(last.closing))
            throw SyntaxMistake(
                message: "unexpected '\(character)', expected '\(expected)'", place: Place(position, position + 1))
        }
    }

    private func operatorKind(_ byte: UInt8) -> (Token.Kind, Int)? {
        let next = position + 1 < source.count ? source[position + 1] : 0
        let equals = next == UInt8(ascii: "=")
        switch byte {
        case UInt8(ascii: "+"): return (.plus, 1)
        case UInt8(ascii: "-"): return (.minus, 1)
        case UInt8(ascii: "*"): return next == byte ? (.power, 2) : (.times, 1)
        case UInt8(ascii: "/"): return next == byte ? (.floorDivide, 2) : (.divide, 1)
        case UInt8(ascii: "%"): return (.modulo, 1)
        case UInt8(ascii: "~"): return (.tilde, 1)
        case UInt8(ascii: "("): return (.leftParenthesis, 1)
        case UInt8(ascii: ")"): return (.rightParenthesis, 1)
        case UInt8(ascii: "["): return (.leftBracket, 1)
        case UInt8(ascii: "]"): return (.rightBracket, 1)
        case UInt8(ascii: "{"): return (.leftBrace, 1)
        case UInt8(ascii: "}"): return (.rightBrace, 1)
        case UInt8(ascii: "="): return equals ? (.equal, 2) : (.assign, 1)
        case UInt8(ascii: "!"): return equals ? (.notEqual, 2) : nil
        case UInt8(ascii: ">"): return equals ? (.greaterOrEqual, 2) : (.greater, 1)
        case UInt8(ascii: "<"): return equals ? (.lessOrEqual, 2) : (.less, 1)
        case UInt8(ascii: "."): return (.dot, 1)
        case UInt8(ascii: ":"): return (.colon, 1)
        case UInt8(ascii: "|"): return (.pipe, 1)
        case UInt8(ascii: ","): return (.comma, 1)
        case UInt8(ascii: ";"): return (.semicolon, 1)
        default: return nil
        }
    }
}
