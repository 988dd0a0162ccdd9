//! `drover.core.image_send`: two hosts take part, the one that has the image and the one that gets it.

import Connections
import Diagnostics
import Modules
import Values

extension HostAction {
    func sendImage(
        _ arguments: ModuleArguments, by executor: HostExecutor
    ) async throws(Diagnostic) -> ActionOutcome {
        let name = try DroverImageSendModule.image(arguments)
        let files = try await sender(arguments.string("from") ?? "localhost")
        let found: Observation
        do throws(ConnectionFailure) {
            found = try await files.observe(ImageDepot.question(name))
        } catch {
            return Self.failure("\(files.host): \(error.message)")
        }
        let reply = DockerReply(found)
        if let complaint = reply.complaint {
            let reason = DockerFailure.explain(.init(complaint, image: name))
            return Self.failure("cannot ask the engine of \(files.host), which is to send '\(name)': \(reason)")
        }
        let image = reply.object("image").map(ImageLayers.init)
        let build = arguments.string("build")
        guard let image, build == nil || image.label(DroverImageBuildModule.label) == build else {
            guard executor.checkMode, build != nil else {
                return Self.failure(
                    "image '\(name)' is not on \(files.host)\(build == nil ? "; build or pull it there first" : "")")
            }
            return Self.toBeBuilt(name, files.host, showsDifferences: executor.showsDifferences)
        }
        let counter = ByteCounter()
        let depots = run.depots
        let source = DroverImageSendModule.Source(
            host: files.host, image: image,
            sizes: reply.texts("size").compactMap { Int($0) }.filter { $0 > 0 }.reversed(),
            stream: {
                ImageStream($0, image: image.id, named: name, files: files, depots: depots, counter: counter)
            })
        var outcome = try await driven(DroverImageSendModule(arguments, source: source), by: executor)
        outcome.result["bytes"] = .int(await counter.count)
        return outcome
    }

    /// The way to the engine that has the image. On the control node nobody else is needed.
    private func sender(_ name: String) async throws(Diagnostic) -> HostFiles {
        let reader = try reader(for: name)
        let options = try reader.options()
        let identity: Identity = options.kind == .local ? .login : try reader.identity()
        return HostFiles(
            host: name, connection: try await run.connections.connection(options), identity: identity)
    }

    private static func failure(_ message: String) -> ActionOutcome {
        ActionOutcome(status: .failed, result: ["changed": false, "failed": true, "msg": .string(message)])
    }

    /// Check mode, before the image was built.
    private static func toBeBuilt(_ name: String, _ host: String, showsDifferences: Bool) -> ActionOutcome {
        let difference = Difference(
            beforeHeader: name, afterHeader: name, before: "", after: "layers: to be built on \(host), then sent\n")
        return ActionOutcome(
            status: .changed, result: ["changed": true, "from": .string(host)],
            differences: showsDifferences ? [difference] : [])
    }
}
