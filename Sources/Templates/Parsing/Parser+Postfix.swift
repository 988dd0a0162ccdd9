//! What may follow an operand: attributes, items, calls, filters and tests.

import Values

extension Parser {
    mutating func parsePostfix(_ operand: Expression) throws(SyntaxMistake) -> Expression {
        var expression = operand
        while true {
            switch current.kind {
            case .dot: expression = try parseAttribute(of: expression)
            case .leftBracket: expression = try parseSubscript(of: expression)
            case .leftParenthesis: expression = try parseCall(of: expression)
            default: return expression
            }
        }
    }

    mutating func parseFilters(_ operand: Expression) throws(SyntaxMistake) -> Expression {
        var expression = operand
        while true {
            if skip(.pipe) {
                expression = try parseFilter(expression, from: expression.place)
            } else if isName("is") {
                expression = try parseTest(expression)
            } else if current.kind == .leftParenthesis {
                expression = try parseCall(of: expression)
            } else {
                return expression
            }
        }
    }

    private mutating func parseAttribute(of object: Expression) throws(SyntaxMistake) -> Expression {
        advance()
        let token = advance()
        let place = object.place.joined(to: token.place)
        switch token.kind {
        case .name: return Expression(kind: .attribute(object, text(of: token)), place: place)
        case .integer:
            let index = Literals.integer(source[Int(token.place.start)..<Int(token.place.end)])
            return Expression(
                kind: .item(object, Expression(kind: .constant(index), place: token.place)), place: place)
        default: throw mistake("expected name or number", at: token.place)
        }
    }

    private mutating func parseSubscript(of object: Expression) throws(SyntaxMistake) -> Expression {
        let start = advance().place
        var keys: [Expression] = []
        while current.kind != .rightBracket {
            if !keys.isEmpty { try expect(.comma) }
            keys.append(try parseKey())
        }
        let end = try expect(.rightBracket).place
        let isSingle = keys.count == 1
        let key = isSingle ? keys[0] : Expression(kind: .tuple(keys), place: start.joined(to: end))
        return Expression(kind: .item(object, key), place: object.place.joined(to: end))
    }

    private mutating func parseKey() throws(SyntaxMistake) -> Expression {
        let start = current.place
        var parts: [Expression?] = [nil]
        if current.kind != .colon {
            let key = try parseExpression()
            if current.kind != .colon { return key }
            parts = [key]
        }
        while parts.count < 3, skip(.colon) {
            let isEmpty = [.colon, .rightBracket, .comma].contains(current.kind)
            parts.append(isEmpty ? nil : try parseExpression())
        }
        while parts.count < 3 { parts.append(nil) }
        return Expression(kind: .slice(parts[0], parts[1], parts[2]), place: start.joined(to: current.place))
    }

    private mutating func parseCall(of callee: Expression) throws(SyntaxMistake) -> Expression {
        let (arguments, end) = try parseArguments()
        return Expression(kind: .call(callee, arguments), place: callee.place.joined(to: end))
    }

    mutating func parseArguments() throws(SyntaxMistake) -> (CallArguments, Place) {
        try expect(.leftParenthesis)
        var arguments = CallArguments()
        var needsComma = false
        while current.kind != .rightParenthesis {
            if needsComma {
                try expect(.comma)
                if current.kind == .rightParenthesis { break }
            }
            try parseArgument(into: &arguments)
            needsComma = true
        }
        return (arguments, try expect(.rightParenthesis).place)
    }

    private mutating func parseArgument(into arguments: inout CallArguments) throws(SyntaxMistake) {
        let wrongOrder = "invalid syntax for function call expression"
        if skip(.times) {
            if arguments.star != nil || arguments.doubleStar != nil { throw mistake(wrongOrder) }
            arguments.star = try parseExpression()
        } else if skip(.power) {
            if arguments.doubleStar != nil { throw mistake(wrongOrder) }
            arguments.doubleStar = try parseExpression()
        } else if current.kind == .name, tokens[min(index + 1, tokens.count - 1)].kind == .assign {
            if arguments.doubleStar != nil { throw mistake(wrongOrder) }
            let name = text(of: advance())
            advance()
            arguments.named.append((name, try parseExpression()))
        } else {
            if arguments.star != nil || arguments.doubleStar != nil || !arguments.named.isEmpty {
                throw mistake(wrongOrder)
            }
            arguments.positional.append(try parseExpression())
        }
    }

    /// A filter behind its `|`, and those that follow in a chain if `operand` is nil.
    mutating func parseFilter(_ operand: Expression?, from start: Place) throws(SyntaxMistake) -> Expression {
        let nameStart = current.place
        let name = try parseDottedName()
        var place = nameStart.joined(to: tokens[index - 1].place)
        var arguments = CallArguments()
        if current.kind == .leftParenthesis {
            let (parsed, end) = try parseArguments()
            arguments = parsed
            place = place.joined(to: end)
        }
        return Expression(kind: .filter(operand, name, arguments), place: start.joined(to: place))
    }

    mutating func parseDottedName() throws(SyntaxMistake) -> String {
        var name = try expectName()
        while skip(.dot) { name += "." + (try expectName()) }
        return name
    }

    private mutating func parseTest(_ operand: Expression) throws(SyntaxMistake) -> Expression {
        advance()
        let isNegated = skipName("not")
        let name = try parseDottedName()
        var place = operand.place.joined(to: tokens[index - 1].place)
        var arguments = CallArguments()
        if current.kind == .leftParenthesis {
            let (parsed, end) = try parseArguments()
            arguments = parsed
            place = place.joined(to: end)
        } else if startsTestArgument {
            if isName("is") { throw mistake("You cannot chain multiple tests with is") }
            let argument = try parsePostfix(try parsePrimary())
            arguments.positional = [argument]
            place = place.joined(to: argument.place)
        }
        let test = Expression(kind: .test(operand, name, arguments), place: place)
        return isNegated ? Expression(kind: .not(test), place: place) : test
    }

    private var startsTestArgument: Bool {
        switch current.kind {
        case .name: !(isName("else") || isName("or") || isName("and"))
        case .string, .integer, .float, .leftParenthesis, .leftBracket, .leftBrace: true
        default: false
        }
    }
}
