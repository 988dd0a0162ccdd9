//! What a task does: modules with their arguments, includes, imports and meta.

import Diagnostics
import Modules
import Templates
import Values
import YAML

extension PlaybookLoader {
    /// The node that a task becomes: itself, or what it statically imports.
    func resolve(_ draft: TaskDraft) throws(Diagnostic) -> PlayNode {
        var draft = draft
        if draft.action.isLocal {
            let local = Setting(value: .constant("localhost"), range: draft.action.nameRange)
            draft.contents.settings[.delegateTo] = draft.contents.settings[.delegateTo] ?? local
            draft.contents.settings[.connection] =
                draft.contents.settings[.connection]
                ?? Setting(value: .constant("local"), range: draft.action.nameRange)
        }
        if draft.action.isTemplate { return .task(try draft.task(.dynamicModule(try dynamicCall(draft)))) }
        guard let statement = StatementName(draft.action.name) else {
            guard try canRun(draft.action.name, in: draft.context.frame) else { return try missingModule(draft) }
            return .task(try draft.task(.module(try moduleCall(draft))))
        }
        switch statement {
        case .meta: return .task(try draft.task(.meta(try metaAction(draft))))
        case .includeVars: return .task(try draft.task(.includeVars(try moduleCall(draft))))
        case .include: return .task(try draft.task(.includeTasks(try includeTasks(draft))))
        case .includeTasks: return .task(try draft.task(.includeTasks(try includeTasks(draft))))
        case .includeRole: return .task(try draft.task(.includeRole(try includeRole(draft))))
        case .importTasks: return .block(try importTasks(draft))
        case .importRole: return .role(try importRole(draft))
        }
    }

    // MARK: Modules

    private func moduleCall(_ draft: TaskDraft) throws(Diagnostic) -> ModuleCall {
        let action = draft.action
        let found = try module(named: action.name, in: draft.context.frame, at: action.nameRange)
        let module = found.type
        var arguments = try taskArguments(draft, for: module.spec)
        if let file = found.file { arguments.named.append(file) }
        let names = arguments.named.map { Located($0.name, at: $0.range) }
        try ArgumentValidator(module.spec).validateNames(names)
        return ModuleCall(module: module, writtenName: action.name, arguments: arguments, range: action.nameRange)
    }

    func dynamicCall(_ draft: TaskDraft) throws(Diagnostic) -> DynamicModuleCall {
        let action = draft.action
        var arguments = TaskArguments()
        for node in [draft.node.entry("args"), action.value].compactMap({ $0 }) {
            for entry in node.entries ?? [] {
                arguments.named.append(
                    .init(name: entry.key.text, value: try templated(entry.value), range: entry.key.range))
            }
        }
        return DynamicModuleCall(
            writtenName: action.name, name: TemplatedValue(text: action.name, at: action.nameRange),
            text: action.trailing.map { Located($0, at: action.nameRange) }, arguments: arguments,
            range: action.nameRange)
    }

    /// The arguments in all their forms: mapping, `key=value` text, `args:`.
    private func taskArguments(_ draft: TaskDraft, for spec: ModuleSpec) throws(Diagnostic) -> TaskArguments {
        var arguments = TaskArguments()
        if let args = draft.node.entry("args"), !args.isNull {
            try add(args, to: &arguments, for: spec)
        }
        if let trailing = draft.action.trailing {
            try add(text: trailing, at: draft.action.nameRange, to: &arguments, for: spec)
        }
        guard let value = draft.action.value, !value.isNull else { return arguments }
        try add(value, to: &arguments, for: spec)
        return arguments
    }

