//! Blocks, inheritance, includes and imports.

import Diagnostics
import Values

extension Execution {
    /// Renders another unit into the same output.
    private mutating func run(_ execution: consuming Execution) throws(Diagnostic) {
        var inner = execution
        swap(&inner.output, &output)
        defer { swap(&inner.output, &output) }
        try machine.nested { () throws(Diagnostic) in try inner.runWithParents() }
    }

    /// Runs, then the template that this one extends in its place.
    mutating func runWithParents() throws(Diagnostic) {
        try run()
        while let parent {
            var next = Execution(machine, parent, Program.root, parent.root)
            swap(&next.output, &output)
            try next.run()
            swap(&next.output, &output)
            self.parent = next.parent
        }
    }

    mutating func renderBlock(_ index: Int) throws(Diagnostic) {
        let own = instance.program.blocks[index]
        guard let definition = instance.family.blocks[own.name]?.first else { return }
        let chosen = definition.instance.program.blocks[definition.index]
        if chosen.isRequired {
            throw Diagnostic(.templateRuntime, "Required block '\(own.name)' not found")
        }
        let isOwn = definition.instance === instance && definition.index == index
        let outer = isOwn && own.isScoped ? frame : definition.instance.root
        var inner = Execution.block(machine, definition, outer: outer, level: 0)
        if !isOwn, own.isScoped { inner.locals = try values(own.locals) }
        try run(inner)
    }

    static func block(
        _ machine: Machine, _ definition: (instance: TemplateInstance, index: Int), outer: Frame, level: Int
    ) -> Execution {
        let block = definition.instance.program.blocks[definition.index]
        let count = definition.instance.program.units[block.unit].slotCount
        var execution = Execution(machine, definition.instance, block.unit, Frame(count: count, outer: outer))
        execution.block = (block.name, level)
        return execution
    }

    /// The definition that the current block replaces, as a function.
    func superBlock() -> Value {
        guard let block, let chain = instance.family.blocks[block.name], block.level + 1 < chain.count else {
            return .undefined(Undefined("there is no parent block called '\(block?.name ?? "")'.", at: here))
        }
        return .object(BlockFunction(name: block.name, level: block.level + 1, instance.family))
    }

    mutating func extend() throws(Diagnostic) {
        if parent != nil { throw Diagnostic(.templateRuntime, "extended multiple times") }
        let (template, program) = try loadTemplate(pop())
        let family = instance.family
        if family.members.isEmpty { family.members.append(instance) }
        machine.willRefer(to: instance)
        parent = TemplateInstance(
            template, program, locals: instance.locals, seesContext: instance.seesContext, family: family)
    }

    mutating func include(_ definition: IncludeDefinition) throws(Diagnostic) {
        let names = pop()
        guard let (template, program) = try choose(names, definition.ignoresMissing) else { return }
        let locals =
            definition.withContext ? try values(definition.locals).merging(instance.locals) { own, _ in own } : [:]
        let included = TemplateInstance(template, program, locals: locals, seesContext: definition.withContext)
        if !program.blocks.isEmpty { machine.willRefer(to: included) }
        do throws(Diagnostic) {
            try run(Execution(machine, included, Program.root, included.root))
        } catch {
            throw error.traced("in the included template", at: here)
        }
    }

    mutating func importTemplate(_ definition: IncludeDefinition) throws(Diagnostic) {
        let (template, program) = try loadTemplate(pop())
        let locals =
            definition.withContext ? try values(definition.locals).merging(instance.locals) { own, _ in own } : [:]
        let imported = TemplateInstance(template, program, locals: locals, seesContext: definition.withContext)
        if !program.blocks.isEmpty { machine.willRefer(to: imported) }
        var inner = Execution(machine, imported, Program.root, imported.root)
        try machine.nested { () throws(Diagnostic) in try inner.runWithParents() }
        stack.append(.object(ModuleObject(imported, text: inner.output.value)))
    }

    mutating func importName(_ name: String) throws(Diagnostic) {
        guard case .object(let module as ModuleObject) = stack[stack.count - 1] else { return }
        let missing = Undefined(
            "the template does not export the requested name '\(name)'", at: here,
            help: Suggestion.help(for: name, among: module.instance.program.exports.keys.sorted()))
        stack.append(module.instance.export(name) ?? .undefined(missing))
    }

    /// The variables that are set, by name.
    private func values(_ references: [(name: String, reference: Int)]) throws(Diagnostic) -> [String: Value] {
        var values: [String: Value] = [:]
        for (name, index) in references {
            if let (frame, slot) = find(instance.program.references[index]), let value = frame.slots[slot] {
                values[name] = value
            }
        }
        return values
    }

    private func choose(_ names: Value, _ ignoresMissing: Bool) throws(Diagnostic) -> (Template, Program)? {
        var candidates = [names]
        if case .string = names {} else if let items = try names.elements() { candidates = items }
        var missing: Diagnostic?
        for candidate in candidates {
            do throws(Diagnostic) {
                return try loadTemplate(candidate)
            } catch {
                guard error.code == .fileNotFound else { throw error }
                missing = missing ?? error
            }
        }
        if ignoresMissing { return nil }
        throw missing ?? Diagnostic(.templateRuntime, "Tried to select from an empty list of templates")
    }

    private func loadTemplate(_ name: Value) throws(Diagnostic) -> (Template, Program) {
        if case .undefined(let reason) = name { throw reason.diagnostic }
        guard case .string(let path) = try name.forced() else {
            throw Diagnostic(.templateRuntime, "the name of a template is a string, not \(name.typeName)")
        }
        let template = try machine.load(path, like: instance.template)
        return (template, try template.compiled())
    }
}
