//! One look at the locks of a host.

import Connections
import Values

/// Locks and fences of some services, and the host's time.
struct LockView: Sendable {
    enum Holder: Sendable {
        case nobody
        case held(DeployLock)
        /// A file that is not a lock.
        case damaged
    }

    let now: Int
    /// Why the host could not tell.
    let complaint: String?
    private let answer: DockerReply

    static func probe(_ names: [String], in directory: StateDirectory) -> Probe {
        Probe(
            directory.opening + """
                printf 'now %s\\n' "$(date +%s)"
                for n in \(shellWords(names)); do
                printf 'lock:%s %s\\n' "$n" "$(content "$d/$n.lock")"
                printf 'fence:%s %s\\n' "$n" "$(content "$d/$n.fence")"
                done
                """)
    }

    init(_ observation: Observation) {
        answer = DockerReply(observation)
        let complaint = answer.complaint
        let now = answer.text("now").flatMap { Int($0.trimmed) }
        self.complaint = complaint ?? (now == nil ? "it does not tell its time (date +%s)" : nil)
        self.now = now ?? 0
    }

    /// The file as the host's `content` function prints it; empty where there is none.
    func text(_ kind: String, of name: String) -> String { answer.text("\(kind):\(name)") ?? "" }

    func holder(of name: String) -> Holder {
        let text = text("lock", of: name)
        if text.trimmed.isEmpty { return .nobody }
        return DeployLock(text).map(Holder.held) ?? .damaged
    }

    /// The highest number that was ever given out.
    func fence(of name: String) -> Int {
        let recorded = Int(text("fence", of: name).trimmed) ?? 0
        guard case .held(let lock) = holder(of: name) else { return recorded }
        return max(recorded, lock.fence)
    }

    /// By name, for results.
    func value(of names: [String]) -> Value {
        .dict(
            OrderedMap(
                pairs: names.map { name in
                    switch holder(of: name) {
                    case .nobody: (.string(name), .none)
                    case .held(let lock): (.string(name), lock.value(at: now))
                    case .damaged: (.string(name), ["damaged": true])
                    }
                }))
    }
}