    private func add(_ node: Node, to arguments: inout TaskArguments, for spec: ModuleSpec) throws(Diagnostic) {
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                arguments.named.append(
                    .init(name: entry.key.text, value: try templated(entry.value), range: entry.key.range))
            }
        case .scalar(let scalar):
            if isWholeTemplate(scalar.text), case .none = spec.freeForm {
                arguments.whole = Setting(value: try templated(node), range: node.range)
            } else {
                try add(text: scalar.text, at: node.textRange, to: &arguments, for: spec)
            }
        case .sequence:
            guard case .argument(let name) = spec.freeForm else {
                throw Diagnostic(
                    .invalidArgument, "the arguments of a module must be a mapping or text, got a list", at: node.range)
            }
            arguments.named.append(.init(name: name, value: try templated(node), range: node.range))
        }
    }

    private func isWholeTemplate(_ text: String) -> Bool {
        let text = text.trimmed
        return text.hasPrefix("{{") && text.hasSuffix("}}")
    }

    private func add(
        text: String, at range: SourceRange, to arguments: inout TaskArguments, for spec: ModuleSpec
    ) throws(Diagnostic) {
        for argument in try FreeForm.parse(text, for: spec, at: range) {
            let place = range.slice(from: argument.offset, length: argument.text.utf8.count)
            arguments.named.append(
                .init(name: argument.name, value: TemplatedValue(text: argument.text, at: place), range: place))
        }
    }

    // MARK: Statements

    private func metaAction(_ draft: TaskDraft) throws(Diagnostic) -> TemplatedValue {
        let known = [
            "flush_handlers", "end_play", "end_host", "end_batch", "end_role", "clear_facts", "clear_host_errors",
            "refresh_inventory", "reset_connection", "noop",
        ]
        let written = draft.action.value?.text ?? draft.action.trailing ?? ""
        guard known.contains(written) || written.contains("{{") else {
            throw Diagnostic(
                .invalidArgument, "invalid meta action requested: \(written)",
                at: draft.action.value?.range ?? draft.action.nameRange,
                help: Suggestion.help(for: written, among: known))
        }
        guard let node = draft.action.value else { return .constant(.string(written)) }
        return try templated(node)
    }

    private static let includeArguments = ["file", "apply", "_raw_params"]

    /// The file of `include_tasks`/`import_tasks` and what else stands there.
    private func fileNode(_ draft: TaskDraft) throws(Diagnostic) -> (file: Node, apply: Node?) {
        guard let value = draft.action.value else { throw noFile(draft) }
        let apply = draft.node.entry("args")?.entry("apply") ?? value.entry("apply")
        guard let entries = value.entries else {
            if value.isNull || value.text.isEmpty, let file = draft.node.entry("args")?.entry("file") {
                return (file, apply)
            }
            guard case .scalar = value.content, !value.text.isEmpty else { throw noFile(draft) }
            return (value, apply)
        }
        if let unknown = entries.first(where: { !Self.includeArguments.contains($0.key.text) }) {
            throw Diagnostic(
                .unknownArgument, "Invalid options for \(draft.action.name): \(unknown.key.text)",
                at: unknown.key.range, help: Suggestion.help(for: unknown.key.text, among: Self.includeArguments))
        }
        guard let file = value.entry("file") ?? value.entry("_raw_params") else { throw noFile(draft) }
        return (file, apply)
    }

    private func noFile(_ draft: TaskDraft) -> Diagnostic {
        Diagnostic(.missingArgument, "No file specified for \(draft.action.name)", at: draft.action.nameRange)
    }

    private func includeTasks(_ draft: TaskDraft) throws(Diagnostic) -> IncludeTasks {
        let (file, apply) = try fileNode(draft)
        return IncludeTasks(
            writtenName: draft.action.name, file: try templated(file),
            apply: try applied(apply, in: draft.context.frame), range: file.range)
    }

    private func applied(_ node: Node?, in frame: Frame) throws(Diagnostic) -> AppliedKeywords? {
        guard let node, !node.isNull else { return nil }
        return AppliedKeywords(keywords: try frameContents(of: node, at: .block, in: frame))
    }

    private func importTasks(_ draft: TaskDraft) throws(Diagnostic) -> PlayBlock {
        try refuseLoop(draft)
        let (node, _) = try fileNode(draft)
        let outer = draft.frame(.include(draft.context.file))
        let name = try staticText(node, in: outer, "the name of an imported file")
        try refuseEndlessImport(of: name, in: outer, at: node.range)
        let candidates = Include.candidates(name, from: draft.context, playbookFolder: playbookFolder)
        guard let path = candidates.first(where: Path.isFile) else {
            throw Diagnostic(
                .fileNotFound, "Unable to retrieve file contents: could not find or access '\(name)'", at: node.range,
                help: FolderListing.help(for: name, missingAt: candidates),
                notes: ["searched: " + candidates.joined(separator: ", ")])
        }
        return PlayBlock(frame: outer, tasks: try tasks(inFile: path, in: draft.context.inside(outer)))
    }

    /// Imports are read at once, so one that leads back to itself would never end.
    func refuseEndlessImport(of name: String, in frame: Frame?, at range: SourceRange) throws(Diagnostic) {
        guard let frame, frame.chain.count > Self.deepestImport else { return }
        throw Diagnostic(
            .playbookSyntax, "the import of '\(name)' is nested more than \(Self.deepestImport) deep", at: range,
            help: "does it import itself?")
    }

    private static let deepestImport = 100

    private func refuseLoop(_ draft: TaskDraft) throws(Diagnostic) {
        guard let loop = draft.loop else { return }
        let dynamic = draft.action.name.replacingImport
        throw Diagnostic(
            .playbookSyntax,
            "You cannot use loops on '\(draft.action.name)' statements. You should use '\(dynamic)' instead.",
            at: loop.range, help: "use \(dynamic), which is read when a host gets there")
    }

    // MARK: Roles

    private static let roleArguments = [
        "name", "role", "tasks_from", "vars_from", "defaults_from", "handlers_from", "apply", "public",
        "allow_duplicates", "rolespec_validate",
    ]

    private func roleArgument(_ draft: TaskDraft) throws(Diagnostic) -> @Sendable (String) -> Node? {
        var entries = draft.action.value?.entries ?? []
        if entries.isEmpty, let text = draft.action.value?.text ?? draft.action.trailing {
            for argument in try FreeForm.parse(text, options: nil, rest: "name", at: draft.action.nameRange) {
                func node(_ text: String) -> Node {
                    Node(content: .scalar(.init(text: text, style: .plain)), range: draft.action.nameRange)
                }
                entries.append(.init(key: node(argument.name), value: node(argument.text)))
            }
        }
        entries += draft.node.entry("args")?.entries ?? []
        if let unknown = entries.first(where: { !Self.roleArguments.contains($0.key.text) }) {
            throw Diagnostic(
                .unknownArgument, "Invalid options for \(draft.action.name): \(unknown.key.text)",
                at: unknown.key.range, help: Suggestion.help(for: unknown.key.text, among: Self.roleArguments))
        }
        let all = entries
        return { name in all.last { $0.key.text == name }?.value }
    }

    private func includeRole(_ draft: TaskDraft) throws(Diagnostic) -> IncludeRole {
        let argument = try roleArgument(draft)
        func value(_ name: String) throws(Diagnostic) -> TemplatedValue? {
            guard let node = argument(name) else { return nil }
            return try templated(node)
        }
        guard let name = try value("name").or(value("role")) else {
            throw Diagnostic(
                .missingArgument, "'name' is a required field for \(draft.action.name).", at: draft.action.nameRange)
        }
        return IncludeRole(
            writtenName: draft.action.name, name: name, tasksFrom: try value("tasks_from"),
            varsFrom: try value("vars_from"),
            defaultsFrom: try value("defaults_from"), handlersFrom: try value("handlers_from"),
            apply: try applied(argument("apply"), in: draft.context.frame), isPublic: try value("public"),
            allowDuplicates: try value("allow_duplicates"), validatesArguments: try value("rolespec_validate"),
            range: (argument("name") ?? argument("role"))?.range ?? draft.action.nameRange)
    }

    private func importRole(_ draft: TaskDraft) throws(Diagnostic) -> RoleNode {
        try refuseLoop(draft)
        let frame = draft.frame(.block)
        let argument = try roleArgument(draft)
        func text(_ name: String) throws(Diagnostic) -> String? {
            guard let node = argument(name) else { return nil }
            return try staticText(node, in: frame, name)
        }
        guard let name = try text("name").or(text("role")) else {
            throw Diagnostic(
                .missingArgument, "'name' is a required field for \(draft.action.name).", at: draft.action.nameRange)
        }
        let place = argument("name") ?? argument("role")
        try refuseEndlessImport(of: name, in: frame, at: place?.range ?? draft.action.nameRange)
        var use = RoleUse(name: name, range: place?.range ?? draft.action.nameRange)
        use.tasksFrom = try text("tasks_from")
        use.varsFrom = try text("vars_from")
        use.defaultsFrom = try text("defaults_from")
        use.handlersFrom = try text("handlers_from")
        use.parameters = draft.contents.variables
        if let node = argument("rolespec_validate") {
            use.validatesArguments = try staticValue(templated(node), in: frame, at: node.range).bool ?? true
        }
        use.allowDuplicates = true
        if let node = argument("allow_duplicates") {
            use.allowDuplicates = try staticValue(templated(node), in: frame, at: node.range).bool
        }
        return try role(use, in: frame, file: draft.context.file)
    }
}

extension String {
    /// `include_x` for `import_x`.
    fileprivate var replacingImport: String {
        guard let start = range(ofText: "import_") else { return self }
        return self[..<start.lowerBound] + "include_" + self[start.upperBound...]
    }

    private func range(ofText text: String) -> Range<String.Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
            index = self.index(after: index)
        }
        return nil
    }
}

/// Where included files are searched.
package enum Include {
    /// Beside the current file, in the role, beside the files that included it, beside the playbook.
    package static func candidates(_ name: String, from place: TaskPlace, playbookFolder: String) -> [String] {
        if Path.isAbsolute(name) { return [Path.expanded(name)] }
        var folders = [Path.folder(of: place.file)]
        if let role = place.frame.role?.role { folders += [role.path + "/tasks", role.path] }
        for frame in place.frame.chain {
            if case .include(let file) = frame.kind { folders.append(Path.folder(of: file)) }
        }
        folders += [playbookFolder, Path.join(playbookFolder, "tasks")]
        var seen: Set<String> = []
        return folders.map { Path.join($0, name) }.filter { seen.insert($0).inserted }
    }
}
