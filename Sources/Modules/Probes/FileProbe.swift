//! The question that all file modules share: what is at this path?

import Connections
import Diagnostics
import Digests
import Values

/// One script, one round trip: status, owners, links, access, checksum and, if small, content of a path.
package struct FileProbe: Sendable {
    package var path: RemotePath
    /// Looks at what a symbolic link points to.
    package var follow = false
    package var checksum: MessageDigest?
    /// Fetches the content of a regular file up to this many bytes.
    package var contentLimit: Int?
    /// Names whose ids are wanted, for `owner` and `group` arguments.
    package var owner: String?
    package var group: String?
    /// Asks for the login group of `owner` instead of `group`.
    var asksLoginGroup = false

    package init(
        _ path: RemotePath, follow: Bool = false, checksum: MessageDigest? = nil, contentLimit: Int? = nil,
        owner: String? = nil, group: String? = nil
    ) {
        self.path = path
        self.follow = follow
        self.checksum = checksum
        self.contentLimit = contentLimit
        self.owner = owner
        self.group = group
    }

    package var probe: Probe { Probe(call, library: FileScripts.file) }

    /// The script alone, for acts that report what they left behind.
    package var script: String { "\(FileScripts.file.text)\n\(call)" }

    private var call: String {
        let names = [owner, group].map { RemotePath.literal($0 ?? "") }.joined(separator: " ")
        return """
            p=\(path.shellWord)
            drover_file '\(follow ? "-L" : "")' \(names) '\(asksLoginGroup ? "login" : "")' \
            '\(checksum?.rawValue ?? "")' '\(contentLimit.map(String.init) ?? "")'
            """
    }

    /// Asks, and goes on with the answer; a host without the tools fails the task.
    func step(then: @escaping @Sendable (FileStatus) throws(Diagnostic) -> Step) -> Step {
        .observe(probe) { answer throws(Diagnostic) in
            guard let status = status(from: answer) else { return .done(unusable(answer)) }
            return try then(status)
        }
    }

    /// Asks about several paths in one round trip.
    static func step(
        _ probes: [FileProbe], then: @escaping @Sendable ([FileStatus]) throws(Diagnostic) -> Step
    ) -> Step {
        .observeAll(probes.map(\.probe)) { answers throws(Diagnostic) in
            var statuses: [FileStatus] = []
            for (probe, answer) in zip(probes, answers) {
                guard let status = probe.status(from: answer) else { return .done(probe.unusable(answer)) }
                statuses.append(status)
            }
            return try then(statuses)
        }
    }

    func unusable(_ answer: Observation) -> ModuleResult {
        .failure(
            "the host cannot tell about '\(path.text)': it needs stat (with -c or -f), readlink and printf; "
                + "it said: \(answer.errorText.trimmed)")
    }

    /// What the host answered; nil where that makes no sense.
    package func status(from observation: Observation) -> FileStatus? { status(from: NulFields(observation.output)) }

    func status(from answer: NulFields) -> FileStatus? {
        var fields = answer
        guard let path = fields.next(), let record = fields.next(), let target = fields.next(),
            let real = fields.next(), let access = fields.next(), let parent = fields.next(),
            let umask = fields.next(), let owner = fields.next(), let group = fields.next(), let sum = fields.next()
        else { return nil }
        var status = FileStatus(path: path, kind: .absent)
        guard status.read(record) else { return nil }
        status.linkTarget = target.isEmpty ? nil : target.droppingFinalNewline
        status.realPath = real.isEmpty ? nil : real.droppingFinalNewline
        status.isReadable = access.contains("r")
        status.isWritable = access.contains("w")
        status.isExecutable = access.contains("x")
        status.parentIsDirectory = parent.contains("d")
        status.parentIsWritable = parent.contains("w")
        status.umask = Int(umask.trimmed, radix: 8) ?? 0o022
        status.wantedOwner = Int(owner.trimmed) ?? self.owner.flatMap { Int($0) }
        status.wantedGroup = Int(group.trimmed) ?? self.group.flatMap { Int($0) }
        status.checksum = checksum.flatMap { sum.checksum(of: $0) }
        if contentLimit != nil, fields.rest.first == UInt8(ascii: "1") {
            let content = Array(fields.rest.dropFirst())
            status.content = content
            status.checksum = checksum?.hex(of: content)
        }
        return status
    }
}

/// Fields that end with NUL, the rest behind them untouched.
struct NulFields {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> String? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    /// The next `count` bytes as they are.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

extension FileStatus {
    /// Reads what `FileScripts.listing` printed.
    static func parseListing(_ text: Substring) -> [FileStatus] {
        text.split(separator: "/\n").compactMap { record in
            let parts = record.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4 else { return nil }
            var status = FileStatus(path: String(parts[3]), kind: .absent)
            return status.read(parts[..<3].joined(separator: "\n")) ? status : nil
        }
    }

    /// Takes over what `FileScripts.status` printed; nothing means that nothing is there.
    @discardableResult
    mutating func read(_ record: String) -> Bool {
        guard !record.isEmpty else { return true }
        guard let details = Details(record) else { return false }
        kind = Kind(mode: details.mode)
        self.details = details
        return true
    }
}

extension FileStatus.Details {
    /// Reads what `FileScripts.status` prints.
    fileprivate init?(_ record: String) {
        let lines = record.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count >= 13, lines.count >= 3, let mode = Int(words[0], radix: 16) else { return nil }
        func whole(_ index: Int) -> Int { Int(words[index]) ?? 0 }
        func time(_ index: Int) -> Double { Double(words[index]) ?? 0 }
        self.init(
            mode: mode, uid: whole(1), gid: whole(2), owner: lines[1].knownName, group: lines[2].knownName,
            size: whole(3), accessed: time(4), modified: time(5), statusChanged: time(6), links: whole(7),
            inode: whole(8), device: whole(9), blocks: whole(10), blockSize: whole(11),
            deviceType: Int(words[12], radix: 16) ?? 0)
    }
}

extension FileStatus.Kind {
    fileprivate init(mode: Int) {
        self =
            switch mode & 0o170000 {
            case 0o040000: .directory
            case 0o120000: .link
            case 0o010000: .fifo
            case 0o140000: .socket
            case 0o060000: .block
            case 0o020000: .character
            default: .file
            }
    }
}

extension String {
    var droppingFinalNewline: String { hasSuffix("\n") ? String(dropLast()) : self }

    /// A name of the user database; stat prints UNKNOWN where there is none.
    fileprivate var knownName: String { self == "UNKNOWN" ? "" : self }

    /// The hexadecimal word of the right length in what a checksum tool printed.
    func checksum(of algorithm: MessageDigest) -> String? {
        split(whereSeparator: { !$0.isHexDigit || $0.isNewline }).map(String.init).last {
            $0.utf8.count == algorithm.hexLength
        }
    }
}
