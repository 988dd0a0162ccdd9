//! `assemble`: one file made of the fragments in a folder.

import Diagnostics
import Regexes
import Values

package struct AssembleModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.assemble"], "Makes a file of the fragments in a folder",
        arguments: [
            ArgumentSpec("src", .path, "The folder", required: true),
            ArgumentSpec("dest", .path, "The file", required: true),
            ArgumentSpec("remote_src", .bool, "The folder is on the host", default: true),
            ArgumentSpec("delimiter", .string, "Goes between fragments"),
            ArgumentSpec("regexp", .string, "Only fragments whose names match"),
            ArgumentSpec("ignore_hidden", .bool, "Leaves out names that begin with a dot", default: false),
            ArgumentSpec("backup", .bool, "Keeps the old file beside the new one", default: false),
            ArgumentSpec("validate", .string, "Command that has to accept the new file; %s is its path"),
            ArgumentSpec("decrypt", .bool, "Decrypts vaulted fragments of the control node", default: true),
        ] + ArgumentSpec.fileAttributes)

    private typealias Fragment = (name: String, content: [UInt8])

    private let source: String
    private let pattern: Pattern?
    private let ignoresHidden: Bool
    private let delimiter: String?
    private let local: [UInt8]?
    private let arguments: ModuleArguments
    private let context: ModuleContext

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        source = arguments.string("src") ?? ""
        pattern = try LineEditor.pattern(arguments, "regexp")
        ignoresHidden = arguments.bool("ignore_hidden") ?? false
        delimiter = arguments.string("delimiter")?.replacing("\\n", with: "\n").replacing("\\t", with: "\t")
        self.arguments = arguments
        self.context = context
        guard arguments.bool("remote_src") == false else {
            local = nil
            return
        }
        let folder = try context.controller.path(of: source.withoutFinalSlashes, in: .files)
        var fragments: [Fragment] = []
        for entry in try context.controller.entries(below: folder, follow: true)
        where entry.kind == .file && !entry.path.contains("/") {
            let decrypt = arguments.bool("decrypt") ?? true
            fragments.append((entry.path, try context.controller.read("\(folder)/\(entry.path)", decrypt: decrypt)))
        }
        // As Ansible's files have it: on the control node a newline follows even one that ends the delimiter.
        local = try Self.join(fragments, pattern, ignoresHidden, delimiter.map { $0 + "\n" })
    }

    package func start() throws(Diagnostic) -> Step {
        if let local { return try deliver(local) }
        let listing = Probe(
            """
            d=\(RemotePath(source).shellWord)
            [ -e "$d" ] || exit 71
            [ -d "$d" ] || exit 72
            cd -- "$d" || exit 73
            for f in * .*; do
            [ -f "$f" ] || continue
            printf '%s\\000%s\\000' "$f" "$(wc -c < "$f")"
            cat < "$f"
            done
            """)
        return .observe(listing) { answer throws(Diagnostic) in
            switch answer.status {
            case 0: break
            case 71: return .done(.failure("Source (\(source)) does not exist"))
            case 72: return .done(.failure("Source (\(source)) is not a directory"))
            default: return .done(.failure(HostRefusal.message("read", source, answer)))
            }
            var fields = NulFields(answer.output)
            var fragments: [Fragment] = []
            while let name = fields.next(), let size = fields.next().flatMap({ Int($0.trimmed) }) {
                fragments.append((name, fields.take(size)))
            }
            return try deliver(try Self.join(fragments, pattern, ignoresHidden, delimiter))
        }
    }

    private func deliver(_ content: [UInt8]) throws(Diagnostic) -> Step {
        try FileDelivery(content, name: nil, source: source, arguments, context: context).start()
    }

    private static func join(
        _ fragments: [Fragment], _ pattern: Pattern?, _ ignoresHidden: Bool, _ delimiter: String?
    ) throws(Diagnostic) -> [UInt8] {
        var content: [UInt8] = []
        var isFirst = true
        for fragment in fragments.sorted(by: { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }) {
            if ignoresHidden, fragment.name.hasPrefix(".") { continue }
            if let pattern, try pattern.search(fragment.name) == nil { continue }
            if !isFirst {
                if let last = content.last, last != UInt8(ascii: "\n") { content.append(UInt8(ascii: "\n")) }
                if let delimiter { content += Array((delimiter.hasSuffix("\n") ? delimiter : delimiter + "\n").utf8) }
            }
            content += fragment.content
            isFirst = false
        }
        return content
    }
}
