//! `filesystem`: file systems on block devices and in disk images.

import Connections
import Diagnostics
import Values

package struct FilesystemModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.filesystem"], "Makes, grows and wipes file systems",
        arguments: [
            ArgumentSpec("dev", .path, "The device or disk image", required: true, aliases: ["device"]),
            ArgumentSpec(
                "state", .string, "Whether there is one", default: "present", choices: ["absent", "present"]),
            ArgumentSpec(
                "fstype", .string, "Its kind", choices: FileSystemKind.allCases.map(\.rawValue), aliases: ["type"]),
            ArgumentSpec("force", .bool, "Makes it where there is another one, or the same", default: false),
            ArgumentSpec("resizefs", .bool, "Grows it to the size of its device", default: false),
            ArgumentSpec("opts", .string, "Options of its mkfs"),
            ArgumentSpec("uuid", .string, "Its UUID; also random and the like, as its tools know them"),
        ],
        mutuallyExclusive: [["resizefs", "uuid"]])

    private let path: String
    /// The path as a word of a shell.
    private let device: String
    private let kind: FileSystemKind?
    private let isForced: Bool
    private let grows: Bool
    private let options: String
    private let uuid: String?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        path = arguments.string("dev") ?? ""
        device = RemotePath(path).shellWord
        isForced = arguments.bool("force") ?? false
        grows = arguments.bool("resizefs") ?? false
        uuid = arguments.string("uuid")
        let words = arguments.string("opts").map { ShellWords.split($0) } ?? []
        guard let words else { throw arguments.invalid("opts", "a quotation mark is not closed") }
        options = words.map { " \($0.shellQuoted)" }.joined()
        guard arguments.string("state") != "absent" else {
            kind = nil
            return
        }
        guard let kind = FileSystemKind(rawValue: arguments.string("fstype") ?? "") else {
            throw arguments.invalid("fstype", "state is present but all of the following are missing: fstype")
        }
        if grows, kind.growth == nil {
            throw arguments.invalid("resizefs", "module does not support resizing \(kind.rawValue) filesystem yet")
        }
        if uuid != nil, kind.identity == nil {
            throw arguments.invalid("uuid", "module does not support UUID option for this filesystem yet.")
        }
        self.kind = kind
    }

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            export LC_ALL=C
            [ -b \(device) ] || [ -f \(device) ] || exit 3
            command -v blkid >/dev/null || exit 4
            blkid -c /dev/null -o value -s TYPE \(device)
            blkid -c /dev/null -o value -s UUID \(device) | sed 's/^/uuid /'
            \(grows ? kind?.growth?.need.replacing("DEVICE", with: device) ?? "" : "")
            exit 0
            """
        return .observe(Probe(probe)) { answer in
            switch answer.status {
            case 0: return decide(answer.text.split(separator: "\n").map(String.init))
            case 3:
                guard kind != nil else {
                    return .done(ModuleResult(fields: ["msg": .string("Device \(path) not found.")]))
                }
                return .lacking([.anything], failure: .failure("Device \(path) not found."), then: make)
            default: return .done(.failure("this host has no blkid: install the package 'util-linux'"))
            }
        }
    }

    private func decide(_ lines: [String]) -> Step {
        let found = lines.first { !$0.hasPrefix("uuid ") && $0 != Self.needed }
        guard let kind else {
            return commands(found == nil ? [] : ["wipefs --all \(device)"])
        }
        guard let found, !isForced else { return make }
        guard FileSystemKind.named(found) == kind.same else {
            return .done(.failure("'\(path)' is already used as \(found), use force=true to overwrite"))
        }
        if grows { return commands(lines.contains(Self.needed) ? [kind.growth?.act ?? ""] : []) }
        guard let uuid, let identity = kind.identity, lines.first(where: { $0.hasPrefix("uuid ") }) != "uuid \(uuid)"
        else {
            return commands([])
        }
        return commands(["u=\(uuid.shellQuoted)\n\(identity)"])
    }

    /// What a question prints where the file system is smaller than its device.
    static let needed = "it could grow"

    private var make: Step {
        guard let kind else { return commands([]) }
        let identity = uuid.flatMap { uuid in kind.identity.map { "\nu=\(uuid.shellQuoted)\n\($0)" } } ?? ""
        return commands(["\(kind.make(isForced: isForced))\(options) DEVICE\(identity)"])
    }

    private func commands(_ commands: [String]) -> Step {
        CommandList(
            commands: commands.map { $0.replacing("DEVICE", with: device) },
            complaint: "cannot change the file system on \(path)"
        ).step()
    }
}
