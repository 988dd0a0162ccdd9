//! The grammar of expressions, with Jinja2's precedence.

import Values

extension Parser {
    /// A whole source that is one expression.
    mutating func parseExpressionOnly() throws(SyntaxMistake) -> Expression {
        let isBraced = tokens.prefix(2).allSatisfy { $0.kind == .leftBrace }
        do throws(SyntaxMistake) {
            let expression = try parseExpression()
            guard current.kind == .end else {
                throw mistake("chunk after expression", help: current.kind == .assign ? "compare with `==`" : nil)
            }
            return expression
        } catch {
            guard isBraced else { throw error }
            throw mistake(error.message, at: error.place, help: "this is an expression already: leave out the braces")
        }
    }

    mutating func parseExpression(withConditional: Bool = true) throws(SyntaxMistake) -> Expression {
        try enter()
        defer { leave() }
        return withConditional ? try parseConditional() : try parseOr()
    }

    private mutating func parseConditional() throws(SyntaxMistake) -> Expression {
        var result = try parseOr()
        while skipName("if") {
            let test = try parseOr()
            let otherwise = skipName("else") ? try parseNestedConditional() : nil
            let place = result.place.joined(to: otherwise?.place ?? test.place)
            result = Expression(kind: .conditional(test: test, then: result, otherwise: otherwise), place: place)
        }
        return result
    }

    private mutating func parseNestedConditional() throws(SyntaxMistake) -> Expression {
        try enter()
        defer { leave() }
        return try parseConditional()
    }

    mutating func parseOr() throws(SyntaxMistake) -> Expression {
        var left = try parseAnd()
        while skipName("or") {
            let right = try parseAnd()
            left = Expression(kind: .or(left, right), place: left.place.joined(to: right.place))
        }
        return left
    }

    private mutating func parseAnd() throws(SyntaxMistake) -> Expression {
        var left = try parseNot()
        while skipName("and") {
            let right = try parseNot()
            left = Expression(kind: .and(left, right), place: left.place.joined(to: right.place))
        }
        return left
    }

    private mutating func parseNot() throws(SyntaxMistake) -> Expression {
        guard isName("not") else { return try parseComparison() }
        let start = advance().place
        try enter()
        defer { leave() }
        let operand = try parseNot()
        return Expression(kind: .not(operand), place: start.joined(to: operand.place))
    }

    private mutating func parseComparison() throws(SyntaxMistake) -> Expression {
        let left = try parseBinary(.sum)
        var operands: [(symbol: ComparisonOperator, operand: Expression)] = []
        while let symbol = skipComparison() { operands.append((symbol, try parseBinary(.sum))) }
        guard let last = operands.last else { return left }
        return Expression(kind: .compare(left, operands), place: left.place.joined(to: last.operand.place))
    }

    private mutating func skipComparison() -> ComparisonOperator? {
        let symbol: ComparisonOperator
        switch current.kind {
        case .equal: symbol = .equal
        case .notEqual: symbol = .notEqual
        case .less: symbol = .less
        case .lessOrEqual: symbol = .lessOrEqual
        case .greater: symbol = .greater
        case .greaterOrEqual: symbol = .greaterOrEqual
        case .name where isName("in"): symbol = .contains
        case .name where isName("not") && isText(of: tokens[min(index + 1, tokens.count - 1)], "in"):
            advance()
            symbol = .excludes
        default: return nil
        }
        advance()
        return symbol
    }

    /// From loose to tight.
    private enum Level: Int { case sum, concat, product, power, unary }

    private mutating func parseBinary(_ level: Level) throws(SyntaxMistake) -> Expression {
        guard let tighter = Level(rawValue: level.rawValue + 1) else { return try parseUnary(withFilters: true) }
        var left = try parseBinary(tighter)
        if level == .concat { return try parseConcat(left, tighter) }
        while let symbol = binaryOperator(level) {
            advance()
            let right = try parseBinary(tighter)
            left = Expression(kind: .binary(symbol, left, right), place: left.place.joined(to: right.place))
        }
        return left
    }

    private mutating func parseConcat(_ first: Expression, _ tighter: Level) throws(SyntaxMistake) -> Expression {
        var operands = [first]
        while skip(.tilde) { operands.append(try parseBinary(tighter)) }
        guard operands.count > 1, let last = operands.last else { return first }
        return Expression(kind: .concat(operands), place: first.place.joined(to: last.place))
    }

