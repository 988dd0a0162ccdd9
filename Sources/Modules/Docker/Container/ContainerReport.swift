//! What a script that changed a container reported.

import Values

/// The labelled lines of a container's script.
struct ContainerReport: Sendable {
    private let text: String
    private let errors: String
    let container: OrderedMap?
    private let lines: [(label: Substring, text: Substring)]

    init(_ observation: Observation) {
        text = observation.text
        errors = observation.errorText
        container = DockerReply(observation).object("container")
        lines = text.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    private func texts(_ label: String) -> [Substring] { lines.filter { $0.label == label }.map(\.text) }

    var logs: String { texts("log").joined(separator: "\n") }

    /// Whether the container that was there before is there again.
    var restoration: String {
        if !texts("untouched").isEmpty { return "the container from before is as it was" }
        return texts("restored").isEmpty
            ? "the container that was there before could not be restored" : "the container from before runs again"
    }

    func failure(of name: String, doing act: String, image: String?) -> ModuleResult {
        let stage = texts("stage").last.map(String.init) ?? ""
        let facts = DockerFailure.Facts(
            errors, image: image, container: name, listeners: texts("listener").joined(separator: "\n"))
        let action =
            switch stage {
            case "create": "create"
            case "networks": "connect the networks of"
            case "start": "start"
            case "run": "keep running"
            case "stop", "pause", "update", "rename", "remove": stage
            default: act
            }
        let reason =
            stage == "run"
            ? "it ended at once; its last output: \(texts("log").last ?? "(none)")" : DockerFailure.explain(facts)
        let again = stage == "create" || act != "replace" ? "" : "; \(restoration)"
        return .failure(
            "cannot \(action) container '\(name)': \(reason)\(again)",
            fields: ["stderr": .string(errors), "logs": .string(logs)])
    }

    /// After `detach: false`: status and output of the program.
    func attachedResult(outputLogs: Bool) -> ModuleResult {
        var output = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { $0.hasPrefix("out ") }.map { $0.dropFirst(4) }
        let status = output.popLast().flatMap { Int($0.dropFirst(5)) } ?? 1
        let text = output.joined(separator: "\n")
        var container = container ?? [:]
        container["Output"] = .string(text)
        var fields: OrderedMap = ["container": .dict(container), "status": .int(status)]
        if outputLogs { fields["output"] = .string(text) }
        guard status != 0 else { return ModuleResult(changed: true, fields: fields) }
        fields["changed"] = true
        return .failure(text.isEmpty ? "the program ended with status \(status)" : text, fields: fields)
    }
}
