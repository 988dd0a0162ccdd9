//! Which tasks `--tags` and `--skip-tags` select.

/// The tags asked for on the command line.
package struct TagSelection: Sendable {
    package let run: Set<String>
    package let skip: Set<String>

    package init(run: [String] = ["all"], skip: [String] = []) {
        self.run = Set(run.isEmpty ? ["all"] : run)
        self.skip = Set(skip)
    }

    /// Whether a task with these tags runs: `always` unless skipped, `never` unless named.
    package func selects(_ written: [String]) -> Bool {
        let tags = Set(written.isEmpty ? ["untagged"] : written)
        return isRun(tags) && !isSkipped(tags)
    }

    private func isRun(_ tags: Set<String>) -> Bool {
        if tags.contains("always") || !run.isDisjoint(with: tags) { return true }
        if tags.contains("never") { return false }
        if run.contains("all") { return true }
        return run.contains("tagged") && !tags.contains("untagged")
    }

    private func isSkipped(_ tags: Set<String>) -> Bool {
        if skip.contains("all") { return !(tags.contains("always") && !skip.contains("always")) }
        if !skip.isDisjoint(with: tags) { return true }
        return skip.contains("tagged") && !tags.contains("untagged")
    }
}
