//! Short ways to look into a YAML node while loading.

import Diagnostics
import YAML

extension Node {
    /// The text of a scalar; empty for anything else.
    var text: String { if case .scalar(let scalar) = content { scalar.text } else { "" } }

    var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.style == .plain, tag == nil else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }
    var items: [Node]? { if case .sequence(let items) = content { items } else { nil } }
    func entry(_ key: String) -> Node? { entries?.last { $0.key.text == key }?.value }

    /// What the node is, in words for messages.
    var kindName: String {
        switch content {
        case .scalar: "text"
        case .sequence: "list"
        case .mapping: "mapping"
        }
    }
}

/// The spellings of statements that bring in other files.
enum ImportName {
    static let playbook: Set<String> = [
        "import_playbook", "ansible.builtin.import_playbook", "ansible.legacy.import_playbook",
    ]
}
