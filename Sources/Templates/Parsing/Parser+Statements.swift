//! The grammar of text and tags.

import Values

extension Parser {
    /// A whole template.
    mutating func parseTemplate() throws(SyntaxMistake) -> [Statement] { try parseNestedBody(until: []) }

    /// Statements up to a tag that begins with one of the words; the parser then stands on the word.
    mutating func parseNestedBody(until endings: [String]) throws(SyntaxMistake) -> [Statement] {
        try enter()
        defer { leave() }
        var statements: [Statement] = []
        while true {
            let token = current
            switch token.kind {
            case .end:
                if !endings.isEmpty { throw unclosed() }
                return statements
            case .data:
                statements.append(.text(text(of: advance())))
            case .variableBegin:
                advance()
                statements.append(.output(try parseTuple()))
                try expect(.variableEnd)
            case .blockBegin:
                advance()
                if endings.contains(where: { isName($0) }) { return statements }
                if let statement = try parseTag() { statements.append(statement) }
                try expect(.blockEnd)
            default: throw mistake("unexpected \(found)")
            }
        }
    }

    /// The body of a tag that ends with `ending`, which is consumed up to its block end.
    private mutating func parseBody(of name: String, _ ending: String) throws(SyntaxMistake) -> [Statement] {
        openTags.append((name, [ending]))
        try expect(.blockEnd)
        let body = try parseNestedBody(until: [ending])
        advance()
        openTags.removeLast()
        return body
    }

    private mutating func parseTag() throws(SyntaxMistake) -> Statement? {
        let token = current
        guard token.kind == .name else { throw mistake("tag name expected") }
        let name = text(of: token)
        advance()
        switch name {
        case "for": return try parseFor(from: token.place)
        case "if": return try parseIf()
        case "set": return try parseSet()
        case "macro": return try parseMacro(from: token.place)
        case "call": return try parseCallBlock(from: token.place)
        case "filter": return try parseFilterBlock(from: token.place)
        case "with": return try parseWith()
        case "autoescape":
            _ = try parseExpression()
            return .scope(try parseBody(of: name, "endautoescape"))
        case "block": return try parseBlock(from: token.place)
        case "extends": return .extends(try parseExpression())
        case "include": return try parseInclude(from: token.place)
        case "import": return try parseImport(from: token.place)
        case "from": return try parseFrom(from: token.place)
        case "print": return .output(try parseTuple())
        case "do" where options.extensions.contains(.expressionStatements): return .perform(try parseTuple())
        case "break" where options.extensions.contains(.loopControls): return .breakLoop(token.place)
        case "continue" where options.extensions.contains(.loopControls): return .continueLoop(token.place)
        default: throw unknownTag(name, at: token.place)
        }
    }

    private mutating func parseFor(from place: Place) throws(SyntaxMistake) -> Statement {
        let target = try parseTarget(endsAt: "in")
        try expectName("in")
        let iterable = try parseTuple(withConditional: false, endsAt: "recursive")
        let test = skipName("if") ? try parseExpression() : nil
        let isRecursive = skipName("recursive")
        openTags.append(("for", ["endfor", "else"]))
        try expect(.blockEnd)
        let body = try parseNestedBody(until: ["endfor", "else"])
        var otherwise: [Statement] = []
        if skipName("else") {
            openTags[openTags.count - 1].endings = ["endfor"]
            try expect(.blockEnd)
            otherwise = try parseNestedBody(until: ["endfor"])
        }
        advance()
        openTags.removeLast()
        return .forLoop(
            ForLoop(
                target: target, iterable: iterable, test: test, isRecursive: isRecursive, body: body,
                otherwise: otherwise, place: place))
    }

    private mutating func parseIf() throws(SyntaxMistake) -> Statement {
        let test = try parseTuple(withConditional: false)
        openTags.append(("if", ["elif", "else", "endif"]))
        try expect(.blockEnd)
        let then = try parseNestedBody(until: ["elif", "else", "endif"])
        openTags.removeLast()
        if skipName("elif") {
            try enter()
            defer { leave() }
            return .condition(test, then: then, otherwise: [try parseIf()])
        }
        guard skipName("else") else {
            advance()
            return .condition(test, then: then, otherwise: [])
        }
        return .condition(test, then: then, otherwise: try parseBody(of: "if", "endif"))
    }

    private mutating func parseSet() throws(SyntaxMistake) -> Statement {
        let target = try parseTarget(allowsAttribute: true)
        if skip(.assign) { return .set(target, try parseTuple()) }
        let filter = try parseFilterChain()
        return .setBlock(target, filter: filter, body: try parseBody(of: "set", "endset"))
    }

    /// `| a | b(1)`, applied to what a block captured; nil if there is none.
    private mutating func parseFilterChain() throws(SyntaxMistake) -> Expression? {
        var filter: Expression?
        while skip(.pipe) { filter = try parseFilter(filter, from: current.place) }
        return filter
    }

