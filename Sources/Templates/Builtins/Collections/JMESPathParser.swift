//! JMESPath tokens → a tree.

import Diagnostics
import Values

/// An expression of JMESPath.
indirect enum JMESPath {
    case current
    case field(String)
    case index(Int)
    case slice(start: Int?, stop: Int?, step: Int?)
    case literal(Value)
    case child(JMESPath, JMESPath)
    case pipe(JMESPath, JMESPath)
    /// Each item of the list that the first one gives, through the second one.
    case project(JMESPath, JMESPath)
    case projectValues(JMESPath, JMESPath)
    case filter(JMESPath, condition: JMESPath, JMESPath)
    case flatten(JMESPath)
    case or(JMESPath, JMESPath)
    case and(JMESPath, JMESPath)
    case not(JMESPath)
    case compare(String, JMESPath, JMESPath)
    case list([JMESPath])
    case dictionary([(String, JMESPath)])
    case call(String, [JMESPath])
    /// `&expression`, an argument of sort_by and its kin.
    case reference(JMESPath)

    init(_ text: String) throws(Diagnostic) {
        var parser = JMESPathParser(tokens: try JMESPathLexer(text).tokens, text: text)
        self = try parser.whole()
    }
}

private struct JMESPathParser {
    let tokens: [JMESPathToken]
    let text: String
    private var position = 0
    private var depth = 0

    init(tokens: [JMESPathToken], text: String) {
        self.tokens = tokens
        self.text = text
    }

    private static let strength = [
        "|": 1, "||": 2, "&&": 3, "==": 5, "!=": 5, "<": 5, ">": 5, "<=": 5, ">=": 5, "[]": 9, "*": 20, "[?": 21,
        ".": 40, "!": 45, "{": 50, "[": 55, "(": 60,
    ]
    /// A token weaker than this ends what a projection is applied to.
    private static let projectionStop = 10

    private var current: JMESPathToken { tokens[min(position, tokens.count - 1)] }

    private mutating func advance() -> JMESPathToken {
        defer { position += 1 }
        return current
    }

