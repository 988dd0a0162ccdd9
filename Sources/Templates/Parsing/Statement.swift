//! Statements as a tree.

/// What an assignment assigns to.
indirect enum Target: Sendable {
    case name(String, Place)
    case tuple([Target], Place)
    /// `{% set namespace.name = … %}`
    case attribute(String, String, Place)

    /// The variables it sets.
    var names: [String] {
        switch self {
        case .name(let name, _): [name]
        case .tuple(let targets, _): targets.flatMap(\.names)
        case .attribute: []
        }
    }

    var place: Place {
        switch self {
        case .name(_, let place), .tuple(_, let place), .attribute(_, _, let place): place
        }
    }
}

struct Macro: Sendable {
    var name: String
    var parameters: [(name: String, fallback: Expression?)]
    var body: [Statement]
    var place: Place
}

struct ForLoop: Sendable {
    var target: Target
    var iterable: Expression
    var test: Expression?
    var isRecursive: Bool
    var body: [Statement]
    var otherwise: [Statement]
    var place: Place
}

struct Block: Sendable {
    var name: String
    var isScoped: Bool
    var isRequired: Bool
    var body: [Statement]
    var place: Place
}

indirect enum Statement: Sendable {
    case text(String)
    case output(Expression)
    case forLoop(ForLoop)
    case condition(Expression, then: [Statement], otherwise: [Statement])
    case set(Target, Expression)
    case setBlock(Target, filter: Expression?, body: [Statement])
    case macro(Macro)
    case callBlock(Expression, Macro)
    case filterBlock(Expression, [Statement])
    case with([(target: Target, value: Expression)], [Statement])
    case scope([Statement])
    case block(Block)
    case extends(Expression)
    case include(Expression, ignoresMissing: Bool, withContext: Bool, Place)
    case importTemplate(Expression, as: String, withContext: Bool, Place)
    case importNames(Expression, [(name: String, alias: String)], withContext: Bool, Place)
    case perform(Expression)
    case breakLoop(Place)
    case continueLoop(Place)
}
