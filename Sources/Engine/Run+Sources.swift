//! Which files a playbook's tasks come from.

import Diagnostics
import Playbooks

extension Run {
    /// What the tasks of a playbook come from that no file holds, as if it stood at `path`. Nothing runs.
    package func sources(ofText text: String, at path: String) throws(Diagnostic) -> TaskSources {
        loader.sources(of: try loader.load(text: text, at: path))
    }
}
