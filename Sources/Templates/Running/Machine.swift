//! One rendering: limits, loaded templates, and what builtins may ask for.

import Diagnostics
import Values

/// A value that templates may call.
protocol CallableObject: ValueObject {
    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value
}

/// Runs one template with a scope. Used by one thread at a time, for one rendering.
final class Machine: TemplateRuntime {
    let scope: RenderScope
    private(set) var depth: Int
    private var fuel: Int
    private var loaded: [String: Template] = [:]
    /// Variables of the context that were changed in place, for included templates.
    var changed: [String: Value] = [:]

    /// Nested templates, macros, blocks and includes.
    static let maximumDepth = 120

    init(_ scope: RenderScope) {
        self.scope = scope
        depth = scope.depth
        fuel = scope.environment.maximumSteps
    }

    /// Frames whose slots hold functions that refer to them, and templates whose families do.
    private var cyclicFrames: [Frame] = []
    private var cyclicInstances: [TemplateInstance] = []

    func willRefer(to frame: Frame) { cyclicFrames.append(frame) }
    func willRefer(to instance: TemplateInstance) { cyclicInstances.append(instance) }

    /// Ends the rendering: what refers to itself would stay in memory for ever.
    func finish() {
        for frame in cyclicFrames { frame.clear() }
        for instance in cyclicInstances { instance.dissolve() }
    }

    func spend() throws(Diagnostic) {
        fuel -= 1
        if fuel < 0 {
            throw Diagnostic(
                .templateRecursion, "the template takes more than \(scope.environment.maximumSteps) steps",
                help: "check its loops and ranges")
        }
    }

    func nested<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
        try spend()
        depth += 1
        defer { depth -= 1 }
        if depth > Machine.maximumDepth {
            throw Diagnostic(
                .templateRecursion, "Recursive loop detected in template: nested more than \(Machine.maximumDepth) deep"
            )
        }
        return try body()
    }

    /// The scope for variables that are rendered from here.
    var innerScope: RenderScope { scope.deeper(depth) }

    func load(_ name: String, like other: Template) throws(Diagnostic) -> Template {
        if let template = loaded[name] { return template }
        let file = try scope.source.templateSource(name)
        let range = SourceRange(file: file, offset: 0, length: file.bytes.count)
        let template = Template(
            String(decoding: file.bytes, as: UTF8.self), at: range, options: other.options,
            environment: scope.environment)
        loaded[name] = template
        return template
    }

    func filter(_ name: String, _ arguments: Arguments) throws(Diagnostic) -> Value {
        guard let filter = scope.environment.filters[name] else {
            throw Diagnostic(
                .templatePlugin, "No filter named '\(name)'.",
                help: Suggestion.help(for: name, among: scope.environment.filters.keys.sorted()))
        }
        return try filter.invoke(arguments, runtime: self)
    }

    func test(_ name: String, _ arguments: Arguments) throws(Diagnostic) -> Bool {
        guard let test = scope.environment.tests[name] else {
            throw Diagnostic(
                .templatePlugin, "No test named '\(name)'.",
                help: Suggestion.help(for: name, among: scope.environment.tests.keys.sorted()))
        }
        return try test.invoke(arguments, runtime: self).isTruthy()
    }

    func call(_ callable: Value, _ arguments: Arguments) throws(Diagnostic) -> Value {
        switch callable {
        case .object(let object as any CallableObject): return try object.call(arguments, self)
        case .undefined: return callable
        default: throw Diagnostic(.templateRuntime, "'\(callable.typeName)' object is not callable")
        }
    }

    func attribute(_ name: String, of value: Value) throws(Diagnostic) -> Value {
        try Attributes.attribute(name, of: value, in: nil)
    }

    func item(_ key: Value, of value: Value) throws(Diagnostic) -> Value {
        try Attributes.item(key, of: value, in: nil)
    }
}
