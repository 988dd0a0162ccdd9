//! Checksums of the files that the tasks around a switch come from.

import Diagnostics
import Digests
import Playbooks
import Values

/// Files by their way from the folder of `services.yml`, with SHA-256.
package struct TaskSums: Sendable, Equatable {
    /// Tasks, handlers and templates.
    let tasks: [String: String]
    /// Files that may hold a secret: for the seal alone.
    let others: [String: String]

    package static let none = TaskSums(tasks: [:], others: [:])

    init(tasks: [String: String], others: [String: String]) {
        self.tasks = tasks
        self.others = others
    }

    package init(_ sources: TaskSources, from folder: String) throws(Diagnostic) {
        tasks = try Self.sums(sources.tasks, from: Path.absolute(folder))
        others = try Self.sums(sources.others, from: Path.absolute(folder))
    }

    private static func sums(_ paths: [String], from folder: String) throws(Diagnostic) -> [String: String] {
        var sums: [String: String] = [:]
        for path in paths { sums[way(from: folder, to: path)] = MessageDigest.sha256.hex(of: try PlainFile.read(path)) }
        return sums
    }

    /// Another machine may have the whole tree elsewhere.
    private static func way(from folder: String, to path: String) -> String {
        var rest = folder.split(separator: "/")[...]
        var parts = path.split(separator: "/")[...]
        while let first = rest.first, first == parts.first {
            rest.removeFirst()
            parts.removeFirst()
        }
        return (rest.map { _ in ".." } + parts.map(String.init)).joined(separator: "/")
    }

    // MARK: - As a plan's file holds them

    /// nil where a value is no text.
    init?(_ value: Value?) {
        guard let entries = value?.dict else { return nil }
        var tasks: [String: String] = [:]
        for (name, sum) in entries {
            guard let name = name.string, let sum = sum.string else { return nil }
            tasks[name] = sum
        }
        self.init(tasks: tasks, others: [:])
    }

    /// What may be shown to anybody.
    var open: TaskSums { TaskSums(tasks: tasks, others: [:]) }

    var tasksValue: Value { Self.value(tasks) }
    var othersValue: Value { Self.value(others) }

    private static func value(_ sums: [String: String]) -> Value {
        .dict(OrderedMap(pairs: sums.sorted { $0.key < $1.key }.map { (.string($0.key), .string($0.value)) }))
    }

    /// What has become of each file of tasks that is not as it was.
    func differences(from now: TaskSums) -> [String] {
        Set(tasks.keys).union(now.tasks.keys).sorted().compactMap { name in
            switch (tasks[name], now.tasks[name]) {
            case (let then?, let now?):
                then == now ? nil : "\(name) has changed, which tasks around the switch come from"
            case (.some, nil): "\(name) is gone, which tasks around the switch came from"
            case (nil, _): "\(name) is not in the plan, and tasks around the switch come from it"
            }
        }
    }
}
