//! `drover.core.service_lines`: whether connections to other services can be opened from here.

import Diagnostics
import Values

package struct DroverServiceLinesModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.service_lines"], "Opens connections to other services and says which cannot be opened",
        arguments: [
            ArgumentSpec(
                "lines", .list(of: .dict), "Each {address, port}, and perhaps {service, protocol}", required: true),
            ArgumentSpec("seconds", .int, "How long an answer may take", default: 3),
        ] + DockerEndpoint.arguments)

    private let lines: [LineTest]
    private let seconds: Int
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        lines = try LineTest.all(arguments)
        seconds = arguments.int("seconds") ?? 3
        guard (1...60).contains(seconds) else { throw arguments.invalid("seconds", "1 to 60 seconds") }
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(LineTest.probe(lines, seconds: seconds, endpoint)) { [lines] observation in
            let reply = DockerReply(observation)
            let told = lines.enumerated().map { index, line in
                Self.value(line, LineOutcome(line, reply.text("line:\(index)")))
            }
            return .done(ModuleResult(fields: ["lines": .list(told)]))
        }
    }

    private static func value(_ line: LineTest, _ outcome: LineOutcome) -> Value {
        let (open, reason): (Value, Value) =
            switch outcome.verdict {
            case .open: (true, .none)
            case .cut(let reason): (false, .string(reason))
            case .untested(let reason): (.none, .string(reason))
            }
        return [
            "service": line.service.map { .string($0) } ?? .none, "address": .string(line.address),
            "port": .int(line.port), "protocol": .string(line.transport), "open": open, "reason": reason,
            "from": outcome.from.map { .string($0) } ?? .none, "with": outcome.tool.map { .string($0) } ?? .none,
        ]
    }
}
