//! Tasks that steer the run instead of running a module.

/// The statements that stand where a module would.
enum StatementName: String, CaseIterable {
    case meta
    case includeTasks = "include_tasks"
    case importTasks = "import_tasks"
    case includeRole = "include_role"
    case importRole = "import_role"
    case includeVars = "include_vars"
    /// The old spelling of `include_tasks`.
    case include

    /// By short or fully qualified name.
    init?(_ name: String) {
        for prefix in ["ansible.builtin.", "ansible.legacy."] where name.hasPrefix(prefix) {
            self.init(rawValue: String(name.dropFirst(prefix.count)))
            return
        }
        self.init(rawValue: name)
    }

    static let all = allCases.flatMap { [$0.rawValue, "ansible.builtin." + $0.rawValue] }
}
