//! Whether a peer is still there: it is asked now and then, and whatever it says counts as an answer.

import CLibSSH

/// Watches one session; lives on its thread.
final class SSHPulse {
    private let session: SSHSession
    /// Asked so often, within the limit, that silence is noticed soon after it.
    private let interval: Duration
    private let limit: Duration
    /// What libssh counts into.
    private let received: UnsafeMutablePointer<ssh_counter_struct>
    private var heard: UInt64 = 0
    private var nextQuestion: ContinuousClock.Instant
    /// The first question since the peer was heard.
    private var unanswered: ContinuousClock.Instant?
    /// A server that never answers a question at all would not be told from one that has gone.
    private var answers = false

    init(_ session: SSHSession) {
        self.session = session
        limit = session.options.deadPeerTimeout
        interval = limit / 6
        nextQuestion = .now + interval / 5
        received = .allocate(capacity: 1)
        received.initialize(to: ssh_counter_struct())
        ssh_set_counters(session.handle, nil, received)
    }

    deinit {
        ssh_set_counters(session.handle, nil, nil)
        received.deallocate()
    }

    /// False where the peer has said nothing for too long.
    func beats() -> Bool {
        let now = ContinuousClock.now
        if received.pointee.in_packets != heard {
            heard = received.pointee.in_packets
            answers = answers || unanswered != nil
            unanswered = nil
        }
        if let unanswered, answers, unanswered.duration(to: now) >= limit { return false }
        guard now >= nextQuestion else { return true }
        nextQuestion = now + interval
        unanswered = unanswered ?? now
        // The first call takes the answer of the question before, which the second one asks again.
        for _ in 0..<2 { ssh_send_keepalive(session.handle) }
        return true
    }

    /// Milliseconds until it wants to be looked at again.
    var patience: Int32 {
        let now = ContinuousClock.now
        let next = unanswered.map { min(nextQuestion, $0 + limit) } ?? nextQuestion
        return max(now.duration(to: next).milliseconds, 0)
    }
}
