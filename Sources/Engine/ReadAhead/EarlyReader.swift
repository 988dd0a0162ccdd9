//! Asks a host for one task, and for the next ones in the same round trip.

import Connections

/// How the questions of one task on one host are answered.
struct EarlyReader: Sendable {
    let answers: EarlyAnswers
    let stillness: Stillness
    let host: ConnectionOptions
    /// The task or item at work.
    let task: HostTask

    func run(
        _ requests: [ShellRequest], over connection: any Connection, as identity: Identity
    ) async throws(ConnectionFailure) -> [ShellReply] {
        let questions = requests.map { EarlyQuestion($0, as: identity) }
        if let replies = await answers.take(questions, from: host) { return replies }
        guard let moment = stillness.now else { return try await connection.run(requests, as: identity) }
        let (window, known) = await answers.prepare(host)
        let further =
            window == 0
            ? [] : Guess.questions(behind: task, to: host, as: identity, window, without: known)
        let all = try await connection.run(requests, and: further.map(\.request), as: identity)
        // Where the shell broke off nothing is sure.
        guard all.further.count == further.count else {
            stillness.end()
            return all.replies
        }
        await answers.keep(all.further, to: further.map(\.question), since: moment, from: host)
        return all.replies
    }

    /// The task is about to change its host.
    func noteChange() async { await answers.note(changed: true, on: host) }
    /// The task has come to its end.
    func noteEnd() async { await answers.note(changed: false, on: host) }
}
