//! A whole run as it is told at its end: plays, their tasks, and what each host made of them.

import Engine
import Values

struct RunRecord: Sendable {
    private(set) var playbook = ""
    private(set) var plays: [PlayRecord] = []
    private(set) var statistics = RunStatistics()
    private(set) var started = Instant.now
    private(set) var ended = Instant.now

    mutating func take(_ event: RunEvent) {
        ended = .now
        switch event {
        case .playbookStarted(let path):
            self = RunRecord()
            playbook = path
        case .playStarted(let play):
            guard plays.last?.identity != play.identity else { break }
            plays.append(
                PlayRecord(identity: play.identity, name: play.name, path: play.path, started: ended, ended: ended))
        case .taskStarted(let header): enter(header)
        case .result(let report):
            let result = TaskRecord.Result(report: report, ended: ended)
            task(report.task) { $0.results.append(result) }
        case .included(let file, let hosts, _, let header):
            if let header { task(header) { $0.includes.append(TaskRecord.Include(file: file, hosts: hosts)) } }
        case .finished(let statistics): self.statistics = statistics
        default: break
        }
    }

    private mutating func enter(_ header: TaskHeader) { task(header) { _ in } }

    /// Changes the record of a task, which is made where there is none.
    private mutating func task(_ header: TaskHeader, _ change: (inout TaskRecord) -> Void) {
        guard let play = plays.indices.last else { return }
        plays[play].ended = ended
        let known = plays[play].tasks.lastIndex { $0.header.identity == header.identity }
        let index = known ?? plays[play].tasks.endIndex
        if known == nil { plays[play].tasks.append(TaskRecord(header: header, started: ended, ended: ended)) }
        plays[play].tasks[index].ended = ended
        change(&plays[play].tasks[index])
    }
}

struct PlayRecord: Sendable {
    let identity: Int
    let name: String
    let path: String
    let started: Instant
    var ended: Instant
    var tasks: [TaskRecord] = []
}

struct TaskRecord: Sendable {
    struct Result: Sendable {
        let report: TaskReport
        let ended: Instant
    }

    struct Include: Sendable {
        let file: String
        let hosts: [String]
    }

    let header: TaskHeader
    let started: Instant
    var ended: Instant
    var results: [Result] = []
    var includes: [Include] = []
}
