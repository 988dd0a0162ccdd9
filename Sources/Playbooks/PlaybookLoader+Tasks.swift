//! Reading lists of tasks, blocks and handlers.

import Diagnostics
import Modules
import Templates
import Values
import YAML

/// Where a list of tasks stands.
package struct TaskPlace {
    package let frame: Frame
    /// The file that holds the tasks; relative includes begin in its folder.
    package let file: String
    package let isHandler: Bool

    package init(frame: Frame, file: String, isHandler: Bool) {
        self.frame = frame
        self.file = file
        self.isHandler = isHandler
    }

    func inside(_ frame: Frame) -> TaskPlace { TaskPlace(frame: frame, file: file, isHandler: isHandler) }
}

extension PlayNode {
    /// The handlers in this node, those of imported files included.
    package var handlers: [PlayTask] {
        switch self {
        case .task(let task): [task]
        case .block(let block): block.tasks.flatMap(\.handlers)
        case .role(let role): role.allHandlers
        }
    }
}

extension PlaybookLoader {
    /// All tasks of a file, as `include_tasks` brings them in.
    package func includedTasks(inFile path: String, in context: TaskPlace) throws(Diagnostic) -> [PlayNode] {
        let tasks = try tasks(inFile: path, in: context)
        try refuseMissingModules()
        return tasks
    }

    func tasks(inFile path: String, in context: TaskPlace) throws(Diagnostic) -> [PlayNode] {
        guard let document = try nodes(in: path).first, !document.isNull else { return [] }
        let inner = TaskPlace(frame: context.frame, file: path, isHandler: context.isHandler)
        return try tasks(document, in: inner, what: "a task file", otherwise: .notATaskList)
    }

    func tasks(
        _ node: Node?, in context: TaskPlace, what: String, otherwise code: DiagnosticCode = .playbookSyntax
    ) throws(Diagnostic) -> [PlayNode] {
        guard let node, !node.isNull else { return [] }
        guard let items = node.items else {
            throw Diagnostic(
                code, "A malformed block was encountered while loading \(what): expected a list of tasks",
                at: node.range, help: "begin each task with `- name:`")
        }
        var nodes: [PlayNode] = []
        for item in items {
            let loaded = try unlessMissing { () throws(Diagnostic) in try taskNode(item, in: context) }
            if let loaded { nodes.append(loaded) }
        }
        return nodes
    }

    private func taskNode(_ node: Node, in context: TaskPlace) throws(Diagnostic) -> PlayNode {
        guard let entries = node.entries else {
            throw Diagnostic(
                .playbookSyntax, "The task includes an invalid entry: expected a mapping, got a \(node.kindName)",
                at: node.range, help: "begin each task with `- name:` or a module name followed by a colon")
        }
        if entries.contains(where: { ["block", "rescue", "always"].contains($0.key.text) }) {
            return .block(try block(node, in: context))
        }
        return try task(node, in: context)
    }

    private func block(_ node: Node, in context: TaskPlace) throws(Diagnostic) -> PlayBlock {
        let contents = try frameContents(of: node, at: .block, in: context.frame)
        let frame = Frame(parent: context.frame, kind: .block, contents: contents, range: node.range)
        let inner = context.inside(frame)
        guard node.entry("block") != nil else {
            throw Diagnostic(.playbookSyntax, "'rescue' and 'always' need a 'block'", at: node.range)
        }
        return PlayBlock(
            frame: frame, tasks: try tasks(node.entry("block"), in: inner, what: "a block"),
            rescue: try tasks(node.entry("rescue"), in: inner, what: "a rescue section"),
            always: try tasks(node.entry("always"), in: inner, what: "an always section"))
    }

    private func task(_ node: Node, in context: TaskPlace) throws(Diagnostic) -> PlayNode {
        let level: Keyword.Level = context.isHandler ? .handler : .task
        let (contents, rest) = try splitContents(of: node, at: level, in: context.frame)
        try checkRegister(contents)
        let loops = rest.filter { $0.key.text.hasPrefix("with_") }
        let candidates = rest.filter { !$0.key.text.hasPrefix("with_") }
        let written = try writtenAction(candidates, in: node, level: level, context.frame)
        let draft = TaskDraft(
            node: node, contents: contents, loop: try loopSource(contents, loops), action: written, context: context)
        return try resolve(draft)
    }

    /// A name that is a template shows only at run time what it is.
    private func checkRegister(_ contents: FrameContents) throws(Diagnostic) {
        guard let setting = contents.settings[.register], case .constant(.string(let name)) = setting.value,
            !name.isVariableName
        else { return }
        throw Diagnostic(.playbookSyntax, "Invalid variable name in 'register': '\(name)'", at: setting.range)
    }

    private func loopSource(_ contents: FrameContents, _ with: [Node.Entry]) throws(Diagnostic) -> LoopSource? {
        if let loop = contents.settings[.loop] {
            if let duplicate = with.first {
                throw Diagnostic(
                    .playbookMeaning, "duplicate loop in task: \(duplicate.key.text)", at: duplicate.key.range,
                    help: "keep either loop or \(duplicate.key.text)")
            }
            return LoopSource(lookup: nil, value: loop.value, range: loop.range)
        }
        guard let entry = with.first else { return nil }
        if with.count > 1 {
            throw Diagnostic(.playbookMeaning, "duplicate loop in task: \(with[1].key.text)", at: with[1].key.range)
        }
        return LoopSource(
            lookup: String(entry.key.text.dropFirst(5)), value: try templated(entry.value), range: entry.value.range)
    }

