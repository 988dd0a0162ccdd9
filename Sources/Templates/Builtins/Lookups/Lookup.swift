//! How lookups are declared, and what they may ask of the engine.

import Diagnostics
import Values

/// One lookup plugin: `lookup('name', terms…, option=…)` and `with_name:`.
package struct Lookup: Sendable {
    /// All names it answers to, the short one first.
    package let names: [String]
    /// The options it knows, with their values where they are not given.
    package let options: [(name: String, fallback: Value)]
    /// Whether it does nothing but read files and variables, and may be run for nothing.
    package let isPure: Bool
    package let summary: String
    package let example: String
    package let body: @Sendable (LookupCall) throws(Diagnostic) -> [Value]

    init(
        _ name: String, collection: String = "ansible.builtin", options: [(name: String, fallback: Value)] = [],
        isPure: Bool = false, summary: String, example: String,
        body: @escaping @Sendable (LookupCall) throws(Diagnostic) -> [Value]
    ) {
        names = [name, "\(collection).\(name)"]
        self.options = options
        self.isPure = isPure
        self.summary = summary
        self.example = example
        self.body = body
    }

    /// Runs the lookup. `errors` and `wantlist` are the caller's business.
    package func invoke(_ arguments: Arguments, context: any LookupContext) throws(Diagnostic) -> [Value] {
        var terms: [Value] = []
        for term in arguments.positional {
            if case .undefined(let reason) = term { throw reason.diagnostic }
            terms.append(try term.plain())
        }
        var values: [String: Value] = [:]
        for option in options { values[option.name] = option.fallback }
        for (name, value) in arguments.named {
            guard values[name] != nil else {
                throw mistake(
                    "does not know the option '\(name)'",
                    help: Suggestion.help(for: name, among: options.map(\.name)))
            }
            values[name] = try value.plain()
        }
        let given = Set(arguments.named.map(\.name))
        do throws(Diagnostic) {
            return try body(LookupCall(lookup: self, terms: terms, options: values, given: given, context: context))
        } catch {
            guard [.templateRuntime, .templatePlugin].contains(error.code) else { throw error }
            throw mistake("failed: \(error.message)", help: error.help)
        }
    }

    private func mistake(_ message: String, help: String?) -> Diagnostic {
        Diagnostic(.templatePlugin, "The lookup plugin '\(names[0])' \(message)", help: help)
    }

    /// All lookups by name.
    package static let standard: [String: Lookup] = {
        var byName: [String: Lookup] = [:]
        for lookup in all { for name in lookup.names { byName[name] = lookup } }
        return byName
    }()

    package static let all: [Lookup] =
        ListLookups.all + FileLookups.all + CommandLookups.all + VariableLookups.all + TableLookups.all
        + [SequenceLookup.lookup, FirstFoundLookup.lookup, PasswordLookup.lookup]
}

/// What a lookup may ask of whoever runs the play.
package protocol LookupContext {
    /// The folders that are searched for `files`, `templates` or `vars`, nearest first (role, then playbook).
    func searchPaths(for kind: String) -> [String]
    func environmentVariable(_ name: String) -> String?
    /// A file's bytes, decrypted if it is a vault.
    func read(_ path: String) throws(Diagnostic) -> [UInt8]
    /// Runs a command with the shell on the control node, in the playbook's folder.
    func run(_ command: String) throws(Diagnostic) -> (status: Int32, output: [UInt8])
    /// What a URL holds. Secrets among the options must not reach a command line.
    func fetch(_ url: String, options: [String: Value]) throws(Diagnostic) -> [UInt8]
    /// The hosts that a pattern means.
    func hostNames(matching pattern: String) throws(Diagnostic) -> [String]
    /// A rendered template file, with more variables.
    func render(
        _ path: String, options: TemplateOptions, variables: OrderedMap
    ) throws(Diagnostic) -> Value
    /// A variable, rendered; nil where there is none.
    func variable(_ name: String) throws(Diagnostic) -> Value?
    var variableNames: [String] { get }
    /// A configuration setting by its name in ansible.cfg's documentation; nil where there is none.
    func setting(_ name: String) throws(Diagnostic) -> Value?
}

/// The terms and options of one call.
package struct LookupCall {
    package let lookup: Lookup
    package let terms: [Value]
    package let options: [String: Value]
    /// The options that the caller named.
    package let given: Set<String>
    package let context: any LookupContext

    func option(_ name: String) -> Value { options[name] ?? .none }

    func mistake(_ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.templateRuntime, message, help: help)
    }

    /// The terms as texts.
    func names() throws(Diagnostic) -> [String] {
        var names: [String] = []
        for term in terms { names.append(try term.text()) }
        return names
    }

    /// The first file of this name in the search path; absolute names are taken as they are.
    func find(_ name: String, kind: String = "files") -> String? {
        let expanded = Path.expandingUser(name)
        if expanded.hasPrefix("/") { return Path.kind(expanded) == nil ? nil : expanded }
        return context.searchPaths(for: kind).map { Path.join($0, expanded) }.first { Path.kind($0) != nil }
    }

    /// The bytes of a file in the search path.
    func contents(of name: String, kind: String = "files") throws(Diagnostic) -> [UInt8] {
        guard let path = find(name, kind: kind) else {
            throw mistake(
                "Unable to access the file '\(name)': File not found.",
                help: "searched in \(context.searchPaths(for: kind).joined(separator: ", "))")
        }
        return try context.read(path)
    }

    /// Splits `term key=value key=value`, the old way to give options.
    func splittingOptions(_ term: String) throws(Diagnostic) -> (term: String, options: [String: Value]) {
        var values = options
        var words: [String] = []
        for word in TextTools.split(term, " ", limit: -1) {
            guard let equals = word.firstIndex(of: "="), options[String(word[..<equals])] != nil else {
                words.append(word)
                continue
            }
            values[String(word[..<equals])] = .string(String(word[word.index(after: equals)...]))
        }
        return (TextTools.strip(words.joined(separator: " "), nil), values)
    }
}
