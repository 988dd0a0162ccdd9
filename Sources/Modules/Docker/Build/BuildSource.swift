//! What an image is built from, and how; a checksum of both.

import Diagnostics
import Values

/// A folder of the control node with the options of its build.
package struct BuildSource: Sendable {
    package let folder: String
    package let dockerfile: String
    package let arguments: OrderedMap
    package let target: String?
    package let platform: String?
    package let network: String?
    /// Digests of images that the Dockerfile builds on, by name with tag; those are built on, whatever the tags mean.
    package var bases: [String: String] = [:]

    package init(
        folder: String, dockerfile: String = "Dockerfile", arguments: OrderedMap = [:], target: String? = nil,
        platform: String? = nil, network: String? = nil
    ) {
        self.folder = folder
        self.dockerfile = dockerfile.hasPrefix("./") ? String(dockerfile.dropFirst(2)) : dockerfile
        self.arguments = arguments
        self.target = target
        self.platform = platform
        self.network = network
    }

    package func context() throws(Diagnostic) -> BuildContext {
        try BuildContext(folder: folder, dockerfile: dockerfile)
    }

    /// The same for the same content, wherever the folder is.
    package func checksum() throws(Diagnostic) -> String {
        let options = [("target", target), ("platform", platform), ("network", network)].map { name, value in
            "\(name) \(value ?? "")"
        }
        let held = bases.map { "base \($0.key) \($0.value)" }.sorted()
        return try context().checksum(
            options: options + environment.map { "\($0.name)=\($0.value)" }.sorted() + held)
    }

    /// The images that the Dockerfile builds on by a tag, whether their digest is known or not.
    package func baseImages() throws(Diagnostic) -> [String] { try baseImages(in: context()).names }

    private func baseImages(in context: BuildContext) throws(Diagnostic) -> BaseImages {
        let values = Dictionary(environment.map { ($0.name, $0.value) }) { $1 }
        return BaseImages(try context.dockerfileText, arguments: values, digests: bases)
    }

    /// What the engine gets.
    func archive() throws(Diagnostic) -> [StreamPart] {
        let context = try context()
        guard !bases.isEmpty else { return context.archive() }
        return context.archive(dockerfile: Array(try baseImages(in: context).text.utf8))
    }

    /// Values of build arguments: exported, since `--build-arg` takes them from there.
    var environment: [(name: String, value: String)] {
        arguments.map { ($0.key.scalarText ?? "", $0.value.scalarText ?? "") }
    }

    /// Options of `docker build`, as words of a shell.
    var words: String {
        var words = ["--file", dockerfile]
        for (flag, value) in [("--target", target), ("--platform", platform), ("--network", network)] {
            if let value { words += [flag, value] }
        }
        for argument in environment { words += ["--build-arg", argument.name] }
        return shellWords(words)
    }
}
