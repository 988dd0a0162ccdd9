//! Tests of what a value is.

import Diagnostics
import Values

enum ValueTests {
    static let all: [Builtin] = [
        .test(
            "defined", summary: "Whether the name exists.", example: "{{ nowhere is defined }} → False",
            acceptsUndefined: true
        ) {
            call throws(Diagnostic) in !call.value.isUndefined
        },
        .test(
            "undefined", summary: "Whether the name does not exist.", example: "{{ nowhere is undefined }} → True",
            acceptsUndefined: true
        ) {
            call throws(Diagnostic) in call.value.isUndefined
        },
        kind("none", "Whether it is none.", "{{ none is none }} → True") { $0.isNone },
        kind("boolean", "Whether it is true or false.", "{{ true is boolean }} → True") { $0.bool != nil },
        kind("true", "Whether it is true itself.", "{{ 1 is true }} → False") { $0.bool == true },
        kind("false", "Whether it is false itself.", "{{ 0 is false }} → False") { $0.bool == false },
        kind("integer", "Whether it is an integer and no boolean.", "{{ 5 is integer }} → True") { value in
            switch value {
            case .int, .big: true
            default: false
            }
        },
        kind("float", "Whether it is a floating-point number.", "{{ 5.0 is float }} → True") { value in
            if case .float = value { true } else { false }
        },
        kind("number", "Whether it is a number.", "{{ '5' is number }} → False") { $0.double != nil },
        kind("string", "Whether it is text.", "{{ 'a' is string }} → True") { value in
            switch value {
            case .string: true
            case .object(let object): object is Markup
            default: false
            }
        },
        kind("mapping", "Whether it is a dictionary.", "{{ {} is mapping }} → True") { $0.isMapping },
        kind("sequence", "Whether it has a length and items (text too).", "{{ 'ab' is sequence }} → True") { value in
            switch value {
            case .string, .list, .tuple, .dict, .bytes: true
            case .object(let object): object is Markup || object.shape == .mapping || object.shape == .sequence
            default: false
            }
        },
        kind("iterable", "Whether a loop can go over it.", "{{ [] is iterable }} → True") { value in
            switch value {
            case .string, .list, .tuple, .dict, .bytes: true
            case .object(let object): object is Markup || object.shape != nil
            default: false
            }
        },
        kind("callable", "Whether it can be called.", "{{ 'a' is callable }} → False") { value in
            if case .object(let object) = value { object.isCallable } else { false }
        },
        kind("escaped", "Whether it is marked as safe HTML.", "{{ ('a' | safe) is escaped }} → True") { value in
            if case .object(let object) = value { object is Markup } else { false }
        },
        .test("lower", summary: "Whether all letters are small.", example: "{{ 'ab1' is lower }} → True") {
            call throws(Diagnostic) in
            let text = try call.text()
            return hasCase(text) && text.lowercased() == text
        },
        .test("upper", summary: "Whether all letters are capital.", example: "{{ 'AB1' is upper }} → True") {
            call throws(Diagnostic) in
            let text = try call.text()
            return hasCase(text) && text.uppercased() == text
        },
        .test(
            "nan", aliases: ["isnan"], summary: "Whether it is a float that is no number.",
            example: "{{ 1.0 is nan }} → False"
        ) {
            call throws(Diagnostic) in
            call.value.double?.isNaN ?? false
        },
        .test("filter", summary: "Whether a filter of this name exists.", example: "{{ 'upper' is filter }} → True") {
            call throws(Diagnostic) in
            try call.value.hashable().string.map { call.runtime.scope.environment.filters[$0] != nil } ?? true
        },
        .test("test", summary: "Whether a test of this name exists.", example: "{{ 'odd' is test }} → True") {
            call throws(Diagnostic) in
            try call.value.hashable().string.map { call.runtime.scope.environment.tests[$0] != nil } ?? true
        },
        .test(
            "vault_encrypted", summary: "Whether the text is a vault.", example: "{{ 'a' is vault_encrypted }} → False"
        ) {
            call throws(Diagnostic) in call.value.string?.hasPrefix(Path.vaultMark) ?? false
        },
    ]

    private static func kind(
        _ name: String, _ summary: String, _ example: String, _ holds: @escaping @Sendable (Value) -> Bool
    ) -> Builtin {
        .test(name, summary: summary, example: example) { call throws(Diagnostic) in holds(call.value) }
    }

    private static func hasCase(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.isUppercase || $0.properties.isLowercase }
    }
}
