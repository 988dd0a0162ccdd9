//! Pulling one image, for the modules that do only that.

import Connections
import Diagnostics
import Values

struct ImagePull: Sendable {
    let image: String
    let platform: String?
    let endpoint: DockerEndpoint

    private var inspect: String { "dk image inspect --format 'image {{json .}}' \(image.shellQuoted) </dev/null" }

    var probe: Probe { endpoint.probe("\(inspect); :") }

    func start(always: Bool) -> Step {
        .observe(probe) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failure("cannot ask the Docker engine", complaint) }
            let present = reply.object("image")
            if let present, !always, ContainerPlan.isForPlatform(platform, present) {
                return .done(ModuleResult(fields: ["actions": [], "image": .dict(present)]))
            }
            return pull(present)
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(DockerFailure.Facts(text, image: image), doing: act))
    }

    private func pull(_ before: OrderedMap?) -> Step {
        let option = platform.map { "--platform \($0.shellQuoted) " } ?? ""
        let script = endpoint.script(
            "dk pull --quiet \(option)\(image.shellQuoted) >/dev/null </dev/null && \(inspect)")
        // Whether an image that is there would change, only the registry knows.
        let fields: OrderedMap = ["actions": [.string("Pulled image \(image)")]]
        return .apply(Change(before == nil ? .changes : .unknown, fields: fields), script) { output in
            guard output.status == 0, let image = DockerReply(output).object("image") else {
                return failure("cannot pull image '\(self.image)'", output.errorText)
            }
            var fields = fields
            fields["image"] = .dict(image)
            return .done(ModuleResult(changed: before?["Id"] != image["Id"], fields: fields))
        }
    }
}
