//! From arguments as written to arguments a module takes: defaults, templates, `omit`, validation.

import Diagnostics
import Modules
import Playbooks
import Templates
import Values

struct ArgumentRenderer {
    let scope: HostScope
    let frame: Frame

    func arguments(of call: ModuleCall) throws(Diagnostic) -> ModuleArguments {
        let spec = call.module.spec
        var raw = try defaults(for: spec)
        var ranges: [String: SourceRange] = [:]
        if let whole = call.arguments.whole { try merge(whole, into: &raw, for: spec) }
        for argument in call.arguments.named {
            ranges[argument.name] = argument.range
            let value = try rendered(argument, of: spec)
            raw[argument.name] = value
        }
        let isSetFact = spec.names.contains("ansible.builtin.set_fact")
        if isSetFact { raw = try templatedKeys(raw) }
        for key in raw.keys where raw[key]?.isOmit == true { raw.removeValue(forKey: key) }
        return try ArgumentValidator(spec).validate(raw, range: call.range, ranges: ranges)
    }

    private func rendered(_ argument: TaskArguments.Argument, of spec: ModuleSpec) throws(Diagnostic) -> Value {
        // These judge their text themselves, in the module.
        let isExpression =
            (spec.names.contains("ansible.builtin.assert") && argument.name == "that")
            || (spec.names.contains("ansible.builtin.debug") && argument.name == "var")
        if isExpression { return try unrendered(argument.value) }
        do {
            return try argument.value.evaluate(in: scope.renderScope).materialized()
        } catch {
            throw error.located(at: argument.range)
        }
    }

    /// The text of templates as written, for arguments that are expressions; a template around them is rendered.
    private func unrendered(_ value: TemplatedValue) throws(Diagnostic) -> Value {
        switch value {
        case .constant(let value): return value
        case .list(let items): return .list(try items.map { item throws(Diagnostic) in try unrendered(item) })
        default: return try value.evaluate(in: scope.renderScope).materialized()
        }
    }

    private func merge(_ whole: Setting, into raw: inout OrderedMap, for spec: ModuleSpec) throws(Diagnostic) {
        let value = try whole.value.evaluate(in: scope.renderScope).materialized()
        if let map = value.dict { return raw.merge(map) }
        guard let text = value.string else {
            throw Diagnostic(
                .invalidArgument, "the arguments of a module must be a mapping, got \(try value.representation())",
                at: whole.range)
        }
        for argument in try FreeForm.parse(text, for: spec, at: whole.range) {
            raw[argument.name] = .string(argument.text)
        }
    }

    /// `module_defaults` for this module, the innermost winning.
    private func defaults(for spec: ModuleSpec) throws(Diagnostic) -> OrderedMap {
        var raw: OrderedMap = [:]
        for setting in frame.accumulated(.moduleDefaults) {
            let value = try setting.value.evaluate(in: scope.renderScope).materialized()
            for part in value.list ?? [value] {
                for (key, arguments) in part.dict ?? [:] {
                    guard let name = key.string, let arguments = arguments.dict, means(name, spec) else { continue }
                    raw.merge(arguments)
                }
            }
        }
        return raw
    }

    /// Whether a key of `module_defaults` is about this module: its name, or a group that it belongs to.
    private func means(_ name: String, _ spec: ModuleSpec) -> Bool {
        if name.hasPrefix("group/") {
            return ModuleRegistry.standard.group(String(name.dropFirst(6)))?.contains(spec.names[0]) ?? false
        }
        return ModuleRegistry.standard[name]?.spec.names == spec.names
    }

    /// The names of `set_fact` may be templates.
    private func templatedKeys(_ raw: OrderedMap) throws(Diagnostic) -> OrderedMap {
        var result: OrderedMap = [:]
        for (key, value) in raw {
            guard let name = key.string, name.contains("{{") else {
                result[key] = value
                continue
            }
            result[try Template(name, at: nil).evaluate(in: scope.renderScope)] = value
        }
        return result
    }
}
