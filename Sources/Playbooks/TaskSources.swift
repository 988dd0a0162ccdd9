//! The files that tasks come from, as far as their names are known before any host is.

import Diagnostics
import Templates
import Values

/// Files of the control node that decide what tasks do. Absolute paths, sorted, each once.
package struct TaskSources: Sendable, Equatable {
    /// Tasks, handlers and templates.
    package let tasks: [String]
    /// Variables, files and whatever else lies in the folders of roles: a secret may be in them.
    package let others: [String]
}

extension PlaybookLoader {
    /// What a playbook's tasks come from, those that they include included. A file whose name a host has to tell is
    /// left out, as is one that cannot be read: whoever comes to it says so.
    package func sources(of playbook: Playbook) -> TaskSources {
        var follower = SourceFollower(loader: self)
        for play in playbook.plays {
            playbookFolder = play.folder
            follower.follow(play.preTasks + play.roles.map { .role($0) } + play.tasks + play.postTasks)
            follower.follow(play.handlers.map { .task($0) })
        }
        return follower.sources(playbook.path)
    }
}

/// Walks tasks and what they include, each file once.
private struct SourceFollower {
    let loader: PlaybookLoader
    private var followed: Set<String> = []
    private var roles: Set<String> = []
    private var others: Set<String> = []
    private var templates: Set<String> = []

    init(loader: PlaybookLoader) { self.loader = loader }

    func sources(_ playbook: String) -> TaskSources {
        var (tasks, others) = (templates, others)
        let inRoles = roles.flatMap { role in FolderListing.files(in: role).map { (role, $0) } }
        for (role, path) in inRoles {
            let folder = path.dropFirst(role.count + 1).prefix { $0 != "/" }
            if ["tasks", "handlers", "meta", "templates"].contains(folder) {
                tasks.insert(path)
            } else {
                others.insert(path)
            }
        }
        // Task files that no role has; variables of roles are among the documents as well.
        for path in loader.documentPaths.map(Path.absolute) where !others.contains(path) { tasks.insert(path) }
        tasks.remove(Path.absolute(playbook))
        return TaskSources(tasks: tasks.sorted(), others: others.sorted())
    }

    mutating func follow(_ nodes: [PlayNode]) {
        for node in nodes {
            switch node {
            case .task(let task): follow(task)
            case .block(let block): follow(block.tasks + block.rescue + block.always)
            case .role(let role): follow(role)
            }
        }
    }

    private mutating func follow(_ role: RoleNode) {
        roles.insert(Path.absolute(role.instance.role.path))
        follow(role.dependencies.map { .role($0) } + role.tasks + role.handlers.map { .task($0) })
    }

    private mutating func follow(_ task: PlayTask) {
        switch task.action {
        case .includeTasks(let include): follow(include, of: task)
        case .includeRole(let include): follow(include, of: task)
        case .includeVars(let call):
            for argument in ["file", "dir"] { note(call.arguments[argument], of: task, in: "vars") }
        case .module(let call):
            if call.arguments["remote_src"] != nil { return }
            note(call.arguments["src"], of: task, in: call.writtenName.hasSuffix("template") ? "templates" : "files")
        case .dynamicModule, .meta: break
        }
    }

    private mutating func follow(_ include: IncludeTasks, of task: PlayTask) {
        guard let name = loader.knownText(include.file, in: task.frame) else { return }
        let place = TaskPlace(frame: task.frame, file: task.range.file.path, isHandler: task.isHandler)
        let candidates = Include.candidates(name, from: place, playbookFolder: loader.playbookFolder)
        guard let path = candidates.first(where: Path.isFile), followed.insert(path).inserted else { return }
        let frame = task.includedFrame(include.apply, task.frame.variables, file: path)
        let inside = TaskPlace(frame: frame, file: path, isHandler: task.isHandler)
        follow((try? loader.includedTasks(inFile: path, in: inside)) ?? [])
    }

    private mutating func follow(_ include: IncludeRole, of task: PlayTask) {
        func text(_ value: TemplatedValue?) -> String? { value.flatMap { loader.knownText($0, in: task.frame) } }
        guard let name = text(include.name) else { return }
        var use = RoleUse(name: name, range: include.range)
        use.tasksFrom = text(include.tasksFrom)
        use.handlersFrom = text(include.handlersFrom)
        use.varsFrom = text(include.varsFrom)
        use.defaultsFrom = text(include.defaultsFrom)
        let place = task.includedFrame(include.apply, task.frame.variables, file: task.range.file.path)
        guard let role = try? loader.includedRole(use, in: place, file: task.range.file.path),
            followed.insert("\(role.instance.role.path)\u{0}\(use.tasksFrom ?? "main")").inserted
        else { return }
        follow(role)
    }

    /// A file or folder that a task sends or reads.
    private mutating func note(_ argument: TaskArguments.Argument?, of task: PlayTask, in folder: String) {
        guard let name = argument.flatMap({ loader.knownText($0.value, in: task.frame) }), !name.isEmpty else { return }
        var bases = task.frame.chain.compactMap { frame in
            if case .role(let instance) = frame.kind { instance.role.path } else { nil }
        }
        bases += [Path.folder(of: task.range.file.path), loader.playbookFolder]
        let candidates = bases.flatMap { [Path.join(Path.join($0, folder), name), Path.join($0, name)] }
        guard let found = candidates.first(where: Path.exists).map(Path.absolute) else { return }
        if folder == "templates" {
            templates.insert(found)
        } else {
            others.formUnion(Path.isFolder(found) ? FolderListing.files(in: found) : [found])
        }
    }
}

extension PlayTask {
    /// Around what this task includes. It inherits from around the include, and from `apply`; not from the include's own
    /// keywords.
    package func includedFrame(
        _ apply: AppliedKeywords?, _ variables: [String: TemplatedValue], file: String
    ) -> Frame {
        let contents = apply?.keywords
        return Frame(
            parent: frame.parent, kind: .include(file), settings: contents?.settings ?? [:],
            conditions: contents?.conditions ?? [:],
            variables: (contents?.variables ?? [:]).merging(variables) { applied, _ in applied },
            tags: contents?.tags ?? [], range: range)
    }
}
