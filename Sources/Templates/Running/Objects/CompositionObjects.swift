//! Blocks and modules as values: `self`, `super()`, and what `import` binds.

import Diagnostics
import Values

/// `self`: the blocks of the template by name.
final class SelfReference: ValueObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    private let family: TemplateInstance.Family
    private let machine: Machine

    init(_ family: TemplateInstance.Family, _ machine: Machine) {
        self.family = family
        self.machine = machine
    }

    var typeName: String { "TemplateReference" }
    func text() throws(Diagnostic) -> String { "<TemplateReference None>" }

    func attribute(_ name: String) throws(Diagnostic) -> Value? {
        family.blocks[name] == nil ? nil : .object(BlockFunction(name: name, level: 0, family))
    }
}

/// A block as a function that returns what it writes.
final class BlockFunction: CallableObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    private let name: String
    private let level: Int
    private let family: TemplateInstance.Family

    init(name: String, level: Int, _ family: TemplateInstance.Family) {
        self.name = name
        self.level = level
        self.family = family
    }

    var typeName: String { "BlockReference" }
    var isCallable: Bool { true }

    func attribute(_ name: String) throws(Diagnostic) -> Value? {
        guard name == "super" else { return nil }
        guard let chain = family.blocks[self.name], level + 1 < chain.count else {
            return .undefined(Undefined("there is no parent block called '\(self.name)'."))
        }
        return .object(BlockFunction(name: self.name, level: level + 1, family))
    }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        guard let chain = family.blocks[name], level < chain.count else { return .none }
        var inner = Execution.block(machine, chain[level], outer: chain[level].instance.root, level: level)
        try machine.nested { () throws(Diagnostic) in try inner.run() }
        return inner.output.value
    }
}

/// An imported template: its top-level variables and macros.
final class ModuleObject: ValueObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    let instance: TemplateInstance
    private let written: Value

    init(_ instance: TemplateInstance, text: Value) {
        self.instance = instance
        written = text
    }

    var typeName: String { "TemplateModule" }
    func text() throws(Diagnostic) -> String { written.isNone ? "" : try written.text() }

    func attribute(_ name: String) throws(Diagnostic) -> Value? {
        name.utf8.first == UInt8(ascii: "_") ? nil : instance.export(name)
    }
}