    private func binaryOperator(_ level: Level) -> BinaryOperator? {
        switch (level, current.kind) {
        case (.sum, .plus): .add
        case (.sum, .minus): .subtract
        case (.product, .times): .multiply
        case (.product, .divide): .divide
        case (.product, .floorDivide): .floorDivide
        case (.product, .modulo): .modulo
        case (.power, .power): .power
        default: nil
        }
    }

    private mutating func parseUnary(withFilters: Bool) throws(SyntaxMistake) -> Expression {
        var expression: Expression
        if current.kind == .minus || current.kind == .plus {
            let symbol: UnaryOperator = current.kind == .minus ? .negate : .plus
            let start = advance().place
            try enter()
            defer { leave() }
            let operand = try parseUnary(withFilters: false)
            expression = Expression(kind: .unary(symbol, operand), place: start.joined(to: operand.place))
        } else {
            expression = try parsePrimary()
        }
        expression = try parsePostfix(expression)
        return withFilters ? try parseFilters(expression) : expression
    }

    mutating func parsePrimary() throws(SyntaxMistake) -> Expression {
        let token = current
        switch token.kind {
        case .name:
            advance()
            return Expression(kind: named(text(of: token)), place: token.place)
        case .string: return parseString()
        case .integer:
            advance()
            return Expression(kind: .constant(Literals.integer(bytes(of: token))), place: token.place)
        case .float:
            advance()
            return Expression(kind: .constant(Literals.float(bytes(of: token))), place: token.place)
        case .leftParenthesis:
            advance()
            var inner = try parseTuple(isParenthesized: true)
            let end = try expect(.rightParenthesis).place
            if case .tuple = inner.kind { inner.place = token.place.joined(to: end) }
            return inner
        case .leftBracket: return try parseList()
        case .leftBrace: return try parseDict()
        default: throw mistake("unexpected \(found)")
        }
    }

    private func bytes(of token: Token) -> ArraySlice<UInt8> {
        source[Int(token.place.start)..<Int(token.place.end)]
    }

    private func named(_ name: String) -> Expression.Kind {
        switch name {
        case "true", "True": .constant(.bool(true))
        case "false", "False": .constant(.bool(false))
        case "none", "None": .constant(.none)
        default: .name(name)
        }
    }

    /// Strings that follow each other are one.
    private mutating func parseString() -> Expression {
        var place = current.place
        var content = ""
        while current.kind == .string {
            content += Literals.string(bytes(of: current), keepsBackslashes: options.keepsBackslashes)
            place = place.joined(to: advance().place)
        }
        return Expression(kind: .constant(.string(content)), place: place)
    }

    private mutating func parseList() throws(SyntaxMistake) -> Expression {
        let start = try expect(.leftBracket).place
        var items: [Expression] = []
        while current.kind != .rightBracket {
            if !items.isEmpty { try expect(.comma) }
            if current.kind == .rightBracket { break }
            items.append(try parseExpression())
        }
        let end = try expect(.rightBracket).place
        return Expression(kind: .list(items), place: start.joined(to: end))
    }

    private mutating func parseDict() throws(SyntaxMistake) -> Expression {
        let start = try expect(.leftBrace).place
        var entries: [(key: Expression, value: Expression)] = []
        while current.kind != .rightBrace {
            if !entries.isEmpty { try expect(.comma) }
            if current.kind == .rightBrace { break }
            let key = try parseExpression()
            try expect(.colon)
            entries.append((key, try parseExpression()))
        }
        let end = try expect(.rightBrace).place
        return Expression(kind: .dict(entries), place: start.joined(to: end))
    }

    /// One expression, or several with commas between them as a tuple.
    mutating func parseTuple(
        isParenthesized: Bool = false, withConditional: Bool = true, endsAt word: String? = nil
    ) throws(SyntaxMistake) -> Expression {
        let start = current.place
        var items: [Expression] = []
        var isTuple = false
        while true {
            if !items.isEmpty, !skip(.comma) { break }
            if !items.isEmpty { isTuple = true }
            if isTupleEnd(word) { break }
            items.append(try parseExpression(withConditional: withConditional))
        }
        if !isTuple {
            if let only = items.first { return only }
            if !isParenthesized { throw mistake("Expected an expression, got \(found)") }
        }
        return Expression(kind: .tuple(items), place: start.joined(to: items.last?.place ?? start))
    }

    private func isTupleEnd(_ word: String?) -> Bool {
        switch current.kind {
        case .variableEnd, .blockEnd, .rightParenthesis, .end: true
        case .name: word.map { isName($0) } ?? false
        default: false
        }
    }
}
