//! Frequent forms of expressions to instructions of their own.

import Values

extension Compiler {
    /// The index of the path that an expression consists of; nil where it is anything else than attributes of a name.
    mutating func path(to expression: Expression) -> Int? {
        var attributes: [(name: String, place: Place)] = []
        var current = expression
        while case .attribute(let object, let name) = current.kind {
            attributes.append((name, current.place))
            current = object
        }
        guard case .name(let variable) = current.kind else { return nil }
        let first = program.steps.count
        for (attribute, place) in attributes.reversed() {
            let index = name(attribute)
            let name = program.names[index]
            program.steps.append(
                VariablePath.Step(name: index, probe: name.key.probe, isDictMethod: name.isDictMethod, place: place))
        }
        let steps = first..<program.steps.count
        program.paths.append(VariablePath(root: root(variable), place: current.place, steps: steps))
        return program.paths.count - 1
    }

    private mutating func root(_ variable: String) -> VariablePath.Root {
        guard let nearest = builder.candidates(for: variable).first else { return .name(name(variable)) }
        let reference = reference(variable)
        return nearest.depth == 0 ? .slot(nearest.slot, reference: reference) : .reference(reference)
    }

    /// Writes the value of an expression.
    mutating func compile(writing expression: Expression) throws(SyntaxMistake) {
        if Folding.constant(expression) == nil, let path = path(to: expression) {
            builder.emit(.outputPath(path), expression.place)
            return
        }
        if case .concat(let operands) = expression.kind {
            for operand in operands { try compile(operand) }
            builder.emit(.outputJoined(operands.count), expression.place)
            return
        }
        try compile(expression)
        builder.emit(.output, expression.place)
    }

    /// Jumps to where the result is patched to, unless the test holds.
    mutating func compile(jumpingUnless test: Expression) throws(SyntaxMistake) -> Int {
        if let path = path(to: test) {
            return builder.emit(.jumpIfPathFalse(path, 0), test.place)
        }
        try compile(test)
        return builder.emit(.jumpIfFalse(0), test.place)
    }

    /// Pushes whether a value is defined.
    mutating func compile(definedness operand: Expression, _ place: Place) throws(SyntaxMistake) {
        if let path = path(to: operand) {
            builder.emit(.isPathDefined(path), place)
        } else {
            try compile(operand)
            builder.emit(.isDefined, place)
        }
    }

    /// Pushes a value of which only matters whether it is defined.
    mutating func compile(quietly expression: Expression) throws(SyntaxMistake) {
        if case .attribute = expression.kind, let path = path(to: expression) {
            builder.emit(.loadPathQuietly(path), expression.place)
        } else {
            try compile(expression)
        }
    }

    mutating func compile(
        filtering operand: Expression?, _ name: String, _ arguments: CallArguments, _ place: Place
    ) throws(SyntaxMistake) {
        let filter = try self.filter(name, at: place)
        if let operand, filter.isDefault, arguments.named.isEmpty, arguments.positional.count <= 1,
            arguments.star == nil, arguments.doubleStar == nil
        {
            try compile(quietly: operand)
            try compile(arguments.positional.first ?? Expression(kind: .constant(.string("")), place: place))
            builder.emit(.replaceUndefined, place)
            return
        }
        if let operand { try compile(operand) }
        builder.emit(.filter(prepared(filter, try compile(arguments))), place)
    }
}

extension Builtin {
    /// Jinja2's `default`, under any of its names.
    fileprivate var isDefault: Bool { kind == .filter && names[0] == "default" }
}
