//! Which playbook, play and task an event belongs to.

import Engine
import Values

struct EventContext {
    private(set) var playbook: OrderedMap = [:]
    private(set) var play: OrderedMap = [:]
    private(set) var task: OrderedMap = [:]
    private(set) var playbookUUID: String?
    private(set) var playUUID: String?
    private(set) var taskUUID: String?

    /// What an event that belongs to nothing smaller stands below.
    var parent: String? { taskUUID ?? playUUID ?? playbookUUID }

    /// The keys that every event has.
    var fields: OrderedMap {
        var all = playbook
        all.merge(play)
        all.merge(task)
        return all
    }

    mutating func enter(playbook path: String, _ uuid: String) {
        playbook = ["playbook": .string(path), "playbook_uuid": .string(uuid)]
        playbookUUID = uuid
        leavePlay()
    }

    mutating func enter(play name: String, pattern: String, _ uuid: String) {
        leavePlay()
        play = ["play": .string(name), "play_uuid": .string(uuid), "play_pattern": .string(pattern)]
        playUUID = uuid
    }

    mutating func leavePlay() {
        play = [:]
        playUUID = nil
        leaveTask()
    }

    private mutating func leaveTask() {
        task = [:]
        taskUUID = nil
    }

    mutating func enter(_ header: TaskHeader, _ uuid: String, folder: String) {
        // What no file holds stands nowhere.
        let path = header.path.map { $0.hasPrefix("<") ? "" : $0 } ?? ""
        task = [
            "task": .string(header.ownName), "task_uuid": .string(uuid), "task_action": .string(header.action),
            "resolved_action": .string(header.module ?? header.action), "task_args": "",
            "task_path": .string(path.isEmpty || path.hasPrefix("/") ? path : folder + "/" + path),
        ]
        if let role = header.role {
            task["role"] = .string(role)
            // The name in a collection says where the role is from.
            if role.contains(".") { task["resolved_role"] = .string(role) }
        }
        taskUUID = uuid
    }
}
