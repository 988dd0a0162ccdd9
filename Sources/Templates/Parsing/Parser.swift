//! Walks over the words of a template; the grammar is in the extensions.

import Values

struct Parser {
    let source: [UInt8]
    let tokens: [Token]
    let options: TemplateOptions
    var index = 0
    var depth = 0
    /// The statements around the current place with the words that may end them, outermost first.
    var openTags: [(name: String, endings: [String])] = []
    var blockNames: Set<String> = []

    /// Deeper nesting than any author writes; protects the stack.
    static let maximumDepth = 90

    init(source: [UInt8], tokens: [Token], options: TemplateOptions) {
        self.source = source
        self.tokens = tokens
        self.options = options
    }

    var current: Token { tokens[index] }

    func text(of token: Token) -> String {
        String(decoding: source[Int(token.place.start)..<Int(token.place.end)], as: UTF8.self)
    }

    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[index]
        if index + 1 < tokens.count { index += 1 }
        return token
    }

    mutating func skip(_ kind: Token.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }

    @discardableResult
    mutating func expect(_ kind: Token.Kind) throws(SyntaxMistake) -> Token {
        guard current.kind == kind else {
            if kind == .name || current.kind != .end {
                throw mistake("expected token '\(kind.rawValue)', got \(found)")
            }
            throw mistake("unexpected end of template, expected '\(kind.rawValue)'.")
        }
        return advance()
    }

    func isName(_ word: String) -> Bool { current.kind == .name && isText(of: current, word) }

    func isText(of token: Token, _ word: String) -> Bool {
        source[Int(token.place.start)..<Int(token.place.end)].elementsEqual(word.utf8)
    }

    mutating func skipName(_ word: String) -> Bool {
        guard isName(word) else { return false }
        advance()
        return true
    }

    mutating func expectName() throws(SyntaxMistake) -> String { text(of: try expect(.name)) }

    mutating func expectName(_ word: String) throws(SyntaxMistake) {
        guard skipName(word) else { throw mistake("expected token '\(word)', got \(found)") }
    }

    /// The current word as messages show it.
    var found: String {
        current.kind == .name ? "'\(text(of: current))'" : "'\(current.kind.rawValue)'"
    }

    func mistake(_ message: String, at place: Place? = nil, help: String? = nil) -> SyntaxMistake {
        SyntaxMistake(message: message, place: place ?? current.place, help: help)
    }

    /// Guards against nesting that would exhaust the stack.
    mutating func enter() throws(SyntaxMistake) {
        depth += 1
        if depth > Parser.maximumDepth { throw mistake("the template is nested too deeply") }
    }

    mutating func leave() { depth -= 1 }
}
