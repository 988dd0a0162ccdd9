//! `acl`: access control lists of files and folders.

import Connections
import Diagnostics
import Values

package struct AclModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.acl"], "Sets, removes and tells entries of access control lists",
        arguments: [
            ArgumentSpec("path", .path, "The file or folder", required: true, aliases: ["name"]),
            ArgumentSpec(
                "state", .string, "Whether the entry is there; query only tells", default: "query",
                choices: ["absent", "present", "query"]),
            ArgumentSpec(
                "etype", .string, "Kind of the entry", choices: ["group", "mask", "other", "user"]),
            ArgumentSpec("entity", .string, "The user or group", default: ""),
            ArgumentSpec("permissions", .string, "What it may do: of r, w, x and X"),
            ArgumentSpec("entry", .string, "All of these as one text: [default:]user:NAME:rwx"),
            ArgumentSpec("default", .bool, "For what will be made in the folder", default: false),
            ArgumentSpec("follow", .bool, "Goes where a link leads", default: true),
            ArgumentSpec(
                "recalculate_mask", .string, "When the mask is calculated anew", default: "default",
                choices: ["default", "mask", "no_mask"]),
            ArgumentSpec("recursive", .bool, "For all below the folder", default: false, aliases: ["recurse"]),
        ])

    private let path: String
    private let state: String
    /// `u:joe:rw`.
    private let entry: String
    private let options: String
    private let isDefault: Bool
    private let isRecursive: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        path = arguments.string("path") ?? ""
        state = arguments.string("state") ?? "query"
        let wish = try ACLEntry(arguments)
        entry = state == "absent" ? wish.name : wish.text
        isDefault = wish.isDefault
        isRecursive = arguments.bool("recursive") ?? false
        var options = isRecursive ? " --recursive" : ""
        switch arguments.string("recalculate_mask") {
        case "mask": options += " --mask"
        case "no_mask": options += " --no-mask"
        default: break
        }
        if isDefault { options += " --default" }
        if !(arguments.bool("follow") ?? true) { options += " --physical" }
        self.options = options
        if state == "query" {
            if isRecursive { throw arguments.invalid("recursive", "'recursive' MUST NOT be set when 'state=query'.") }
            if arguments.string("recalculate_mask") != "default" {
                throw arguments.invalid("recalculate_mask", "'recalculate_mask' MUST NOT be set when 'state=query'.")
            }
        }
    }

    private var file: String { RemotePath(path).shellWord }
    private var listing: String {
        "getfacl --omit-header --absolute-names\(isDefault ? " --default" : "")\(isRecursive ? " -R" : "") -- \(file)"
    }

    /// What `setfacl` would make of it ends with `*,*` where nothing would differ.
    package func start() throws(Diagnostic) -> Step {
        let rehearsal = state == "query" ? ":" : "setfacl --test\(command)"
        let probe = """
            export LC_ALL=C
            [ -e \(file) ] || exit 3
            command -v setfacl >/dev/null && command -v getfacl >/dev/null || exit 4
            \(listing) || exit 5
            printf '\\037'
            \(rehearsal) || exit 5
            """
        return .observe(Probe(probe)) { answer throws(Diagnostic) in
            switch answer.status {
            case 0: return act(on: answer.text)
            case 3:
                let failure = ModuleResult.failure("Path not found or not accessible.")
                return .lacking([.path(path)], failure: failure, then: change)
            case 4:
                let failure = ModuleResult.failure("this host has no setfacl: install the package 'acl'")
                return .lacking([.anything], failure: failure, then: change)
            default: return .done(.failure(answer.errorText.trimmed))
            }
        }
    }

    /// The unit separator.
    private static let seam: Character = "\u{1F}"

    private var command: String {
        "\(options) \(state == "absent" ? "--remove" : "--modify")=\(entry.shellQuoted) -- \(file)"
    }

    private func act(on shown: String) -> Step {
        let (before, would) = shown.halves(at: Self.seam) ?? (shown, "")
        guard would.split(separator: "\n").contains(where: { !$0.hasSuffix("*,*") }) else {
            return .done(ModuleResult(fields: fields(before)))
        }
        return change
    }

    private var change: Step {
        let script = Script("export LC_ALL=C\nsetfacl\(command) && \(listing)")
        return .apply(Change(fields: ["msg": .string(message)]), script) { answer in
            guard answer.status == 0 else { return .done(.failure(answer.errorText.trimmed)) }
            return .done(ModuleResult(changed: true, fields: fields(answer.text)))
        }
    }

    private var message: String {
        switch state {
        case "present": "\(entry) is present"
        case "absent": "\(entry) is absent"
        default: "current acl"
        }
    }

    private func fields(_ listing: String) -> OrderedMap {
        // An empty line stands between the lists of several files.
        let lines = listing.trimmed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return ["msg": .string(message), "acl": .strings(lines == [""] ? [] : lines)]
    }
}
