//! `docker build`: options as words; build arguments beside the command line.

import Connections
import Diagnostics
import Values

/// The `build` options of an image.
struct ImageBuild: Sendable {
    private static let keys = [
        "path", "dockerfile", "args", "target", "pull", "nocache", "rm", "network", "labels", "platform", "cache_from",
        "etc_hosts", "shm_size",
    ]

    private let path: String
    private let words: [String]
    private let buildArguments: OrderedMap

    init(_ options: OrderedMap, _ arguments: ModuleArguments) throws(Diagnostic) {
        for case let key? in options.keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "build", "'\(key)' is no option of 'build'", help: Suggestion.help(for: key, among: Self.keys))
        }
        guard let path = options["path"]?.string else {
            throw arguments.invalid("build", "'build' needs 'path', the folder of the Dockerfile on the host")
        }
        self.path = path
        buildArguments = options["args"]?.dict ?? [:]
        var words: [String] = []
        if let file = options["dockerfile"]?.string {
            words += ["--file", file.hasPrefix("/") ? file : "\(path)/\(file)"]
        }
        for (key, flag) in [
            ("target", "--target"), ("network", "--network"), ("platform", "--platform"), ("shm_size", "--shm-size"),
        ] {
            if let value = options[key]?.scalarText { words += [flag, value] }
        }
        if options["pull"]?.bool == true { words.append("--pull") }
        if options["nocache"]?.bool == true { words.append("--no-cache") }
        for image in options["cache_from"]?.list ?? [] { words += ["--cache-from", image.scalarText ?? ""] }
        for (key, value) in options["labels"]?.dict ?? [:] {
            words += ["--label", "\(key.scalarText ?? "")=\(value.scalarText ?? "")"]
        }
        for (key, value) in options["etc_hosts"]?.dict ?? [:] {
            words += ["--add-host", "\(key.scalarText ?? "")=\(value.scalarText ?? "")"]
        }
        words += buildArguments.keys.compactMap(\.string).flatMap { ["--build-arg", $0] }
        self.words = words
    }

    /// Values of build arguments: exported, never on the command line.
    var secrets: [(name: String, value: String)] {
        buildArguments.map { ($0.key.scalarText ?? "", $0.value.scalarText ?? "") }
    }

    func command(_ image: String) -> String {
        "dk build --quiet --tag \(image.shellQuoted) \(shellWords(words)) \(RemotePath(path).shellWord) >/dev/null </dev/null"
    }
}
