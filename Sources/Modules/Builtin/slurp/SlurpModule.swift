//! `slurp`: the content of a file of the host, in base64.

import Diagnostics
import Digests
import Values

package struct SlurpModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.slurp"], "Reads a file of the host",
        arguments: [ArgumentSpec("src", .path, "The file", required: true, aliases: ["path"])])

    private let probe: FileProbe

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        probe = FileProbe(RemotePath(arguments.string("src") ?? ""), follow: true, contentLimit: .max)
    }

    package func start() throws(Diagnostic) -> Step {
        probe.step { found in
            guard found.exists else { return .done(.failure("File not found: \(found.path)")) }
            guard found.kind != .directory else {
                return .done(.failure("Source is a directory and must be a file: \(found.path)"))
            }
            guard let content = found.content else { return .done(.failure("File is not readable: \(found.path)")) }
            return .done(
                ModuleResult(fields: [
                    "content": .string(Base64.encode(content)), "encoding": "base64", "source": .string(found.path),
                ]))
        }
    }
}
