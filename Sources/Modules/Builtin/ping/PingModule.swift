//! `ping`: can the host be reached and used?

import Diagnostics
import Values

package struct PingModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.ping"], "Connects, runs a shell and answers pong",
        arguments: [ArgumentSpec("data", .string, "What to answer; 'crash' fails", default: "pong")])

    private let data: Value

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        data = arguments["data"] ?? "pong"
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe(":")) { [data] _ in
            data == "crash" ? .done(.failure("boom")) : .done(ModuleResult(fields: ["ping": data]))
        }
    }
}