    /// The one entry of a task that names its module.
    private func writtenAction(
        _ candidates: [Node.Entry], in node: Node, level: Keyword.Level, _ frame: Frame
    ) throws(Diagnostic) -> WrittenAction {
        if let entry = node.entries?.first(where: { ["action", "local_action"].contains($0.key.text) }) {
            if let other = candidates.first { throw unknownKeyword(other.key, at: level) }
            return try WrittenAction(action: entry)
        }
        var known: [Node.Entry] = []
        for entry in candidates where try isAction(entry.key.text, in: frame) { known.append(entry) }
        if known.count > 1 {
            throw Diagnostic(
                .playbookSyntax, "conflicting action statements: \(known[0].key.text), \(known[1].key.text)",
                at: known[1].key.range, help: "a task runs one module: make it two tasks")
        }
        if let action = known.first {
            if let other = candidates.first(where: { $0.key.text != action.key.text }) {
                throw unknownKeyword(other.key, at: level)
            }
            return WrittenAction(name: action.key.text, nameRange: action.key.range, value: action.value)
        }
        return try unresolvedAction(candidates, in: node, level: level)
    }

    /// The entry that must be the module, though nobody knows it: a dotted name, else the first.
    private func unresolvedAction(
        _ candidates: [Node.Entry], in node: Node, level: Keyword.Level
    ) throws(Diagnostic) -> WrittenAction {
        guard let candidate = candidates.first(where: { $0.key.text.contains(".") }) ?? candidates.first else {
            throw Diagnostic(
                .playbookSyntax, "no module/action detected in task", at: node.range,
                help: "name a module, e.g. `ansible.builtin.command: uptime`")
        }
        let name = candidate.key.text
        if MissingModule.nearest(to: name) == nil,
            Suggestion.nearest(to: name, among: Keyword.names(at: level)) != nil
        {
            throw unknownKeyword(candidate.key, at: level)
        }
        if let other = candidates.first(where: { $0.key.text != name }) {
            throw missing(name, at: candidate.key.range, beside: other.key, level: level)
        }
        return WrittenAction(name: name, nameRange: candidate.key.range, value: candidate.value)
    }

    /// Of two unknown entries one may be a misspelt keyword.
    private func missing(
        _ name: String, at range: SourceRange, beside other: Node, level: Keyword.Level
    ) -> Diagnostic {
        guard Suggestion.nearest(to: other.text, among: Keyword.names(at: level)) == nil else {
            return unknownKeyword(other, at: level)
        }
        var mistake = MissingModule.mistake([MissingModule(name: name, range: range)])
        mistake.labels.append(.init(other.range, "this is no keyword either"))
        return mistake
    }

    private func isAction(_ name: String, in frame: Frame) throws(Diagnostic) -> Bool {
        if StatementName(name) != nil || ModuleRegistry.standard[name] != nil { return true }
        return try libraryFile(name, in: frame) != nil
    }
}

/// A task on its way from YAML to `PlayTask`.
struct TaskDraft {
    let node: Node
    var contents: FrameContents
    let loop: LoopSource?
    let action: WrittenAction
    let context: TaskPlace

    func frame(_ kind: Frame.Kind = .task) -> Frame {
        Frame(parent: context.frame, kind: kind, contents: contents, range: node.range)
    }

    func task(_ action: TaskAction) throws(Diagnostic) -> PlayTask {
        PlayTask(
            frame: frame(), action: action, loop: loop, topics: topics, isHandler: context.isHandler)
    }

    private var topics: [TemplatedValue] {
        guard let listen = contents.settings[.listen]?.value else { return [] }
        switch listen {
        case .list(let items): return items
        case .constant(.list(let items)): return items.map { .constant($0) }
        default: return [listen]
        }
    }
}

/// The module of a task as written.
struct WrittenAction {
    let name: String
    let nameRange: SourceRange
    let value: Node?
    /// Text behind the name in `action: command uptime`.
    var trailing: String?
    var isLocal = false

    init(name: String, nameRange: SourceRange, value: Node?) {
        self.name = name
        self.nameRange = nameRange
        self.value = value
    }

    /// `action: name args`, `action: {module: name, …}`, and `local_action` of the same forms.
    init(action entry: Node.Entry) throws(Diagnostic) {
        if let module = entry.value.entry("module") {
            let rest = (entry.value.entries ?? []).filter { $0.key.text != "module" }
            self.init(
                name: module.text, nameRange: module.range,
                value: Node(content: .mapping(rest), range: entry.value.range))
        } else if case .scalar(let scalar) = entry.value.content {
            let (name, rest) = Self.split(scalar.text)
            guard !name.isEmpty else {
                throw Diagnostic(.playbookSyntax, "'\(entry.key.text)' names no module", at: entry.value.range)
            }
            self.init(name: name, nameRange: entry.value.range, value: nil)
            trailing = rest
        } else {
            throw Diagnostic(
                .playbookSyntax, "'\(entry.key.text)' needs the name of a module", at: entry.value.range,
                help: "write `\(entry.key.text): {module: command, cmd: uptime}`")
        }
        isLocal = entry.key.text == "local_action"
    }

    /// Whether only a host's variables tell the module.
    var isTemplate: Bool { name.contains("{{") }

    /// The first word, whose braces keep it together, and the rest.
    private static func split(_ text: String) -> (name: String, rest: String) {
        let text = text.trimmed
        var depth = 0
        for index in text.indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" { depth -= 1 }
            if depth == 0, text[index] == " " { return (String(text[..<index]), String(text[index...]).trimmed) }
        }
        return (text, "")
    }
}
