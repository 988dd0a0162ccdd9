//! Statements to instructions.

import Values

extension Compiler {
    mutating func compile(_ statements: [Statement]) throws(SyntaxMistake) {
        for statement in statements { try compile(statement) }
    }

    private var isUnseen: Bool { isExtended && builder.index == Program.root && builder.captureDepth == 0 }

    private mutating func compile(_ statement: Statement) throws(SyntaxMistake) {
        switch statement {
        case .text(let text): if !isUnseen { builder.emit(self.text(text), Place(0, 0)) }
        case .output(let expression):
            if !isUnseen { try compile(writing: expression) }
        case .forLoop(let loop): try compile(loop)
        case .condition(let test, let then, let otherwise): try compile(test, then, otherwise)
        case .set(let target, let expression):
            try compile(expression)
            try store(target)
        case .setBlock(let target, let filter, let body):
            try capture(body, target.place)
            if let filter { try compile(filter) }
            try store(target)
        case .macro(let macro):
            builder.emit(.makeMacro(try define(macro)), macro.place)
            try store(.name(macro.name, macro.place))
        case .callBlock(let call, let macro): try compile(call, macro)
        case .filterBlock(let filter, let body):
            try capture(body, filter.place)
            try compile(filter)
            builder.emit(isUnseen ? .pop : .output, filter.place)
        case .with(let values, let body): try compile(values, body)
        case .scope(let body):
            builder.openScope(body.assignedNames)
            try compile(body)
            builder.closeScope()
        case .perform(let expression):
            try compile(expression)
            builder.emit(.pop, expression.place)
        case .breakLoop(let place): try leaveIteration(place, isBreak: true)
        case .continueLoop(let place): try leaveIteration(place, isBreak: false)
        case .block, .extends, .include, .importTemplate, .importNames: try compose(statement)
        }
    }

    private mutating func compile(
        _ test: Expression, _ then: [Statement], _ otherwise: [Statement]
    ) throws(SyntaxMistake) {
        let toElse = try compile(jumpingUnless: test)
        let wasExtended = isExtended
        try compile(then)
        isExtended = wasExtended
        if otherwise.isEmpty {
            patch(toElse)
            return
        }
        let toEnd = builder.emit(.jump(0), test.place)
        patch(toElse)
        try compile(otherwise)
        isExtended = wasExtended
        patch(toEnd)
    }

    /// Pushes what the body writes.
    private mutating func capture(_ body: [Statement], _ place: Place) throws(SyntaxMistake) {
        builder.emit(.beginCapture, place)
        builder.captureDepth += 1
        builder.openScope(body.assignedNames)
        try compile(body)
        builder.closeScope()
        builder.captureDepth -= 1
        builder.emit(.endCapture, place)
    }

    /// Pops a value into a target.
    mutating func store(_ target: Target) throws(SyntaxMistake) {
        switch target {
        case .name(let name, let place):
            guard let slot = builder.slot(of: name) else {
                throw SyntaxMistake(message: "can't assign to '\(name)'", place: place)
            }
            builder.emit(.store(slot), place)
        case .tuple(let targets, let place):
            builder.emit(.unpack(targets.count), place)
            for target in targets { try store(target) }
        case .attribute(let object, let name, let place):
            builder.emit(.setAttribute(reference: reference(object), name: self.name(name)), place)
        }
    }

    private mutating func compile(
        _ values: [(target: Target, value: Expression)], _ body: [Statement]
    ) throws(SyntaxMistake) {
        // The values are computed in the scope around.
        for (_, value) in values { try compile(value) }
        builder.openScope(values.flatMap { $0.target.names } + body.assignedNames)
        for (target, _) in values.reversed() { try store(target) }
        try compile(body)
        builder.closeScope()
    }

    private mutating func leaveIteration(_ place: Place, isBreak: Bool) throws(SyntaxMistake) {
        guard let labels = builder.loops.last else {
            throw SyntaxMistake(message: "'\(isBreak ? "break" : "continue")' outside loop", place: place)
        }
        for _ in labels.captureDepth..<builder.captureDepth {
            builder.emit(.endCapture, place)
            builder.emit(.pop, place)
        }
        let jump = builder.emit(.jump(0), place)
        if isBreak {
            builder.loops[builder.loops.count - 1].breaks.append(jump)
        } else {
            builder.loops[builder.loops.count - 1].continues.append(jump)
        }
    }
}
