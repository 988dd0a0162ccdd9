//! Macros, blocks and other templates to instructions.

import Values

extension Compiler {
    /// Compiles a macro's unit; the index of its definition.
    mutating func define(_ macro: Macro) throws(SyntaxMistake) -> Int {
        let special = ["varargs", "kwargs", "caller"].filter { name in
            macro.mentions(name) && !macro.parameters.contains { $0.name == name }
        }
        var parameters: [MacroDefinition.Parameter] = []
        var slots: [String: Int] = [:]
        let index = try unit { compiler throws(SyntaxMistake) in
            compiler.builder.openScope(macro.parameters.map(\.name) + special, isFresh: true)
            slots = compiler.builder.scopes[0]
            for (name, fallback) in macro.parameters {
                let slot = slots[name] ?? 0
                parameters.append(.init(name: name, slot: slot, hasFallback: fallback != nil))
                guard let fallback else { continue }
                let jump = compiler.builder.emit(.jumpIfSet(slot: slot, 0), fallback.place)
                try compiler.compile(fallback)
                compiler.builder.emit(.store(slot), fallback.place)
                compiler.patch(jump)
            }
            compiler.builder.openScope(macro.body.assignedNames, isFresh: true)
            try compiler.compile(macro.body)
        }
        program.macros.append(
            MacroDefinition(
                name: macro.name, unit: index, parameters: parameters, varargs: slots.index(of: "varargs", in: special),
                kwargs: slots.index(of: "kwargs", in: special), caller: slots.index(of: "caller", in: special)))
        return program.macros.count - 1
    }

    /// `{% call %}`: hands the body over as the named argument `caller`.
    mutating func compile(_ call: Expression, _ macro: Macro) throws(SyntaxMistake) {
        guard case .call(let callee, let arguments) = call.kind else { return }
        try compile(callee)
        for argument in arguments.positional { try compile(argument) }
        for (_, value) in arguments.named { try compile(value) }
        builder.emit(.makeMacro(try define(macro)), macro.place)
        if let star = arguments.star { try compile(star) }
        if let doubleStar = arguments.doubleStar { try compile(doubleStar) }
        let shape = CallShape(
            positional: arguments.positional.count, names: arguments.named.map(\.name) + ["caller"],
            hasStar: arguments.star != nil, hasDoubleStar: arguments.doubleStar != nil)
        builder.emit(.call(self.call(shape)), call.place)
        builder.emit(.output, call.place)
    }

    mutating func compose(_ statement: Statement) throws(SyntaxMistake) {
        switch statement {
        case .block(let block): try compile(block)
        case .extends(let name):
            try compile(name)
            builder.emit(.extend, name.place)
            if builder.index == Program.root { isExtended = true }
        case .include(let name, let ignoresMissing, let withContext, let place):
            try compile(name)
            program.includes.append(
                IncludeDefinition(
                    ignoresMissing: ignoresMissing, withContext: withContext,
                    locals: withContext ? visibleReferences() : []))
            builder.emit(.include(program.includes.count - 1), place)
        case .importTemplate(let name, let alias, let withContext, let place):
            try compileImport(name, withContext, place)
            try store(.name(alias, place))
        case .importNames(let name, let names, let withContext, let place):
            try compileImport(name, withContext, place)
            for (imported, alias) in names {
                builder.emit(.importName(self.name(imported)), place)
                try store(.name(alias, place))
            }
            builder.emit(.pop, place)
        default: break
        }
    }

    private mutating func compileImport(_ name: Expression, _ withContext: Bool, _ place: Place) throws(SyntaxMistake) {
        try compile(name)
        program.includes.append(
            IncludeDefinition(
                ignoresMissing: false, withContext: withContext, locals: withContext ? visibleReferences() : []))
        builder.emit(.importTemplate(program.includes.count - 1), place)
    }

    private mutating func compile(_ block: Block) throws(SyntaxMistake) {
        let locals = block.isScoped ? visibleReferences() : []
        let index = try unit(seesRootOnly: !block.isScoped) { compiler throws(SyntaxMistake) in
            compiler.builder.openScope(block.body.assignedNames, isFresh: true)
            try compiler.compile(block.body)
        }
        program.blocks.append(
            BlockDefinition(
                name: block.name, unit: index, isRequired: block.isRequired, isScoped: block.isScoped, locals: locals))
        program.blockIndices[block.name] = program.blocks.count - 1
        if isExtended, builder.index == Program.root { return }
        builder.emit(.renderBlock(program.blocks.count - 1), block.place)
    }
}

extension [String: Int] {
    fileprivate func index(of name: String, in used: [String]) -> Int? { used.contains(name) ? self[name] : nil }
}
