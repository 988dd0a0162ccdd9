//! The argument specification of a role: the check that comes before its first task.

import Diagnostics
import Modules
import Templates
import Values
import YAML

extension PlaybookLoader {
    /// The task that checks the variables for the entry point of a role, where one is specified.
    func argumentCheck(
        of use: RoleUse, _ meta: Node?, _ path: String, _ frame: Frame
    ) throws(Diagnostic) -> [PlayNode] {
        let entryPoint = use.tasksFrom ?? "main"
        guard use.validatesArguments, let all = try argumentSpecs(meta, in: path) else { return [] }
        guard all.entries != nil else {
            throw Diagnostic(
                .playbookSyntax, "argument_specs must be a mapping from entry points to their specifications",
                at: all.range, help: "begin with `main:`, which stands for tasks/main.yml")
        }
        guard let spec = all.entry(entryPoint), !spec.isNull else { return [] }
        let options = spec.entry("options")
        let about: OrderedMap = [
            "type": "role", "name": .string(use.name), "argument_spec_name": .string(entryPoint),
            "path": .string(Path.absolute(path)),
        ]
        var name = "Validating arguments against arg spec '\(entryPoint)'"
        if let description = spec.entry("short_description")?.text, !description.isEmpty { name += " - \(description)" }
        let arguments = TaskArguments(named: [
            .init(
                name: "argument_spec", value: try options.map(templated) ?? .constant(.dict([:])),
                range: (options ?? spec).range),
            .init(name: "validate_args_context", value: .constant(.dict(about)), range: spec.range),
        ])
        let action = "ansible.builtin.validate_argument_spec"
        let module = try ModuleRegistry.standard.module(named: action)
        let check = Frame(
            parent: frame, kind: .task,
            settings: [.name: Setting(value: .constant(.string(name)), range: spec.range)], tags: ["always"],
            range: spec.range)
        let call = ModuleCall(module: module, writtenName: action, arguments: arguments, range: spec.range)
        return [.task(PlayTask(frame: check, action: .module(call), loop: nil))]
    }

    /// A file of its own hides what `meta/main.yml` says.
    private func argumentSpecs(_ meta: Node?, in path: String) throws(Diagnostic) -> Node? {
        for file in ["yml", "yaml", "json"].map({ "\(path)/meta/argument_specs.\($0)" }) where Path.isFile(file) {
            return try nodes(in: file).first?.entry("argument_specs")
        }
        return meta?.entry("argument_specs")
    }
}
