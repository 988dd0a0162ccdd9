//! Content from the web at its place on a host: replaced in one step, and only if it differs.

import Diagnostics
import Digests
import Values

/// Where a download goes.
struct Download: Sendable {
    let path: RemotePath
    /// The name below `path` if that is a folder.
    let fileName: String
    let attributes: FileAttributes
    var backup = false
    var writesInPlace = false

    typealias Placed = @Sendable (_ changed: Bool, _ status: FileStatus, _ backup: String?) throws(Diagnostic) -> Step

    static func fileName(of url: String) -> String {
        let path = url.split(separator: "?").first?.split(separator: "#").first ?? ""
        let afterScheme = path.split(separator: "://").last ?? ""
        let name =
            afterScheme.contains("/")
            ? afterScheme.split(separator: "/", omittingEmptySubsequences: false).last ?? "" : ""
        return name.isEmpty ? "index.html" : String(name)
    }

    func probe(at path: RemotePath) -> FileProbe {
        FileProbe(path, follow: true, checksum: .sha1, owner: attributes.owner, group: attributes.group)
    }

    /// Observes the file; the one below it where the path is a folder.
    func look(then: @escaping @Sendable (FileStatus) throws(Diagnostic) -> Step) -> Step {
        let first = probe(at: path)
        return .observe(first.probe) { (observation) throws(Diagnostic) in
            guard let status = first.status(from: observation) else { return .done(first.unusable(observation)) }
            guard status.kind == .directory else { return try then(status) }
            let slash = status.path.hasSuffix("/") ? "" : "/"
            let second = probe(at: RemotePath(literal: status.path + slash + fileName))
            return .observe(second.probe) { (observation) throws(Diagnostic) in
                guard let status = second.status(from: observation) else { return .done(second.unusable(observation)) }
                return try then(status)
            }
        }
    }

    /// Puts content in place, or only corrects owner and mode where the content is there already.
    func place(
        _ content: FileWrite.Content, checksum: String? = nil, over status: FileStatus, then: @escaping Placed
    ) throws(Diagnostic) -> Step {
        try attributes.needed(on: status, for: try write(content, checksum: checksum, over: status, then: then))
    }

    private func write(
        _ content: FileWrite.Content, checksum: String?, over status: FileStatus, then: @escaping Placed
    ) throws(Diagnostic) -> Step {
        let plan = attributes.plan(for: status, isDirectory: false)
        let wanted: String? =
            if case .bytes(let bytes) = content { MessageDigest.sha1.hex(of: bytes) } else { checksum }
        if status.exists, wanted == status.checksum { return try adjust(plan, status, then: then) }
        let write = FileWrite(
            target: status, content: content, attributes: plan, backup: backup, writesInPlace: writesInPlace)
        return .apply(Change(provides: [.path(status.path)]), write.script()) { (output) throws(Diagnostic) in
            switch write.outcome(of: output) {
            case .written(let status, let backup): return try then(true, status, backup)
            case .moved: return .done(.failure("\(status.path) was changed by somebody else meanwhile; run again"))
            case .failed(let result): return .done(result)
            }
        }
    }

    private func adjust(_ plan: AttributePlan, _ status: FileStatus, then: @escaping Placed) throws(Diagnostic) -> Step
    {
        guard !plan.isEmpty else { return try then(false, status, nil) }
        let word = RemotePath.literal(status.path)
        let probe = probe(at: RemotePath(literal: status.path))
        let (before, after) = plan.differences(from: status)
        let difference = try Difference.attributes(of: status.path, before: before, after: after)
        let script = Script("\(plan.commands(on: word))\n\(probe.script)")
        return .apply(Change(differences: [difference]), script) { (output) throws(Diagnostic) in
            guard output.status == 0, let status = probe.status(from: output) else {
                return .done(.failure(HostRefusal.message("change the attributes of", status.path, output)))
            }
            return try then(true, status, nil)
        }
    }
}
