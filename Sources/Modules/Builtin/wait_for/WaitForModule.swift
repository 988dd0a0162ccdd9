//! `wait_for`: looks again and again until a port or a file is as wanted.

import Diagnostics
import Regexes
import Values

package struct WaitForModule: Module {
    private let target: WaitTarget
    private let host: String
    private let state: String
    private let timeout: Int
    private let delay: Int
    private let sleep: Int
    private let pattern: Pattern?
    private let message: String?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        host = arguments.string("host") ?? "127.0.0.1"
        state = arguments.string("state") ?? "started"
        timeout = arguments.int("timeout") ?? 300
        delay = arguments.int("delay") ?? 0
        sleep = max(1, arguments.int("sleep") ?? 1)
        message = arguments.string("msg")
        target = try WaitTarget(arguments, host: host, state: state)
        if let source = arguments.string("search_regex") {
            pattern = try Pattern.cached(source, options: .multiline)
        } else {
            pattern = nil
        }
    }

    package func start() throws(Diagnostic) -> Step {
        // Without a condition it is a pause.
        if case .time = target {
            return .wait(.seconds(timeout + delay)) { .done(result(elapsed: timeout + delay)) }
        }
        return delay > 0 ? .wait(.seconds(delay)) { look(began: nil) } : look(began: nil)
    }

    /// `found`: what is at the path that was waited for; the state is told as that, as Ansible does.
    private func result(elapsed: Int, groups: RegexMatch? = nil, found: String? = nil) -> ModuleResult {
        var fields: OrderedMap = ["elapsed": .int(elapsed), "state": .string(found ?? state)]
        switch target {
        case .port(let port, _, _): fields["port"] = .int(port)
        case .path(let path): fields["path"] = .string(path)
        case .drained(let drain): fields["port"] = .int(drain.port)
        case .time: break
        }
        let names = pattern?.groupNumbers ?? [:]
        let count = groups.map { $0.ranges.count } ?? 0
        fields["match_groups"] = .list(
            count > 1 ? (1..<count).map { groups?.group($0).map(Value.string) ?? .none } : [])
        fields["match_groupdict"] = .dict(
            OrderedMap(
                groups == nil
                    ? []
                    : names.sorted { $0.value < $1.value }.map {
                        ($0.key, groups?.group($0.value).map(Value.string) ?? .none)
                    }))
        return ModuleResult(fields: fields)
    }

    /// `began`: when the first look was, by this machine's clock.
    private func look(began: ContinuousClock.Instant?) -> Step {
        let began = began ?? .now
        return .observe(target.probe(state: state, reads: pattern != nil)) { (observation) throws(Diagnostic) in
            let elapsed = Int(began.duration(to: .now).components.seconds) + delay
            if observation.status == 127 {
                return .done(
                    .failure("the host has no tool to look at port: install bash, nc or curl"))
            }
            let (holds, match) = try judge(observation)
            if holds { return .done(result(elapsed: elapsed, groups: match, found: target.kind(observation))) }
            guard elapsed < timeout else {
                let text = message ?? "Timeout when waiting for \(target.description(host, state, pattern?.source))"
                return .done(.failure(text, fields: ["elapsed": .int(elapsed)]))
            }
            return .wait(.seconds(min(sleep, max(1, timeout - elapsed)))) { look(began: began) }
        }
    }

    private func judge(_ observation: Observation) throws(Diagnostic) -> (Bool, RegexMatch?) {
        let there = observation.status == 0
        switch target {
        case .drained(let drain): return (drain.isDrained(observation.text), nil)
        case .time: return (true, nil)
        case .port, .path: break
        }
        guard state == "started" || state == "present" else {
            guard let pattern, there, case .path = target else { return (!there, nil) }
            return (try pattern.search(observation.text) == nil, nil)
        }
        guard there, let pattern else { return (there, nil) }
        let match = try pattern.search(observation.text)
        return (match != nil, match)
    }
}
