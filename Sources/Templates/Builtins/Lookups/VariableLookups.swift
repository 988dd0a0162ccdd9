//! Lookups of variables, the environment, settings and the inventory.

import Diagnostics
import Regexes
import Values

enum VariableLookups {
    static let all: [Lookup] = [
        Lookup(
            "env", options: [("default", "")], isPure: true, summary: "Environment variables of the control node.",
            example: "{{ lookup('env', 'NOWHERE', default='x') }} → x"
        ) {
            call throws(Diagnostic) in
            let fallback = call.option("default")
            return try call.names().map { name in
                call.context.environmentVariable(name).map(Value.string) ?? fallback
            }
        },
        Lookup(
            "vars", options: [("default", .none)], isPure: true, summary: "Variables by name.",
            example: "{{ lookup('vars', 'name_in_' ~ 'parts', default='x') }} → x"
        ) {
            call throws(Diagnostic) in
            var values: [Value] = []
            for term in call.terms {
                guard case .string(let name) = term else {
                    throw call.mistake("Variable name must be 'str' not '\(term.typeName)'.")
                }
                if let value = try call.context.variable(name) {
                    values.append(value)
                } else if call.given.contains("default") {
                    values.append(call.option("default"))
                } else {
                    throw Diagnostic(
                        .undefinedVariable, "No variable named '\(name)' was found.",
                        help: Suggestion.help(for: name, among: call.context.variableNames))
                }
            }
            return values
        },
        Lookup(
            "varnames", isPure: true, summary: "The names of variables that match a pattern.",
            example: "{{ query('varnames', '^no_such_variable') }} → []"
        ) {
            call throws(Diagnostic) in
            var names: [Value] = []
            for source in try call.names() {
                let pattern = try Pattern.cached(source)
                for name in call.context.variableNames where try pattern.search(name) != nil {
                    names.append(.string(name))
                }
            }
            return names
        },
        Lookup(
            "inventory_hostnames", isPure: true, summary: "The hosts that a pattern means.",
            example: "{{ query('inventory_hostnames', 'all:!www') }}"
        ) {
            call throws(Diagnostic) in
            let patterns = try call.terms.flatMap { $0.list ?? [$0] }.map { term throws(Diagnostic) in try term.text() }
            return try call.context.hostNames(matching: patterns.joined(separator: ":")).map(Value.string)
        },
        Lookup(
            "config",
            options: [
                ("on_missing", "error"), ("plugin_type", .none), ("plugin_name", .none), ("show_origin", false),
            ], isPure: true, summary: "Settings of the configuration.",
            example: "{{ lookup('config', 'DEFAULT_ROLES_PATH') }}"
        ) { call throws(Diagnostic) in
            var values: [Value] = []
            for name in try call.names() {
                if let value = try call.context.setting(name) {
                    values.append(value)
                } else if call.option("on_missing") == "error" {
                    throw call.mistake("Unable to find setting \(name)")
                }
            }
            return values
        },
    ]
}
