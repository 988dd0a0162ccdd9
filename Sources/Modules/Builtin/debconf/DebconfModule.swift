//! `debconf`: answers to questions that Debian's packages ask while they are installed.

import Connections
import Diagnostics
import Values

package struct DebconfModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.debconf"], "Answers questions of Debian packages",
        arguments: [
            ArgumentSpec("name", .string, "The package", required: true, aliases: ["pkg"]),
            ArgumentSpec("question", .string, "The question", aliases: ["selection", "setting"]),
            ArgumentSpec(
                "vtype", .string, "Kind of the answer",
                choices: [
                    "boolean", "error", "multiselect", "note", "password", "seen", "select", "string", "text", "title",
                ]),
            ArgumentSpec("value", .raw, "The answer", aliases: ["answer"]),
            ArgumentSpec("unseen", .bool, "The question will still be asked", default: false),
        ],
        requiredTogether: [["question", "vtype", "value"]])

    private let package: String
    private let question: String?
    private let type: String
    private let value: String
    private let isUnseen: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        package = arguments.string("name") ?? ""
        question = arguments.string("question")
        type = arguments.string("vtype") ?? ""
        isUnseen = arguments.bool("unseen") ?? false
        value = try Self.text(arguments["value"] ?? .none, type: type)
        for (name, text) in [("name", package), ("question", question ?? "x")] {
            guard text.utf8.allSatisfy({ $0.isNameByte || "-./+".utf8.contains($0) }), !text.hasPrefix("-") else {
                throw arguments.invalid(name, "'\(text)' is no \(name) of debconf")
            }
        }
        if value.contains("\n") { throw arguments.invalid("value", "an answer is one line") }
    }

    private static func text(_ value: Value, type: String) throws(Diagnostic) -> String {
        switch value {
        case .bool(let isTrue): return isTrue ? "true" : "false"
        case .list(let items):
            return try items.map { item throws(Diagnostic) in try item.text() }.joined(separator: ", ")
        case .none: return ""
        default:
            let text = try value.text()
            return type == "boolean" ? text.lowercased() : text
        }
    }

    /// The answer comes back by itself, so that passwords can be compared, too.
    package func start() throws(Diagnostic) -> Step {
        let ask = question.map { "printf 'GET %s\\n' \($0) | debconf-communicate \(package) 2>/dev/null" } ?? ":"
        let probe = """
            export LC_ALL=C DEBCONF_NONINTERACTIVE_SEEN=true DEBIAN_FRONTEND=noninteractive
            command -v debconf-set-selections >/dev/null || exit 127
            \(ask) || :; echo; debconf-show \(package) 2>&1
            """
        return .observe(Probe(probe)) { observation in
            guard observation.status == 0 else {
                return .done(
                    .failure(
                        observation.status == 127
                            ? "this host has no debconf: it is not Debian or one of its kin"
                            : "debconf cannot be asked (is root needed?): \(observation.text.trimmed)"))
            }
            return decide(observation.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    private func decide(_ lines: [String]) -> Step {
        let previous = known(lines)
        guard let question else {
            return .done(ModuleResult(fields: ["msg": "", "current": .dict(previous)]))
        }
        // `0 answer`, or another number and why there is none.
        let answer = lines.first.flatMap { $0.hasPrefix("0 ") ? String($0.dropFirst(2)) : $0 == "0" ? "" : nil }
        var current = previous
        current[.string(question)] = type == "password" ? "(password omitted)" : .string(value)
        let fields: OrderedMap = ["msg": "", "current": .dict(current), "previous": .dict(previous)]
        guard answer.map({ comparable($0) }) != comparable(value) else {
            return .done(ModuleResult(fields: fields))
        }
        var plan = CommandList(commands: [], fields: fields, complaint: "debconf did not take the answer")
        plan.commands = ["debconf-set-selections \(isUnseen ? "-u " : "")"]
        plan.input = Array("\(package) \(question) \(type) \(value)\n".utf8)
        if type != "password" {
            plan.differences = [
                Difference(
                    beforeHeader: question, afterHeader: question, before: answer.map { "\($0)\n" } ?? "",
                    after: "\(value)\n")
            ]
        }
        return plan.step()
    }

    /// The choices of a multiselect have no order.
    private func comparable(_ text: String) -> [String] {
        guard type == "multiselect" else { return [text] }
        return text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }.sorted()
    }

    /// `* package/question: answer`, the star for those that were asked.
    private func known(_ lines: [String]) -> OrderedMap {
        var all: OrderedMap = [:]
        for line in lines.dropFirst() where line.hasPrefix("* ") || line.hasPrefix("  ") {
            guard let (key, value) = String(line.dropFirst(2)).halves(at: ":") else { continue }
            all[.string(key.trimmed)] = .string(value.trimmed)
        }
        return all
    }
}
