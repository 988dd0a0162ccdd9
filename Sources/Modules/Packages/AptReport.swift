//! What one run of `apt` reports, and how its package lists are refreshed.

import Values

/// The result so far.
struct AptReport: Sendable {
    var changed = false
    var cacheUpdated = false
    /// Seconds since 1970 of the last refresh of the lists.
    var cacheTime: Int

    init(cacheTime: Int) { self.cacheTime = cacheTime }

    var fields: OrderedMap { ["cache_updated": .bool(cacheUpdated), "cache_update_time": .int(cacheTime)] }
    var result: ModuleResult { ModuleResult(changed: changed, fields: fields) }

    func fields(stdout: String, stderr: String) -> OrderedMap {
        var all = fields
        all["stdout"] = .string(stdout)
        all["stderr"] = .string(stderr)
        return all
    }

    func result(_ outcome: Observation) -> ModuleResult {
        ModuleResult(changed: changed, fields: fields(stdout: outcome.text, stderr: outcome.errorText))
    }

    func failed(_ message: String, _ outcome: Observation? = nil) -> ModuleResult {
        var all = fields
        if let outcome {
            all = fields(stdout: outcome.text, stderr: outcome.errorText)
            all["rc"] = .int(Int(outcome.status))
        }
        return .failure(message, fields: all)
    }
}

/// When and how the package lists are refreshed.
struct AptLists: Sendable {
    let wanted: Bool
    private let validTime: Int
    private let retries: Int
    private let maximumDelay: Int

    init(_ arguments: ModuleArguments) {
        validTime = max(0, arguments.int("cache_valid_time") ?? 0)
        wanted = arguments.bool("update_cache") ?? (validTime > 0)
        retries = max(0, arguments.int("update_cache_retries") ?? 5)
        maximumDelay = max(1, arguments.int("update_cache_retry_max_delay") ?? 12)
    }

    func isStale(on host: AptHost) -> Bool {
        guard wanted, let updated = host.listsUpdated else { return wanted }
        return host.now - updated > validTime || validTime == 0
    }

    /// Refreshes the lists, again after a pause if that fails: mirrors are being synchronized now and then.
    func update(
        _ options: AptOptions, isWholeTask: Bool, _ report: AptReport, waited: Int = 0, attempt: Int = 0,
        then: @escaping @Sendable (AptReport) -> Step
    ) -> Step {
        var expected = report
        expected.cacheUpdated = true
        let change = Change(isWholeTask ? .changes : .upkeep, fields: expected.fields)
        var script = options.script("-o APT::Update::Error-Mode=any " + options.words("update"))
        script.text += "\ns=$?; stat -c 'updated %Y' /var/lib/apt/lists; exit $s"
        return .apply(change, script) { [self] outcome in
            var report = report
            if outcome.status == 0 {
                report.cacheUpdated = true
                let stamp = outcome.text.split(separator: "\n").last.flatMap { String($0).dropPrefix("updated ") }
                report.cacheTime = stamp.flatMap { Int($0) } ?? report.cacheTime
                report.changed = isWholeTask
                return then(report)
            }
            let isLocked = outcome.errorText.contains("Could not get lock")
            let delay = isLocked ? 1 : min(1 << attempt, maximumDelay)
            guard isLocked ? waited < options.lockTimeout : attempt < retries else {
                let reason = outcome.errorText.split(separator: "\n").first {
                    $0.hasPrefix("E: ") || $0.hasPrefix("W: ")
                }
                return .done(
                    report.failed(
                        "Failed to update apt cache: \(reason.map { String($0.dropFirst(3)) } ?? "unknown reason")",
                        outcome))
            }
            return .wait(.seconds(delay)) { [report] in
                update(
                    options, isWholeTask: isWholeTask, report, waited: waited + delay,
                    attempt: isLocked ? attempt : attempt + 1, then: then)
            }
        }
    }
}
