//! `include_vars`: variables from files. The engine reads them; this is the declaration.

import Diagnostics
import Values

package struct IncludeVarsModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.include_vars"], "Reads variables from files of the control node while the play runs",
        arguments: [
            ArgumentSpec("file", .string, "A file below vars/ of the role or playbook, or beside it"),
            ArgumentSpec("dir", .string, "A folder whose files are all read, in the order of their names"),
            ArgumentSpec("name", .string, "Put the variables into a dictionary of this name"),
            ArgumentSpec("depth", .int, "How deep to go into folders; 0 is unlimited", default: 0),
            ArgumentSpec("files_matching", .string, "Only files whose name matches this regular expression"),
            ArgumentSpec("ignore_files", .list(of: .string), "File names to leave out"),
            ArgumentSpec(
                "extensions", .list(of: .string), "Extensions of files to read", default: ["yaml", "yml", "json"]),
            ArgumentSpec(
                "ignore_unknown_extensions", .bool, "Pass over files with other extensions instead of failing",
                default: false),
            ArgumentSpec("hash_behaviour", .string, "How dictionaries combine", choices: ["replace", "merge"]),
        ],
        freeForm: .argument("file"), mutuallyExclusive: [["file", "dir"]], requiredOneOf: [["file", "dir"]],
        needsHost: false)

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {}

    package func start() throws(Diagnostic) -> Step { .done(ModuleResult()) }
}