    private mutating func parseMacro(from place: Place) throws(SyntaxMistake) -> Statement {
        let name = try expectName()
        let parameters = try parseParameters()
        return .macro(
            Macro(name: name, parameters: parameters, body: try parseBody(of: "macro", "endmacro"), place: place))
    }

    private mutating func parseCallBlock(from place: Place) throws(SyntaxMistake) -> Statement {
        let parameters = current.kind == .leftParenthesis ? try parseParameters() : []
        let call = try parseExpression()
        guard case .call = call.kind else { throw mistake("expected call", at: call.place) }
        let body = try parseBody(of: "call", "endcall")
        return .callBlock(call, Macro(name: "caller", parameters: parameters, body: body, place: place))
    }

    private mutating func parseParameters() throws(SyntaxMistake) -> [(name: String, fallback: Expression?)] {
        try expect(.leftParenthesis)
        var parameters: [(name: String, fallback: Expression?)] = []
        while current.kind != .rightParenthesis {
            if !parameters.isEmpty { try expect(.comma) }
            let name = try expectAssignableName()
            if skip(.assign) {
                parameters.append((name, try parseExpression()))
            } else {
                if parameters.last?.fallback != nil { throw mistake("non-default argument follows default argument") }
                parameters.append((name, nil))
            }
        }
        try expect(.rightParenthesis)
        return parameters
    }

    private mutating func parseFilterBlock(from place: Place) throws(SyntaxMistake) -> Statement {
        var filter = try parseFilter(nil, from: place)
        while skip(.pipe) { filter = try parseFilter(filter, from: filter.place) }
        return .filterBlock(filter, try parseBody(of: "filter", "endfilter"))
    }

    private mutating func parseWith() throws(SyntaxMistake) -> Statement {
        var values: [(target: Target, value: Expression)] = []
        while current.kind != .blockEnd {
            if !values.isEmpty { try expect(.comma) }
            let target = try parseTarget()
            try expect(.assign)
            values.append((target, try parseExpression()))
        }
        return .with(values, try parseBody(of: "with", "endwith"))
    }
}

extension Parser {
    mutating func expectAssignableName() throws(SyntaxMistake) -> String {
        let place = current.place
        let name = try expectName()
        if ["true", "false", "none", "True", "False", "None"].contains(name) {
            throw mistake("can't assign to '\(name)'", at: place)
        }
        return name
    }

    mutating func parseTarget(endsAt word: String? = nil, allowsAttribute: Bool = false) throws(SyntaxMistake) -> Target
    {
        let start = current.place
        var targets: [Target] = []
        while true {
            if !targets.isEmpty,
                word.map({ isName($0) }) ?? (current.kind == .assign) || current.kind == .rightParenthesis
            {
                break
            }
            targets.append(try parseSingleTarget(allowsAttribute: allowsAttribute))
            guard skip(.comma) else {
                if targets.count == 1 { return targets[0] }
                break
            }
        }
        return .tuple(targets, start.joined(to: tokens[index - 1].place))
    }

    private mutating func parseSingleTarget(allowsAttribute: Bool) throws(SyntaxMistake) -> Target {
        let place = current.place
        if skip(.leftParenthesis) {
            try enter()
            defer { leave() }
            let target = try parseTarget()
            try expect(.rightParenthesis)
            return target
        }
        guard current.kind == .name else { throw mistake("Expected an expression, got \(found)") }
        if allowsAttribute, tokens[min(index + 1, tokens.count - 1)].kind == .dot {
            let object = try expectName()
            advance()
            let attribute = try expectName()
            return .attribute(object, attribute, place.joined(to: tokens[index - 1].place))
        }
        return .name(try expectAssignableName(), place)
    }

    private func unclosed() -> SyntaxMistake {
        guard let innermost = openTags.last else { return mistake("Unexpected end of template.") }
        return mistake("Unexpected end of template. " + lookingFor(innermost))
    }

    private func lookingFor(_ tag: (name: String, endings: [String])) -> String {
        let words = tag.endings.map { "'\($0)'" }.joined(separator: " or ")
        return "Jinja was looking for the following tags: \(words). "
            + "The innermost block that needs to be closed is '\(tag.name)'."
    }

    private func unknownTag(_ name: String, at place: Place) -> SyntaxMistake {
        if let innermost = openTags.last {
            let isMismatch = openTags.contains { $0.endings.contains(name) }
            let intro =
                isMismatch
                ? "Encountered unknown tag '\(name)'. You probably made a nesting mistake."
                : "Encountered unknown tag '\(name)'."
            return mistake(intro + " " + lookingFor(innermost), at: place, help: Parser.help(forTag: name))
        }
        return mistake("Encountered unknown tag '\(name)'.", at: place, help: Parser.help(forTag: name))
    }
}
