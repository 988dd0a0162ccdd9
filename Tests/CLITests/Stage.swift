//! Where the commands of a transcript run: a private copy of its files, a home, and the names of the program.

import FoundationEssentials
import Glibc
import Subprocess

struct Stage {
    private let root: String
    private var work: String { root + "/work" }
    private var home: String { root + "/home" }
    private var programs: String { root + "/bin" }

    static let names = [
        "drover", "ansible", "ansible-playbook", "ansible-vault", "ansible-inventory", "ansible-config", "ansible-doc",
        "ansible-galaxy",
    ]

    /// The program that was built with these tests, beside the test bundle.
    static let binary: String? = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let path = bundle.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/drover"
        return access(path, X_OK) == 0 ? path : nil
    }()

    init(copying folder: String) throws {
        var template = Array("/tmp/drover-transcript-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StageFailure(message: "cannot create a folder below /tmp") }
        root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let files = FileManager.default
        try files.copyItem(atPath: folder, toPath: work)
        try? files.removeItem(atPath: work + "/transcript.txt")
        try files.createDirectory(atPath: home, withIntermediateDirectories: true)
        try files.createDirectory(atPath: programs, withIntermediateDirectories: true)
        guard let binary = Self.binary else { throw StageFailure(message: "no drover beside the tests") }
        for name in Self.names {
            try files.createSymbolicLink(atPath: "\(programs)/\(name)", withDestinationPath: binary)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: root) }

    /// Runs a line of the transcript in a shell.
    func run(_ command: String) async throws -> StageOutcome {
        let environment: [Environment.Key: String] = [
            "PATH": programs + ":/usr/bin:/bin", "HOME": home, "TMPDIR": root, "NO_COLOR": "1", "COLUMNS": "80",
            "LC_ALL": "C.UTF-8", "USER": "tester",
            // One host after the other, so that their lines have an order.
            "ANSIBLE_FORKS": "1",
        ]
        let result = try await Subprocess.run(
            .name("sh"), arguments: .init(["-c", "cd \"$0\" && eval \"$1\"", work, command]),
            environment: .custom(environment), input: .none, output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 22))
        var status: Int32 = -1
        if case .exited(let code) = result.terminationStatus { status = code }
        return StageOutcome(
            command: command, output: normalized(result.standardOutput), errors: normalized(result.standardError),
            status: status)
    }

    /// Without what differs between two runs: folders, times, process numbers.
    private func normalized(_ text: String) -> String {
        var text = text
        text.replace(work, with: "{work}")
        text.replace(home, with: "{home}")
        text.replace(root, with: "{root}")
        text.replace(#/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?/#, with: "{time}")
        text.replace(#/\b\d+:\d\d:\d\d\.\d{6}\b/#, with: "{duration}")
        return text
    }
}

struct StageFailure: Error { let message: String }

/// What one command did.
struct StageOutcome {
    let command: String
    let output: String
    let errors: String
    let status: Int32

    /// The command, its output, its error output behind bars, its exit code where it is not 0.
    var transcript: String {
        var text = "$ \(command)\n" + ended(output)
        if !errors.isEmpty {
            text += errors.trimmingNewline.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "!\n" : "! \($0)\n" }.joined()
        }
        return status == 0 ? text : text + "? \(status)\n"
    }

    private func ended(_ text: String) -> String { text.isEmpty || text.hasSuffix("\n") ? text : text + "\n" }
}

extension String {
    fileprivate var trimmingNewline: Substring { hasSuffix("\n") ? dropLast() : self[...] }
}
