//! The `docker create` of a container: words for the command line, and the environment beside it.

import Connections
import Diagnostics
import Values

/// How a container is created.
struct ContainerCreation: Sendable {
    let image: String
    let request: ContainerRequest
    let environment: ContainerEnvironment
    /// Options of `docker create` beyond those of the request.
    var furtherFlags: [String] = []

    /// The shell command that creates the container under a name given as shell word.
    func command(name: String) -> String {
        var words = ["create"]
        let first = request.networks?.first { $0.name == request.value(of: "network_mode")?.string }
        for (option, value) in request.options where first == nil || option.name != "network_mode" {
            words += option.flags(value)
        }
        words += first?.createFlags ?? []
        if let platform = request.platform { words += ["--platform", platform] }
        words += furtherFlags + environment.exported.flatMap { ["--env", $0.name] }
        let file = environment.file.isEmpty ? "" : " --env-file /dev/stdin"
        let arguments =
            (request.value(of: "entrypoint")?.list ?? []).dropFirst() + (request.value(of: "command")?.list ?? [])
        let tail = shellWords([image] + arguments.compactMap(\.string))
        // Through cat, because /dev/stdin cannot be opened where it is a socket.
        let front = environment.file.isEmpty ? "" : "cat | "
        return "\(front)dk \(shellWords(words))\(file) --name \(name) \(tail) >/dev/null"
    }

    /// Networks beyond the one that the container is created in.
    var furtherNetworks: [ContainerNetwork] {
        let first = request.value(of: "network_mode")?.string
        return (request.networks ?? []).filter { $0.name != first && !($0.name == "bridge" && first == "default") }
    }
}
