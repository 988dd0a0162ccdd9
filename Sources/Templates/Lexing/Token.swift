//! The words of a template.

/// Where something stands inside a template's text, in bytes.
struct Place: Sendable, Hashable {
    var start: Int32
    var end: Int32

    init(_ start: Int, _ end: Int) {
        self.start = Int32(clamping: start)
        self.end = Int32(clamping: end)
    }

    func joined(to other: Place) -> Place { Place(Int(start), Int(other.end)) }
}

/// One word and where it stands.
struct Token: Sendable {
    enum Kind: String, Sendable {
        /// Text between tags, `place` being what is left of it after whitespace control.
        case data = "template data / text"
        case blockBegin = "begin of statement block"
        case blockEnd = "end of statement block"
        case variableBegin = "begin of print statement"
        case variableEnd = "end of print statement"
        case name, integer, float, string
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case floorDivide = "//"
        case modulo = "%"
        case power = "**"
        case tilde = "~"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case assign = "="
        case dot = "."
        case colon = ":"
        case pipe = "|"
        case comma = ","
        case semicolon = ";"
        case end = "end of template"
    }

    let kind: Kind
    let place: Place
}

/// A template that cannot be compiled: the message and where it went wrong.
struct SyntaxMistake: Error {
    let message: String
    let place: Place
    var help: String?
}
