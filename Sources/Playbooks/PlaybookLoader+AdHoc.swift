//! A play of one task, as `drover exec` and `ansible` ask for on the command line.

import Diagnostics
import Modules
import Templates
import Values

extension PlaybookLoader {
    /// One module on all hosts of a pattern, without gathering facts. `keywords` are the task's own, such as `async`.
    package func adHocPlay(
        pattern: String, module name: String, arguments text: String, keywords: [Keyword: Value] = [:]
    ) throws(Diagnostic) -> Play {
        let file = SourceFile(path: "<command line>", text: text)
        let range = SourceRange(file: file, offset: 0, length: file.bytes.count)
        let frame = Frame(
            parent: nil, kind: .play,
            settings: [
                .name: Setting(value: .constant("Ansible Ad-Hoc"), range: range),
                .gatherFacts: Setting(value: .constant(false), range: range),
            ], range: range)
        let found = try self.module(named: name, in: frame, at: nil)
        let module = found.type
        var arguments = try adHocArguments(text, for: module.spec, at: range)
        if let file = found.file { arguments.named.append(file) }
        try ArgumentValidator(module.spec).validateNames(arguments.named.map { Located($0.name, at: $0.range) })
        let call = ModuleCall(module: module, writtenName: name, arguments: arguments, range: range)
        let task = PlayTask(
            frame: Frame(
                parent: frame, kind: .task,
                settings: keywords.mapValues { Setting(value: .constant($0), range: range) }, range: range),
            action: .module(call), loop: nil)
        let hosts = SourceFile(path: "<hosts>", text: pattern)
        let place = SourceRange(file: hosts, offset: 0, length: hosts.bytes.count)
        return Play(
            frame: frame, hosts: Setting(value: .constant(.string(pattern)), range: place), preTasks: [], roles: [],
            tasks: [.task(task)], postTasks: [], handlers: [], variableFiles: [], prompts: [], folder: playbookFolder)
    }

    /// `key=value` text or a JSON object.
    private func adHocArguments(
        _ text: String, for spec: ModuleSpec, at range: SourceRange
    ) throws(Diagnostic) -> TaskArguments {
        var arguments = TaskArguments()
        if text.trimmed.hasPrefix("{"), !text.trimmed.hasPrefix("{{") {
            let value = try JSON.parse(Array(text.utf8))
            for (key, value) in value.dict ?? [:] {
                let name = try key.text()
                arguments.named.append(.init(name: name, value: TemplatedValue(json: value, at: range), range: range))
            }
            return arguments
        }
        for argument in try FreeForm.parse(text, for: spec, at: range) {
            arguments.named.append(
                .init(name: argument.name, value: TemplatedValue(text: argument.text, at: range), range: range))
        }
        return arguments
    }
}

extension TemplatedValue {
    /// What a command line says in JSON: its texts may be templates, its keys are none.
    fileprivate init(json value: Value, at range: SourceRange) {
        if let text = value.string {
            self.init(text: text, at: range)
        } else if let items = value.list {
            self = .list(items.map { TemplatedValue(json: $0, at: range) })
        } else if let entries = value.dict {
            self = .dict(
                entries.map {
                    Entry(key: .constant($0.key), value: TemplatedValue(json: $0.value, at: range), range: range)
                })
        } else {
            self = .constant(value)
        }
    }
}
