//! Options as Python's programs accept them: long ones shortened, short ones with a value in the same word.

import ArgumentParser
import Diagnostics
import Values
import YAML

/// Writes options out as this program declares them.
struct OptionSpelling {
    private struct Option {
        let names: [String]
        let takesValue: Bool

        /// The name that a value can be attached to by `=`.
        var longName: String? { names.first { $0.hasPrefix("--") } }
    }

    private let options: [Option]
    /// The number of words behind which a command of the user's begins.
    private let wordsBeforeCommand: Int?

    /// Whether a word such as `-f5` or `-bK` is among them: it may mean something else than it seems to.
    static func hasJoined(_ arguments: [String]) -> Bool {
        arguments.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.utf8.count > 2 }
    }

    /// The arguments with every option written out.
    static func writtenOut(_ arguments: [String], of root: any ParsableCommand.Type) throws(Diagnostic) -> [String] {
        guard hasJoined(arguments) || arguments.contains(where: { $0.hasPrefix("--") && $0.count > 2 }) else {
            return arguments
        }
        let (command, depth) = command(arguments, of: root)
        guard let options = try OptionSpelling(command) else { return arguments }
        return Array(arguments.prefix(depth)) + (try options.writtenOut(arguments.dropFirst(depth)))
    }

    /// The subcommand that is meant, and how many words name it.
    private static func command(
        _ arguments: [String], of root: any ParsableCommand.Type
    ) -> (command: any ParsableCommand.Type, depth: Int) {
        var (command, depth) = (root, 0)
        while depth < arguments.count {
            let next = command.configuration.subcommands.first { next in
                next._commandName == arguments[depth] || next.configuration.aliases.contains(arguments[depth])
            }
            guard let next else { break }
            (command, depth) = (next, depth + 1)
        }
        return (command, depth)
    }

    private init?(_ command: any ParsableCommand.Type) throws(Diagnostic) {
        let description = SourceFile(path: "<options>", text: command._dumpHelp())
        let described = try YAMLReader.document(of: description).node?.value()
        guard let arguments = described?["command"]?["arguments"]?.list else { return nil }
        var options = [
            Option(names: ["--help", "-h"], takesValue: false), Option(names: ["--version"], takesValue: false),
        ]
        for argument in arguments {
            let names = (argument["names"]?.list ?? []).compactMap { name -> String? in
                guard let text = name["name"]?.string else { return nil }
                return (name["kind"]?.string == "long" ? "--" : "-") + text
            }
            guard !names.isEmpty, !names.contains("--help"), !names.contains("--version") else { continue }
            options.append(Option(names: names, takesValue: argument["kind"]?.string == "option"))
        }
        self.options = options
        wordsBeforeCommand = command == ExecCommand.self ? 1 : nil
    }

    private func writtenOut(_ arguments: ArraySlice<String>) throws(Diagnostic) -> [String] {
        var result: [String] = []
        var words = 0
        var rest = arguments
        while let argument = rest.popFirst() {
            // What follows belongs to a command of the user's.
            if argument == "--" || words > wordsBeforeCommand ?? words { return result + [argument] + rest }
            guard argument.hasPrefix("-"), argument != "-" else {
                words += 1
                result.append(argument)
                continue
            }
            result += argument.hasPrefix("--") ? [try unshortened(argument)] : separated(argument)
            if let last = result.last, option(last)?.takesValue == true, let next = rest.popFirst() {
                result.append(next)
            }
        }
        return result
    }

    private func option(_ name: String) -> Option? { options.first { $0.names.contains(name) } }

    /// `-bKf5` as its options: flags one by one, up to the one that takes the rest of the word as its value.
    private func separated(_ word: String) -> [String] {
        var result: [String] = []
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            // An unknown letter: what was written is what the error tells of.
            guard let option = option("-\(letter)") else { return [word] }
            guard option.takesValue, !letters.isEmpty else {
                result.append("-\(letter)")
                continue
            }
            let value = letters.first == "=" ? letters.dropFirst() : letters
            return result + (option.longName.map { ["\($0)=\(value)"] } ?? ["-\(letter)", String(value)])
        }
        return result
    }

    /// The option with its full name, and `=value` where one is attached.
    private func unshortened(_ argument: String) throws(Diagnostic) -> String {
        let end = argument.firstIndex(of: "=") ?? argument.endIndex
        let (start, value) = (String(argument[..<end]), String(argument[end...]))
        if option(start) != nil { return argument }
        let matching = options.filter { $0.names.contains { $0.hasPrefix(start) } }
        let names = matching.flatMap(\.names).filter { $0.hasPrefix(start) }
        guard matching.count < 2 else {
            throw Diagnostic(
                .usage, "ambiguous option: \(start) could match \(names.joined(separator: ", "))",
                help: "write more of the name")
        }
        return (names.first ?? start) + value
    }
}
