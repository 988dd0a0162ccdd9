//! `pam_limits`: lines of limits.conf.

import Diagnostics
import Values

package struct PamLimitsModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.pam_limits"], "Sets limits of users' processes",
        arguments: [
            ArgumentSpec("domain", .string, "User, @group, range of ids or *", required: true),
            ArgumentSpec(
                "limit_type", .string, "Kind of the limit", required: true, choices: ["hard", "soft", "-"]),
            ArgumentSpec(
                "limit_item", .string, "What is limited", required: true,
                choices: [
                    "core", "data", "fsize", "memlock", "nofile", "rss", "stack", "cpu", "nproc", "as", "maxlogins",
                    "maxsyslogins", "priority", "locks", "sigpending", "msgqueue", "nice", "rtprio", "chroot",
                ]),
            ArgumentSpec("value", .string, "The limit: a number, unlimited, infinity or -1", required: true),
            ArgumentSpec("use_max", .bool, "Keeps a value in the file that is larger", default: false),
            ArgumentSpec("use_min", .bool, "Keeps a value in the file that is smaller", default: false),
            ArgumentSpec("dest", .string, "The file", default: "/etc/security/limits.conf"),
            ArgumentSpec("comment", .string, "Comment behind the limit", default: ""),
            ArgumentSpec("backup", .bool, "Keeps the old file beside the new one", default: false),
        ],
        mutuallyExclusive: [["use_max", "use_min"]], readsAhead: true)

    private let edit: TextEdit
    private let key: [String]
    private let value: String
    private let usesMaximum: Bool
    private let usesMinimum: Bool
    private let comment: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        var edit = try TextEdit(arguments, context: context)
        edit.path = arguments.string("dest") ?? ""
        // Files of limits.d are made; the main one belongs to a package.
        edit.create = edit.path != "/etc/security/limits.conf"
        edit.attributes = FileAttributes(mode: .octal(0o644))
        edit.setsAttributesOnCreation = true
        self.edit = edit
        key = ["domain", "limit_type", "limit_item"].map { arguments.string($0) ?? "" }
        value = arguments.string("value") ?? ""
        usesMaximum = arguments.bool("use_max") ?? false
        usesMinimum = arguments.bool("use_min") ?? false
        comment = arguments.string("comment") ?? ""
        guard Self.isUnlimited(value) || Int(value) != nil else {
            throw arguments.invalid(
                "value", "Argument 'value' can be one of 'unlimited', 'infinity', '-1' or a number, not '\(value)'")
        }
        for name in ["domain", "comment"] {
            let text = arguments.string(name) ?? ""
            if text.contains("\n") || (name == "domain" && text.utf8.contains(where: \.isBlank)) {
                throw arguments.invalid(name, "\(name) cannot be '\(text)'")
            }
        }
    }

    private static func isUnlimited(_ text: String) -> Bool { ["unlimited", "infinity", "-1"].contains(text) }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target in
            guard content != nil || edit.create else {
                return .lacking(
                    .path(target.path), failure: .failure("\(target.path) is not there: is PAM installed?"), then: nil)
            }
            let lines = edited(TextLines.split(content ?? []).map(TextLines.text))
            return .edited(.init(content: Array(lines.map { $0 + "\n" }.joined().utf8), message: line(value)))
        }
    }

    private func line(_ value: String) -> String {
        key.joined(separator: "\t") + "\t\(value)" + (comment.isEmpty ? "" : "\t#\(comment)")
    }

    private func edited(_ lines: [String]) -> [String] {
        var result: [String] = []
        var isThere = false
        for old in lines {
            let words = old.halves(at: "#")?.0.blankSeparatedWords ?? old.blankSeparatedWords
            guard words.count == 4, Array(words.prefix(3)) == key else {
                result.append(old)
                continue
            }
            // A limit that is written twice stays once.
            guard !isThere else { continue }
            isThere = true
            result.append(wanted(over: words[3]) == words[3] ? old : line(wanted(over: words[3])))
        }
        if isThere { return result }
        let end = result.lastIndex { $0.trimmed == "# End of file" } ?? result.count
        result.insert(line(value), at: end)
        return result
    }

    private func wanted(over old: String) -> String {
        func number(_ text: String) -> Int { Self.isUnlimited(text) ? .max : Int(text) ?? 0 }
        if usesMaximum { return number(old) >= number(value) ? old : value }
        if usesMinimum { return number(old) <= number(value) ? old : value }
        return value
    }
}
