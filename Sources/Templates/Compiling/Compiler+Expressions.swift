//! Expressions to instructions.

import Values

extension Compiler {
    mutating func compile(_ expression: Expression) throws(SyntaxMistake) {
        let place = expression.place
        if let value = Folding.constant(expression) {
            builder.emit(.constant(constant(value)), place)
            return
        }
        switch expression.kind {
        case .constant(let value): builder.emit(.constant(constant(value)), place)
        case .name(let name): load(name, place)
        case .list(let items):
            for item in items { try compile(item) }
            builder.emit(.makeList(items.count), place)
        case .tuple(let items):
            for item in items { try compile(item) }
            builder.emit(.makeTuple(items.count), place)
        case .dict(let entries):
            for (key, value) in entries {
                try compile(key)
                try compile(value)
            }
            builder.emit(.makeDict(entries.count), place)
        case .unary(let symbol, let operand):
            try compile(operand)
            builder.emit(.unary(symbol), place)
        case .binary(let symbol, let left, let right):
            try compile(left)
            try compile(right)
            builder.emit(.binary(symbol), place)
        case .concat(let operands):
            for operand in operands { try compile(operand) }
            builder.emit(.concat(operands.count), place)
        case .not(let operand):
            try compile(operand)
            builder.emit(.not, place)
        case .compare(let left, let operands): try compile(comparing: left, operands, place)
        case .and(let left, let right): try compile(left, right, place) { .jumpIfFalseOrPop($0) }
        case .or(let left, let right): try compile(left, right, place) { .jumpIfTrueOrPop($0) }
        case .conditional(let test, let then, let otherwise): try compile(test, then, otherwise, place)
        case .attribute(let object, let name):
            if let path = path(to: expression) {
                builder.emit(.loadPath(path), place)
                return
            }
            try compile(object)
            builder.emit(.attribute(self.name(name)), place)
        case .item(let object, let key):
            try compile(object)
            try compile(key)
            builder.emit(.item, place)
        case .slice(let start, let stop, let step):
            for part in [start, stop, step] {
                try compile(part ?? Expression(kind: .constant(.none), place: place))
            }
            builder.emit(.makeSlice, place)
        case .call(let callee, let arguments): try compile(calling: callee, arguments, place)
        case .filter(let operand, let name, let arguments): try compile(filtering: operand, name, arguments, place)
        case .test(let operand, let name, let arguments): try compile(testing: operand, name, arguments, place)
        }
    }

    mutating func load(_ name: String, _ place: Place) {
        let candidates = builder.candidates(for: name)
        if candidates.isEmpty {
            builder.emit(.loadName(self.name(name)), place)
        } else if candidates[0].depth == 0 {
            builder.emit(.loadSlot(candidates[0].slot, reference: reference(name)), place)
        } else {
            builder.emit(.loadReference(reference(name)), place)
        }
    }

    private mutating func compile(
        comparing left: Expression, _ operands: [(symbol: ComparisonOperator, operand: Expression)], _ place: Place
    ) throws(SyntaxMistake) {
        try compile(left)
        var jumps: [Int] = []
        for (index, (symbol, operand)) in operands.enumerated() {
            try compile(operand)
            if index == operands.count - 1 {
                builder.emit(.compare(symbol), place)
            } else {
                jumps.append(builder.emit(.compareChain(symbol, otherwise: 0), place))
            }
        }
        for jump in jumps { patch(jump) }
    }

    private mutating func compile(
        _ left: Expression, _ right: Expression, _ place: Place, _ jump: (Int) -> Instruction
    ) throws(SyntaxMistake) {
        try compile(left)
        let index = builder.emit(jump(0), place)
        try compile(right)
        patch(index)
    }

    private mutating func compile(
        _ test: Expression, _ then: Expression, _ otherwise: Expression?, _ place: Place
    ) throws(SyntaxMistake) {
        let toElse = try compile(jumpingUnless: test)
        try compile(then)
        let toEnd = builder.emit(.jump(0), place)
        patch(toElse)
        if let otherwise { try compile(otherwise) } else { builder.emit(.missingBranch, place) }
        patch(toEnd)
    }

