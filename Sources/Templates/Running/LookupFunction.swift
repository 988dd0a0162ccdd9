//! `lookup`, `query` and `q`.

import Diagnostics
import Values

/// `lookup`, and `query` which always returns a list.
final class LookupFunction: CallableObject {
    enum Kind: String, Sendable { case lookup, query }
    private let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    var typeName: String { "function" }
    var isCallable: Bool { true }
    func text() throws(Diagnostic) -> String { "<function \(kind.rawValue)>" }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        guard let first = arguments.positional.first else {
            throw Diagnostic(.templateRuntime, "\(kind.rawValue)() takes the name of a lookup plugin")
        }
        if case .undefined(let reason) = first { throw reason.diagnostic }
        guard case .string(let plugin) = try first.forced() else {
            throw Diagnostic(.templateRuntime, "the name of a lookup plugin is a string, not \(first.typeName)")
        }
        var wantsList = kind == .query
        var onError = "strict"
        var rest = Arguments()
        for value in arguments.positional.dropFirst() { rest.positional.append(try value.finalized()) }
        for (name, value) in arguments.named {
            switch name {
            case "wantlist": wantsList = try value.isTruthy()
            case "errors": onError = try value.text()
            default: rest.named.append((name, try value.finalized()))
            }
        }
        guard ["strict", "warn", "ignore"].contains(onError) else {
            throw Diagnostic(.templatePlugin, "errors='\(onError)' is none of 'strict', 'warn', 'ignore'")
        }
        do throws(Diagnostic) {
            let results = try machine.scope.source.lookup(plugin, rest, for: machine.innerScope)
            return wantsList ? .list(results) : LookupFunction.joined(results)
        } catch {
            if onError == "strict" { throw error }
            if onError == "warn" { machine.scope.source.warn(LookupFunction.ignoring(error)) }
            return wantsList ? .list([]) : .none
        }
    }

    private static func ignoring(_ mistake: Diagnostic) -> Diagnostic {
        var warning = mistake
        warning.severity = .warning
        warning.message = "Lookup failed but the error is being ignored: \(mistake.message)"
        return warning
    }

    /// One result as it is, several texts with commas between them.
    private static func joined(_ results: [Value]) -> Value {
        if results.count == 1 { return results[0] }
        let texts = results.compactMap(\.string)
        return texts.count == results.count && !texts.isEmpty ? .string(texts.joined(separator: ",")) : .list(results)
    }
}
