//! The threads on which cases wait for their processes.

import Dispatch

/// Two threads beside those of the other tests, which would be held up by cases that block.
final class CaseThreads: TaskExecutor {
    static let shared = CaseThreads()

    private let queues = (1...2).map { DispatchQueue(label: "module cases \($0)") }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queues.randomElement()?.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
