//! The tags that put templates together: blocks, inheritance, includes and imports.

import Diagnostics
import Values

extension Parser {
    mutating func parseBlock(from place: Place) throws(SyntaxMistake) -> Statement {
        let namePlace = current.place
        let name = try expectName()
        if !blockNames.insert(name).inserted { throw mistake("block '\(name)' defined twice", at: namePlace) }
        if current.kind == .minus {
            throw mistake("Block names in Jinja have to be valid Python identifiers and may not contain hyphens")
        }
        let isScoped = skipName("scoped")
        let isRequired = skipName("required")
        openTags.append(("block", ["endblock"]))
        try expect(.blockEnd)
        let body = try parseBlockBody()
        openTags.removeLast()
        if isName(name) { advance() }
        if isRequired, !Parser.isBlank(body) {
            throw mistake("Required blocks can only contain comments or whitespace", at: namePlace)
        }
        return .block(Block(name: name, isScoped: isScoped, isRequired: isRequired, body: body, place: place))
    }

    private mutating func parseBlockBody() throws(SyntaxMistake) -> [Statement] {
        let body = try parseNestedBody(until: ["endblock"])
        advance()
        return body
    }

    private static func isBlank(_ body: [Statement]) -> Bool {
        body.allSatisfy { statement in
            if case .text(let text) = statement { return text.utf8.allSatisfy(CharacterClass.isSpace) }
            return false
        }
    }

    mutating func parseInclude(from place: Place) throws(SyntaxMistake) -> Statement {
        let name = try parseExpression()
        var ignoresMissing = false
        if isName("ignore"), isText(of: tokens[min(index + 1, tokens.count - 1)], "missing") {
            advance()
            advance()
            ignoresMissing = true
        }
        let withContext = parseContext(fallback: true)
        return .include(name, ignoresMissing: ignoresMissing, withContext: withContext, place)
    }

    mutating func parseImport(from place: Place) throws(SyntaxMistake) -> Statement {
        let name = try parseExpression()
        try expectName("as")
        let alias = try expectAssignableName()
        return .importTemplate(name, as: alias, withContext: parseContext(fallback: false), place)
    }

    mutating func parseFrom(from place: Place) throws(SyntaxMistake) -> Statement {
        let template = try parseExpression()
        try expectName("import")
        var names: [(name: String, alias: String)] = []
        while current.kind == .name, !startsContext {
            let namePlace = current.place
            let name = try expectAssignableName()
            if name.hasPrefix("_") {
                throw mistake("names starting with an underline can not be imported", at: namePlace)
            }
            names.append((name, skipName("as") ? try expectAssignableName() : name))
            if !skip(.comma) { break }
        }
        if names.isEmpty { throw mistake("expected token 'name', got \(found)") }
        return .importNames(template, names, withContext: parseContext(fallback: false), place)
    }

    private var startsContext: Bool {
        (isName("with") || isName("without")) && isText(of: tokens[min(index + 1, tokens.count - 1)], "context")
    }

    /// `with context` or `without context`.
    private mutating func parseContext(fallback: Bool) -> Bool {
        guard startsContext else { return fallback }
        let isWith = isName("with")
        advance()
        advance()
        return isWith
    }

    static let tags = [
        "for", "endfor", "if", "elif", "else", "endif", "set", "endset", "macro", "endmacro", "call", "endcall",
        "filter",
        "endfilter", "with", "endwith", "autoescape", "endautoescape", "block", "endblock", "extends", "include",
        "import", "from", "raw", "endraw", "print",
    ]

    static func help(forTag name: String) -> String? {
        switch name {
        case "do", "break", "continue": "this tag needs a Jinja2 extension (jinja2_extensions)"
        case "elseif", "elsif": "write 'elif'"
        default: Suggestion.help(for: name, among: tags)
        }
    }
}
