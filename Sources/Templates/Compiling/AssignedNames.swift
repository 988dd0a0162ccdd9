//! Which variables a body sets in its own scope.

extension Sequence<Statement> {
    /// Names set by these statements, not counting those inside loops, macros and other scopes.
    var assignedNames: [String] {
        flatMap { statement -> [String] in
            switch statement {
            case .set(let target, _), .setBlock(let target, _, _): target.names
            case .macro(let macro): [macro.name]
            case .importTemplate(_, let alias, _, _): [alias]
            case .importNames(_, let names, _, _): names.map(\.alias)
            case .condition(_, let then, let otherwise): then.assignedNames + otherwise.assignedNames
            default: []
            }
        }
    }
}

extension Sequence<Statement> {
    /// Whether a name is used as a variable anywhere inside, also in nested scopes.
    func mentions(_ name: String) -> Bool { contains { $0.mentions(name) } }
}

extension Statement {
    fileprivate func mentions(_ name: String) -> Bool {
        switch self {
        case .text, .breakLoop, .continueLoop: false
        case .output(let expression), .set(_, let expression), .extends(let expression), .perform(let expression):
            expression.mentions(name)
        case .forLoop(let loop):
            loop.iterable.mentions(name) || loop.test?.mentions(name) ?? false || loop.body.mentions(name)
                || loop.otherwise.mentions(name)
        case .condition(let test, let then, let otherwise):
            test.mentions(name) || then.mentions(name) || otherwise.mentions(name)
        case .setBlock(_, let filter, let body): filter?.mentions(name) ?? false || body.mentions(name)
        case .macro(let macro): macro.mentions(name)
        case .callBlock(let call, let macro): call.mentions(name) || macro.mentions(name)
        case .filterBlock(let filter, let body): filter.mentions(name) || body.mentions(name)
        case .with(let values, let body): values.contains { $0.value.mentions(name) } || body.mentions(name)
        case .scope(let body): body.mentions(name)
        case .block(let block): block.body.mentions(name)
        // What is included sees every variable.
        case .include(_, _, let withContext, _): withContext
        case .importTemplate(_, _, let withContext, _), .importNames(_, _, let withContext, _): withContext
        }
    }
}

extension Macro {
    func mentions(_ name: String) -> Bool {
        body.mentions(name) || parameters.contains { $0.fallback?.mentions(name) ?? false }
    }
}

extension Expression {
    func mentions(_ name: String) -> Bool {
        switch kind {
        case .constant: false
        case .name(let other): other == name
        case .list(let items), .tuple(let items), .concat(let items): items.contains { $0.mentions(name) }
        case .dict(let entries): entries.contains { $0.key.mentions(name) || $0.value.mentions(name) }
        case .unary(_, let operand), .not(let operand), .attribute(let operand, _): operand.mentions(name)
        case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
            .item(let left, let right):
            left.mentions(name) || right.mentions(name)
        case .compare(let left, let operands): left.mentions(name) || operands.contains { $0.operand.mentions(name) }
        case .conditional(let test, let then, let otherwise):
            test.mentions(name) || then.mentions(name) || otherwise?.mentions(name) ?? false
        case .slice(let start, let stop, let step): [start, stop, step].contains { $0?.mentions(name) ?? false }
        case .call(let callee, let arguments): callee.mentions(name) || arguments.mentions(name)
        case .filter(let operand, _, let arguments): operand?.mentions(name) ?? false || arguments.mentions(name)
        case .test(let operand, _, let arguments): operand.mentions(name) || arguments.mentions(name)
        }
    }
}

extension CallArguments {
    fileprivate func mentions(_ name: String) -> Bool {
        positional.contains { $0.mentions(name) } || named.contains { $0.value.mentions(name) }
            || star?.mentions(name) ?? false || doubleStar?.mentions(name) ?? false
    }
}
