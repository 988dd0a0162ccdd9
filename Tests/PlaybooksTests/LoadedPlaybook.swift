//! Loads a playbook written in a test, with further files beside it.

import Diagnostics
import Playbooks
import Templates
import Values
import YAML

/// Loads `site.yml` from a folder of its own.
func load(
    _ playbook: String, files: [String: String] = [:], extra: [String: TemplatedValue] = [:]
) throws -> Playbook {
    let folder = try Folder(files.merging(["site.yml": playbook]) { old, _ in old })
    defer { folder.remove() }
    let loader = PlaybookLoader(.init(extraVariables: extra) { text, _ throws(Diagnostic) in text })
    return try loader.load(folder.path + "/site.yml")
}

/// The mistake in a playbook as `file:line:column code`, and what is said about it.
func mistake(in playbook: String, files: [String: String] = [:]) throws -> (place: String, text: String, help: String?)
{
    do {
        _ = try load(playbook, files: files)
    } catch let error as Diagnostic {
        let place = error.range.map { range in
            let name = range.file.path.split(separator: "/").last.map(String.init) ?? ""
            return "\(name):\(range.position.line):\(range.position.column)"
        }
        return ("\(place ?? "-") \(error.code.rawValue)", error.message, error.help)
    }
    return ("none", "", nil)
}

/// A playbook of one play with these tasks, which begin in line 3 and column 5.
func play(tasks: String) -> String {
    "- hosts: all\n  tasks:\n" + tasks.split(separator: "\n").map { "    \($0)\n" }.joined()
}

extension Playbook {
    /// All tasks that are known without running anything.
    var tasks: [PlayTask] { plays.flatMap { $0.tasks.flatMap(\.known) } }
}

extension PlayNode {
    var known: [PlayTask] {
        switch self {
        case .task(let task): [task]
        case .block(let block): (block.tasks + block.rescue + block.always).flatMap(\.known)
        case .role(let role): role.dependencies.flatMap { PlayNode.role($0).known } + role.tasks.flatMap(\.known)
        }
    }
}

extension PlayTask {
    /// The module's arguments as written, `name=value`.
    var arguments: [String] {
        guard case .module(let call) = action else { return [] }
        return call.arguments.named.map { "\($0.name)=\($0.value.written)" }
    }

    var place: String { "\(range.position.line):\(range.position.column)" }
}

extension TemplatedValue {
    /// As the author wrote it.
    var written: String {
        switch self {
        case .constant(let value): (try? value.text()) ?? "?"
        case .template(let template): template.text
        case .list(let items): "[" + items.map(\.written).joined(separator: ", ") + "]"
        case .dict, .deferred: "{}"
        }
    }
}
