//! The `docker create` of a container: words for the command line, and the environment beside it.

import Connections
import Diagnostics
import Values

/// How a container is created.
struct ContainerCreation: Sendable {
    let image: String
    let request: ContainerRequest
    let environment: OrderedMap

    /// One `NAME=value` a line for `--env-file`, which takes everything but line breaks.
    var environmentFile: [UInt8] {
        let lines = environment.compactMap { name, value -> String? in
            guard let name = name.string, let text = value.string, Self.fitsLine(text) else { return nil }
            return "\(name)=\(text)\n"
        }
        return Array(lines.joined().utf8)
    }

    /// Values with line breaks go through the script's own environment.
    var exported: [(name: String, value: String)] {
        environment.compactMap { name, value in
            guard let name = name.string, let text = value.string, !Self.fitsLine(text) else { return nil }
            return (name, text)
        }
    }

    private static func fitsLine(_ text: String) -> Bool {
        !text.utf8.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } && text.utf8.count < 60_000
    }

    /// Names that a shell cannot export, with a value that no line can hold.
    var impossibleNames: [String] {
        exported.map(\.name).filter { name in
            !name.utf8.allSatisfy(\.isNameByte) || name.utf8.first?.isDigit == true
        }
    }

    /// The shell command that creates the container under a name given as shell word.
    func command(name: String) -> String {
        var words = ["create"]
        let first = request.networks?.first { $0.name == request.value(of: "network_mode")?.string }
        for (option, value) in request.options where first == nil || option.name != "network_mode" {
            words += option.flags(value)
        }
        words += first?.createFlags ?? []
        if let platform = request.platform { words += ["--platform", platform] }
        words += exported.flatMap { ["--env", $0.name] }
        let file = environmentFile.isEmpty ? "" : " --env-file /dev/stdin"
        let arguments =
            (request.value(of: "entrypoint")?.list ?? []).dropFirst() + (request.value(of: "command")?.list ?? [])
        let tail = shellWords([image] + arguments.compactMap(\.string))
        // Through cat, because /dev/stdin cannot be opened where it is a socket.
        let front = environmentFile.isEmpty ? "" : "cat | "
        return "\(front)dk \(shellWords(words))\(file) --name \(name) \(tail) >/dev/null"
    }

    /// Networks beyond the one that the container is created in.
    var furtherNetworks: [ContainerNetwork] {
        let first = request.value(of: "network_mode")?.string
        return (request.networks ?? []).filter { $0.name != first && !($0.name == "bridge" && first == "default") }
    }
}
