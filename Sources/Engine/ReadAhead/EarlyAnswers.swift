//! What hosts have answered before anybody asked, and how much is asked that way.

import Connections

/// The early answers of all hosts of a run.
actor EarlyAnswers {
    private let stillness: Stillness
    private var hosts: [ConnectionOptions: EarlyAnswersOfHost] = [:]
    private let clock = ContinuousClock()

    /// How old an answer may be: hosts change by themselves, too.
    private static let longevity = Duration.seconds(10)

    init(_ stillness: Stillness) { self.stillness = stillness }

    /// The answers to all of these questions, if all have been asked early and nothing has happened since.
    func take(_ questions: [EarlyQuestion], from host: ConnectionOptions) -> [ShellReply]? {
        let answers = questions.compactMap { question in
            hosts[host]?.answers[question].flatMap { isGood($0) ? $0 : nil }
        }
        guard !questions.isEmpty, answers.count == questions.count else { return nil }
        for question in questions { hosts[host]?.answers[question]?.isUsed = true }
        return answers.map(\.reply)
    }

    /// How many tasks or items may be asked for now, and what need not be asked again.
    func prepare(_ host: ConnectionOptions) -> (window: Int, known: Set<EarlyQuestion>) {
        var state = hosts[host] ?? EarlyAnswersOfHost()
        let (used, others) = (state.answers.filter(\.value.isUsed), state.answers.filter { !$0.value.isUsed })
        let good = others.filter { isGood($0.value) }
        state.window.judge(used: used.count, wasted: others.count - good.count)
        state.answers = good
        hosts[host] = state
        return (state.window.size, Set(good.keys))
    }

    /// Keeps what was answered to questions that were sent at a moment.
    func keep(
        _ replies: [ShellReply], to questions: [EarlyQuestion], since moment: Stillness.Moment,
        from host: ConnectionOptions
    ) {
        let now = clock.now
        for (question, reply) in zip(questions, replies) {
            hosts[host]?.answers[question] = EarlyAnswer(reply: reply, moment: moment, time: now)
        }
    }

    /// A task or item changes its host, or has come to its end.
    func note(changed: Bool, on host: ConnectionOptions) {
        hosts[host, default: EarlyAnswersOfHost()].window.note(changed: changed)
    }

    private func isGood(_ answer: EarlyAnswer) -> Bool {
        stillness.lasts(since: answer.moment) && clock.now - answer.time < Self.longevity
    }
}

/// What one host has answered early.
private struct EarlyAnswersOfHost {
    var answers: [EarlyQuestion: EarlyAnswer] = [:]
    var window = EarlyWindow()
}

private struct EarlyAnswer {
    let reply: ShellReply
    /// When it was asked.
    let moment: Stillness.Moment
    let time: ContinuousClock.Instant
    var isUsed = false
}

/// A question by all that its answer depends on.
struct EarlyQuestion: Hashable, Sendable {
    private let script: String
    private let library: ShellLibrary?
    private let input: [UInt8]
    private let environment: [String]
    private let timeout: Duration?
    private let identity: Identity

    init(_ request: ShellRequest, as identity: Identity) {
        script = request.script
        library = request.library
        input = request.input
        environment = request.environment.flatMap { [$0.name, $0.value] }
        timeout = request.timeout
        self.identity = identity
    }
}

/// How many tasks or items of one host are asked for early: twice as many each time it was of use, none where the host
/// is being changed.
struct EarlyWindow {
    private(set) var size = 2
    /// Tasks that ended since the last change, the one that made it included.
    private var calm = 0

    private static let limit = 32

    /// What became of the answers since the last time.
    mutating func judge(used: Int, wasted: Int) {
        if wasted > 0 { size = min(size, used) } else if used > 0 { size = min(max(1, size * 2), Self.limit) }
    }

    mutating func note(changed: Bool) {
        calm = changed ? 0 : calm + 1
        if changed { size = 0 } else if size == 0, calm > 2 { size = 1 }
    }
}
