//! Long options that are written only as far as they are unambiguous, as Python's programs accept them.

import ArgumentParser
import Diagnostics
import Values
import YAML

struct ShortenedOptions {
    private struct Option {
        let names: [String]
        let takesValue: Bool
    }

    private let options: [Option]
    /// The number of words behind which a command of the user's begins.
    private let wordsBeforeCommand: Int?

    /// The arguments with every shortened option written out.
    static func writtenOut(_ arguments: [String], of root: any ParsableCommand.Type) throws(Diagnostic) -> [String] {
        guard arguments.contains(where: { $0.hasPrefix("--") && $0.count > 2 }) else { return arguments }
        let (command, depth) = command(arguments, of: root)
        guard let options = try ShortenedOptions(command) else { return arguments }
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
        var options = [Option(names: ["--help"], takesValue: false), Option(names: ["--version"], takesValue: false)]
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
            let (name, value) = try named(argument)
            result.append(name + value)
            if value.isEmpty, options.first(where: { $0.names.contains(name) })?.takesValue == true,
                let next = rest.popFirst()
            {
                result.append(next)
            }
        }
        return result
    }

    /// The option's full name, and `=value` where one is attached.
    private func named(_ argument: String) throws(Diagnostic) -> (name: String, value: String) {
        guard argument.hasPrefix("--") else { return (argument, "") }
        let end = argument.firstIndex(of: "=") ?? argument.endIndex
        let (start, value) = (String(argument[..<end]), String(argument[end...]))
        if options.contains(where: { $0.names.contains(start) }) { return (start, value) }
        let matching = options.filter { $0.names.contains { $0.hasPrefix(start) } }
        let names = matching.flatMap(\.names).filter { $0.hasPrefix(start) }
        guard matching.count < 2 else {
            throw Diagnostic(
                .usage, "ambiguous option: \(start) could match \(names.joined(separator: ", "))",
                help: "write more of the name")
        }
        return (names.first ?? start, value)
    }
}
