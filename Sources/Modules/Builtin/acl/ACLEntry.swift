//! One entry of an access control list, as its author wrote it.

import Diagnostics
import Values

/// Who is meant and what is granted.
struct ACLEntry: Sendable {
    let isDefault: Bool
    /// Without what is granted, as it is removed: `user:joe`.
    let name: String
    private let permissions: String?

    /// `user:joe:rw`.
    var text: String { permissions.map { "\(name):\($0)" } ?? name }

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        let state = arguments.string("state") ?? "query"
        var kind = arguments.string("etype")
        var entity = arguments.string("entity") ?? ""
        var permissions = arguments.string("permissions")
        var isDefault = arguments.bool("default") ?? false
        if let entry = arguments.string("entry") {
            if kind != nil || !entity.isEmpty || permissions != nil {
                throw arguments.invalid(
                    "entry", "'entry' MUST NOT be set when 'entity', 'etype' or 'permissions' are set.")
            }
            var words = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            if words.count > 2, ["d", "default"].contains(words[0].lowercased()) {
                isDefault = true
                words.removeFirst()
            }
            if state != "present", words.count == 2 { words.append("") }
            guard words.count == 3, let found = Self.kind(words[0]) else {
                throw arguments.invalid(
                    "entry", "'entry' MUST have 3 or 4 sections divided by ':' when 'state=\(state)'.",
                    help: "write user:NAME:rwx")
            }
            kind = found
            entity = words[1]
            permissions = words[2]
        }
        if state != "query", kind == nil {
            throw arguments.invalid(
                "etype", "'etype' MUST be set when 'state=\(state)'.", help: "name etype, entity and permissions")
        }
        if state == "present", permissions == nil {
            throw arguments.invalid("permissions", "'permissions' MUST be set when 'state=present'")
        }
        guard !entity.contains(where: { $0 == ":" || $0 == "," || $0 == "\n" }),
            permissions?.allSatisfy({ "rwxX-".contains($0) }) ?? true
        else { throw arguments.invalid("entity", "'\(entity):\(permissions ?? "")' is no entry of a list") }
        self.isDefault = isDefault
        name = "\(kind ?? ""):\(entity)"
        self.permissions = permissions
    }

    private static func kind(_ word: String) -> String? {
        word.isEmpty ? nil : ["user", "group", "mask", "other"].first { $0.hasPrefix(word.lowercased()) }
    }
}
