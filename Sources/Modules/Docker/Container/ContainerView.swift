//! One look at a host: the container, its image, the wanted image.

import Connections
import Values

/// What a probe found out about a container and its images.
struct ContainerView: Sendable {
    let state: ContainerState?
    /// The wanted image, if the host has it.
    let image: OrderedMap?
    /// From the environment file on the host; nil if it cannot be read.
    let fileEnvironment: OrderedMap?
    /// Why the engine could not be asked.
    let complaint: String?

    static func probe(_ request: ContainerRequest, _ endpoint: DockerEndpoint) -> Probe {
        let name = request.name.shellQuoted
        var script =
            DockerReply.askFunction + """
                ask container dk container inspect --format '{{json .}}' \(name)
                if id=$(dk container inspect --format '{{.Image}}' \(name) 2>/dev/null </dev/null); then
                  ask current dk image inspect --format '{{json .}}' "$id"
                fi

                """
        if let image = request.image {
            script += "ask image dk image inspect --format '{{json .}}' \(image.shellQuoted)\n"
        }
        for other in request.references {
            script += "ask \("id:\(other)".shellQuoted) dk container inspect --format '{{.Id}}' \(other.shellQuoted)\n"
        }
        if let file = request.environmentFile {
            script += """
                f=\(RemotePath(file).shellWord)
                if [ -r "$f" ]; then echo 'readable yes'; sed 's/^/line /' <"$f"; fi

                """
        }
        return endpoint.probe(script + ":")
    }

    init(_ observation: Observation, _ request: ContainerRequest) {
        let reply = DockerReply(observation)
        image = reply.object("image")
        complaint = reply.complaint
        fileEnvironment =
            request.environmentFile == nil || reply.text("readable") == nil
            ? nil : Self.environment(reply.texts("line"))
        guard let container = reply.object("container"), Self.isNamed(container, request.name) else {
            state = nil
            return
        }
        var identifiers: [String: String] = [:]
        for other in request.references { identifiers[other] = reply.text("id:\(other)") }
        let current = request.comparesCurrentImage ? reply.object("current") : image ?? reply.object("current")
        state = ContainerState(
            container: container, image: current, identifiers: identifiers, entrypointWords: request.entrypointWords)
    }

    /// The engine also answers to the beginning of an id: a name such as `db` must not match one.
    private static func isNamed(_ container: OrderedMap, _ name: String) -> Bool {
        if container["Name"]?.string == "/\(name)" { return true }
        return name.count >= 12 && container["Id"]?.string?.hasPrefix(name) == true
    }

    private static func environment(_ lines: [String]) -> OrderedMap {
        var result: OrderedMap = [:]
        for line in lines {
            let text = line.drop { $0.isWhitespace }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !text.hasPrefix("#") else { continue }
            result[String(parts[0])] = .string(String(parts[1]))
        }
        return result
    }
}
