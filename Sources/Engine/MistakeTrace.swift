//! How a run came to the place of a mistake: template ← task ← include ← role.

import Diagnostics
import Playbooks

extension Diagnostic {
    /// The same mistake with the way from the playbook to it, innermost first, where that is not plain to see.
    func traced(through frame: Frame) -> Diagnostic {
        var copy = self
        if let range, range.file.path != frame.range.file.path {
            copy = copy.traced("in the task", at: frame.range)
        }
        for outer in frame.chain {
            let step: String
            switch outer.kind {
            case .include: step = "in the included file"
            case .role(let instance): step = "in the role '\(instance.role.name)'"
            case .play, .block, .task: continue
            }
            // A role with keywords has two frames at one place.
            let place = outer.range.description
            if copy.trace.contains(where: { $0.range.description == place && $0.text == step }) { continue }
            copy = copy.traced(step, at: outer.range)
        }
        return copy
    }
}