    private mutating func compile(
        testing operand: Expression, _ name: String, _ arguments: CallArguments, _ place: Place
    ) throws(SyntaxMistake) {
        let isPlain = arguments.positional.isEmpty && arguments.named.isEmpty
        if isPlain, name == "defined" || name == "undefined" {
            try compile(definedness: operand, place)
            if name == "undefined" { builder.emit(.not, place) }
            return
        }
        let test = try self.test(name, at: place)
        if test.names[0] == "vault_encrypted", case .name(let variable) = operand.kind,
            builder.candidates(for: variable).isEmpty
        {
            builder.emit(.loadWritten(self.name(variable)), place)
        } else {
            try compile(operand)
        }
        builder.emit(.test(prepared(test, try compile(arguments))), place)
    }

    private mutating func compile(
        calling callee: Expression, _ arguments: CallArguments, _ place: Place
    ) throws(SyntaxMistake) {
        guard case .attribute(let object, let method) = callee.kind else {
            try compile(callee)
            builder.emit(.call(try compile(arguments)), place)
            return
        }
        if Methods.isMutating(method), let location = try compile(location: object) {
            let call = try compile(arguments)
            builder.emit(.callMutating(name: name(method), call: call, location: location), place)
            return
        }
        try compile(object)
        let call = try compile(arguments)
        builder.emit(.callMethod(name: name(method), call: call), place)
    }

    /// Pushes the keys on the way to a part of a variable; nil if the expression is no such part.
    private mutating func compile(location expression: Expression) throws(SyntaxMistake) -> Int? {
        var steps: [Location.Step] = []
        var keys: [Expression] = []
        var current = expression
        while true {
            switch current.kind {
            case .name(let name):
                for key in keys.reversed() { try compile(key) }
                program.locations.append(Location(root: reference(name), steps: steps.reversed()))
                return program.locations.count - 1
            case .attribute(let object, let attribute):
                steps.append(.attribute(name(attribute)))
                current = object
            case .item(let object, let key):
                if case .slice = key.kind { return nil }
                steps.append(.item)
                keys.append(key)
                current = object
            default: return nil
            }
        }
    }

    /// Pushes arguments; the index of their shape.
    mutating func compile(_ arguments: CallArguments) throws(SyntaxMistake) -> Int {
        for argument in arguments.positional { try compile(argument) }
        for (_, value) in arguments.named { try compile(value) }
        if let star = arguments.star { try compile(star) }
        if let doubleStar = arguments.doubleStar { try compile(doubleStar) }
        return call(
            CallShape(
                positional: arguments.positional.count, names: arguments.named.map(\.name),
                hasStar: arguments.star != nil, hasDoubleStar: arguments.doubleStar != nil))
    }

    /// Lets a jump lead to the next instruction.
    func patch(_ index: Int) {
        builder.unit.instructions[index] = builder.unit.instructions[index].leading(to: builder.next)
    }
}

extension Instruction {
    func leading(to target: Int) -> Instruction {
        switch self {
        case .jump: .jump(target)
        case .jumpIfFalse: .jumpIfFalse(target)
        case .jumpIfPathFalse(let path, _): .jumpIfPathFalse(path, target)
        case .jumpIfFalseOrPop: .jumpIfFalseOrPop(target)
        case .jumpIfTrueOrPop: .jumpIfTrueOrPop(target)
        case .jumpIfSet(let slot, _): .jumpIfSet(slot: slot, target)
        case .compareChain(let symbol, _): .compareChain(symbol, otherwise: target)
        case .beginLoop(let slot, _): .beginLoop(slot: slot, otherwise: target)
        case .nextItem(_, let slot): .nextItem(end: target, slot: slot)
        case .nextPair(_, let first, let second): .nextPair(end: target, first: first, second: second)
        case .nextCandidate: .nextCandidate(end: target)
        default: self
        }
    }
}
