//! Why an image could not be built: the failing step and the last lines.

/// What the docker command said about a build that failed.
package struct BuildFailure: Sendable {
    package let output: String
    package let errors: String

    package init(output: String, errors: String) {
        self.output = output
        self.errors = errors
    }

    /// How much is shown.
    private static let shown = 15

    /// `step 3/5 'RUN make'`, from either of Docker's builders; nil where no step had begun.
    package var step: String? {
        if let line = (lines(output).last { $0.hasPrefix("Step ") }) {
            let parts = line.dropFirst("Step ".count).split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return "step \(parts[0].filter { $0 != " " }) '\(parts[1].drop { $0 == " " })'"
        }
        // BuildKit repeats the failing step as ` > [2/3] RUN make:` below a rule.
        guard let line = (lines(errors).last { $0.hasPrefix(" > [") }),
            let end = line.firstIndex(of: "]")
        else { return nil }
        let number = line[line.index(line.startIndex, offsetBy: 4)..<end].split(separator: " ").last ?? ""
        var command = line[line.index(after: end)...].drop { $0 == " " }
        if command.last == ":" { command.removeLast() }
        return "step \(number) '\(command)'"
    }

    /// What the step wrote, and the builder's last word.
    package var lastLines: [String] {
        let written = lines(output).reversed().prefix { !$0.hasPrefix("Step ") }.reversed()
            .filter { !$0.hasPrefix(" ---> ") && !$0.hasPrefix("Removing intermediate container") }
        let said = lines(errors).filter { line in
            !line.hasPrefix("DEPRECATED: ") && !line.contains("Install the buildx component")
                && !line.contains("https://docs.docker.com/go/buildx")
        }
        return Array((written + said).suffix(Self.shown))
    }

    private func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
    }
}