    private mutating func accept(_ symbol: String) -> Bool {
        guard current == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(Diagnostic) {
        guard accept(symbol) else { throw mistake("expected '\(symbol)'") }
    }

    private func mistake(_ message: String) -> Diagnostic {
        Diagnostic(.templateRuntime, "bad JMESPath expression '\(text)': \(message)")
    }

    mutating func whole() throws(Diagnostic) -> JMESPath {
        let tree = try expression(0)
        guard current == .end else { throw mistake("unexpected text behind the expression") }
        return tree
    }

    private var currentStrength: Int {
        if case .symbol(let symbol) = current { JMESPathParser.strength[symbol] ?? 0 } else { 0 }
    }

    private mutating func expression(_ strength: Int) throws(Diagnostic) -> JMESPath {
        depth += 1
        defer { depth -= 1 }
        guard depth < 200 else { throw mistake("too deeply nested") }
        var left = try prefix()
        while strength < currentStrength { left = try infix(left) }
        return left
    }

    private mutating func prefix() throws(Diagnostic) -> JMESPath {
        switch advance() {
        case .identifier(let name):
            return current == .symbol("(") ? try call(name) : .field(name)
        case .quoted(let name): return .field(name)
        case .literal(let value): return .literal(value)
        case .symbol("@"): return .current
        case .symbol("*"): return .projectValues(.current, try projected(20))
        case .symbol("[]"): return .project(.flatten(.current), try projected(9))
        case .symbol("[?"): return try filter(.current)
        case .symbol("["): return try bracket(.current, isPrefix: true)
        case .symbol("{"): return try dictionary()
        case .symbol("!"): return .not(try expression(45))
        case .symbol("&"): return .reference(try expression(0))
        case .symbol("("):
            let inner = try expression(0)
            try expect(")")
            return inner
        default: throw mistake("something is missing")
        }
    }

    private mutating func infix(_ left: JMESPath) throws(Diagnostic) -> JMESPath {
        guard case .symbol(let symbol) = advance() else { throw mistake("expected an operator") }
        switch symbol {
        case ".":
            if accept("*") { return .projectValues(left, try projected(20)) }
            return .child(left, try dotted(40))
        case "|": return .pipe(left, try expression(1))
        case "||": return .or(left, try expression(2))
        case "&&": return .and(left, try expression(3))
        case "==", "!=", "<", "<=", ">", ">=": return .compare(symbol, left, try expression(5))
        case "[]": return .project(.flatten(left), try projected(9))
        case "[?": return try filter(left)
        case "[": return try bracket(left, isPrefix: false)
        default: throw mistake("unexpected '\(symbol)'")
        }
    }

    /// What follows a projection and is applied to each of its items.
    private mutating func projected(_ strength: Int) throws(Diagnostic) -> JMESPath {
        if currentStrength < JMESPathParser.projectionStop { return .current }
        switch current {
        case .symbol("["), .symbol("[?"): return try expression(strength)
        case .symbol("."):
            position += 1
            return try dotted(strength)
        default: throw mistake("unexpected text behind a projection")
        }
    }

    private mutating func dotted(_ strength: Int) throws(Diagnostic) -> JMESPath {
        switch current {
        case .identifier, .quoted, .symbol("*"): return try expression(strength)
        case .symbol("["):
            position += 1
            return try list()
        case .symbol("{"):
            position += 1
            return try dictionary()
        default: throw mistake("expected a name behind '.'")
        }
    }

    private mutating func filter(_ left: JMESPath) throws(Diagnostic) -> JMESPath {
        let condition = try expression(0)
        try expect("]")
        if current == .symbol("[]") { return .filter(left, condition: condition, .current) }
        return .filter(left, condition: condition, try projected(21))
    }

    private mutating func bracket(_ left: JMESPath, isPrefix: Bool) throws(Diagnostic) -> JMESPath {
        switch current {
        case .number, .symbol(":"): return try indexOrSlice(left)
        case .symbol("*") where position + 1 < tokens.count && tokens[position + 1] == .symbol("]"):
            position += 2
            return .project(left, try projected(20))
        default:
            guard isPrefix else { throw mistake("expected a number or '*' in brackets") }
            return try list()
        }
    }

    private mutating func indexOrSlice(_ left: JMESPath) throws(Diagnostic) -> JMESPath {
        var parts: [Int?] = [nil]
        while !accept("]") {
            if accept(":") {
                parts.append(nil)
            } else if case .number(let number) = advance() {
                parts[parts.count - 1] = number
            } else {
                throw mistake("expected a number in brackets")
            }
        }
        if parts.count == 1, let index = parts[0] { return .child(left, .index(index)) }
        guard parts.count <= 3 else { throw mistake("too many colons in a slice") }
        let slice = JMESPath.slice(start: parts[0], stop: parts[1], step: parts.count > 2 ? parts[2] : nil)
        return .project(.child(left, slice), try projected(20))
    }

    private mutating func list() throws(Diagnostic) -> JMESPath {
        var items = [try expression(0)]
        while accept(",") { items.append(try expression(0)) }
        try expect("]")
        return .list(items)
    }

    private mutating func dictionary() throws(Diagnostic) -> JMESPath {
        var entries: [(String, JMESPath)] = []
        repeat {
            switch advance() {
            case .identifier(let name), .quoted(let name):
                try expect(":")
                entries.append((name, try expression(0)))
            default: throw mistake("expected a name in braces")
            }
        } while accept(",")
        try expect("}")
        return .dictionary(entries)
    }

    private mutating func call(_ name: String) throws(Diagnostic) -> JMESPath {
        try expect("(")
        var arguments: [JMESPath] = []
        if accept(")") { return .call(name, arguments) }
        repeat { arguments.append(try expression(0)) } while accept(",")
        try expect(")")
        return .call(name, arguments)
    }
}
