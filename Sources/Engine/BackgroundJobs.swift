//! Tasks with `async` and `poll: 0`: they go on while the play does.

import Values

/// The jobs of a run, by id. They end with the run: it waits for them.
actor BackgroundJobs {
    private var results: [String: OrderedMap] = [:]
    private var running: [String: Task<Void, Never>] = [:]
    private var count = 0

    /// Starts a job and gives its id.
    func start(_ work: @escaping @Sendable () async -> OrderedMap) -> String {
        count += 1
        let id = "j\(UInt64.random(in: 100_000_000_000...999_999_999_999)).\(count)"
        running[id] = Task {
            let result = await work()
            self.end(id, result)
        }
        return id
    }

    private func end(_ id: String, _ result: OrderedMap) {
        running[id] = nil
        results[id] = result
    }

    /// The result of a job that has ended, an empty one while it runs, nil where there is none of that id.
    func state(_ id: String) -> (isFinished: Bool, result: OrderedMap)? {
        if let result = results[id] { return (true, result) }
        return running[id] == nil ? nil : (false, [:])
    }

    func forget(_ id: String) { results[id] = nil }

    /// Where the run is cancelled, they are.
    func waitForAll() async {
        let jobs = running.values
        await withTaskCancellationHandler {
            for job in jobs { await job.value }
        } onCancel: {
            for job in jobs { job.cancel() }
        }
    }
}
