//! Configuration files of a service: rendered here, kept on the host for each container, mounted read-only.

import Connections
import Diagnostics
import Values

/// One file that a service reads.
struct ServiceFile: Sendable {
    /// What makes the running program read the file again.
    enum Reload: Sendable, Equatable {
        /// A new container.
        case restart
        case signal(String)
        case command([String])
    }

    /// In the container.
    let target: String
    let content: [UInt8]
    /// Words of a command in the image that has to accept the file.
    let check: [String]?
    let reload: Reload

    private static let keys = ["template", "to", "check", "reload"]

    /// The argument `config`.
    static func all(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) -> [ServiceFile] {
        var files: [ServiceFile] = []
        for value in arguments.list("config") ?? [] {
            files.append(try ServiceFile(value.dict ?? [:], arguments, context))
        }
        if let twice = files.first(where: { file in files.filter { $0.target == file.target }.count > 1 }) {
            throw arguments.invalid("config", "two files of 'config' go to '\(twice.target)'")
        }
        return files
    }

    private init(_ fields: OrderedMap, _ arguments: ModuleArguments, _ context: ModuleContext) throws(Diagnostic) {
        for case let key? in fields.keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "config", "'\(key)' is no option of 'config'", help: Suggestion.help(for: key, among: Self.keys))
        }
        guard let template = fields["template"]?.string, let target = fields["to"]?.string else {
            throw arguments.invalid("config", "an entry of 'config' needs 'template' and 'to'")
        }
        guard target.hasPrefix("/"), !target.hasSuffix("/"), !target.contains(":"),
            target.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                .allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." })
        else {
            throw arguments.invalid(
                "config", "'\(target)' is not a file in the container", help: "an absolute path, such as /etc/app.conf")
        }
        self.target = target
        let rendered = try RenderedTemplate(
            template, destination: target, at: arguments.ranges["config"] ?? arguments.range, context: context)
        content = Array(rendered.text.utf8)
        check = try Self.words(fields["check"], "check", arguments)
        if let check, !check.contains(where: { $0.contains("{file}") }) {
            throw arguments.invalid("config", "'check' must contain {file}", help: "it stands for the new file's path")
        }
        reload = try Self.reload(fields["reload"], arguments)
    }

    private static func words(
        _ value: Value?, _ name: String, _ arguments: ModuleArguments
    ) throws(Diagnostic) -> [String]? {
        guard let value, !value.isNone else { return nil }
        let words = value.list?.compactMap(\.scalarText) ?? value.string.flatMap(ShellWords.split) ?? []
        guard !words.isEmpty else {
            throw arguments.invalid("config", "'\(name)' is a command: a list of words, or a text")
        }
        return words
    }

    private static func reload(_ value: Value?, _ arguments: ModuleArguments) throws(Diagnostic) -> Reload {
        guard let value, !value.isNone, value != "restart" else { return .restart }
        if let signal = value["signal"]?.scalarText { return .signal(signal) }
        if let words = try words(value["command"], "reload", arguments) { return .command(words) }
        throw arguments.invalid("config", "'reload' must be {signal: HUP}, {command: ...} or restart")
    }

    var isReloadable: Bool { reload != .restart }

    /// Its new content, for the running container.
    func replacement(_ index: Int) -> FileReload {
        FileReload(target: target, reload: reload, content: .upload("DROVER_FILE_\(index)"), check: checkWords)
    }

    /// The command of `check` with the file's name.
    var checkWords: [String]? { check?.map { $0.replacing("{file}", with: target) } }
}

/// A file of the running container that gets other content, and how the program learns of it.
struct FileReload: Sendable {
    /// In the container.
    let target: String
    let reload: ServiceFile.Reload
    let content: Content
    var check: [String]?

    /// Where it comes from.
    enum Content: Sendable {
        /// A file that the variable of this name names.
        case upload(String)
        /// From before the last deployment; the host has kept it.
        case kept
        /// From before the last way back.
        case undone
    }

    /// As the record holds it, for the way back.
    var value: Value {
        switch reload {
        case .restart: ["to": .string(target)]
        case .signal(let signal): ["to": .string(target), "signal": .string(signal)]
        case .command(let words): ["to": .string(target), "command": .list(words.map { .string($0) })]
        }
    }

    init(target: String, reload: ServiceFile.Reload, content: Content, check: [String]?) {
        self.target = target
        self.reload = reload
        self.content = content
        self.check = check
    }

    /// Of a record.
    init?(_ value: Value, from content: Content) {
        guard let target = value["to"]?.string else { return nil }
        self.target = target
        self.content = content
        if let signal = value["signal"]?.string {
            reload = .signal(signal)
        } else if let words = value["command"]?.list?.compactMap(\.string), !words.isEmpty {
            reload = .command(words)
        } else {
            return nil
        }
    }
}
