//! `get_url`: a file from the web at its place on the host.

import Connections
import Diagnostics
import Digests
import Values

package struct GetUrlModule: Module {
    private let request: HTTPRequest
    private let checksum: DownloadChecksum?
    private let download: Download
    private let force: Bool
    private let folder: String?
    private let listRequest: HTTPRequest

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        request = try HTTPRequest(arguments, timeout: 10)
        checksum = try DownloadChecksum(arguments)
        var listRequest = request
        listRequest.url = checksum?.listURL ?? ""
        self.listRequest = listRequest
        force = arguments.bool("force") ?? false
        folder = arguments.string("tmp_dest")
        var download = Download(
            path: RemotePath(arguments.string("dest") ?? ""), fileName: Download.fileName(of: request.url),
            attributes: try FileAttributes(arguments))
        download.backup = arguments.bool("backup") ?? false
        download.writesInPlace = arguments.bool("unsafe_writes") ?? false
        self.download = download
    }

    package func start() throws(Diagnostic) -> Step {
        download.look { (status) throws(Diagnostic) in
            guard let checksum else { return try decide(status, wanted: nil) }
            guard checksum.listURL != nil else { return try compare(status, checksum.value ?? "", checksum.algorithm) }
            return fetchList(checksum, status)
        }
    }

    /// Asks for the list of checksums, which changes nothing on the host.
    private func fetchList(_ checksum: DownloadChecksum, _ status: FileStatus) -> Step {
        let fetch = listRequest.fetch()
        let script = "\(Self.temporaryFolder(nil))\n\(fetch.text)\ncat \"$page\"; exit $rc"
        // The tool's own report comes first: four lines.
        return .observe(Probe(script, input: fetch.input)) { (output) throws(Diagnostic) in
            let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            guard output.status == 0, lines.count > 4, lines[0] == "200" || !listRequest.url.hasPrefix("http") else {
                let why =
                    output.status == 0
                    ? "HTTP status \(lines.first ?? "")" : HTTPAnswer.failure(output, url: listRequest.url)
                return .done(.failure("cannot get the checksums of \(listRequest.url): \(why)"))
            }
            let name = Download.fileName(of: request.url)
            guard let value = checksum.value(in: Array(lines.dropFirst(4)), for: name) else {
                return .done(.failure("Unable to find a checksum for file '\(name)' in '\(listRequest.url)'"))
            }
            return try compare(status, value, checksum.algorithm)
        }
    }

    /// With a checksum, a file that has it needs no download.
    private func compare(
        _ status: FileStatus, _ value: String, _ algorithm: MessageDigest
    ) throws(Diagnostic) -> Step {
        guard status.kind == .file else { return try decide(status, wanted: (algorithm, value)) }
        let probe = FileProbe(RemotePath(literal: status.path), follow: true, checksum: algorithm)
        return .observe(probe.probe) { (observation) throws(Diagnostic) in
            if probe.status(from: observation)?.checksum == value, !force { return try keep(status) }
            return try decide(status, wanted: (algorithm, value))
        }
    }

    private func decide(_ status: FileStatus, wanted: (MessageDigest, String)?) throws(Diagnostic) -> Step {
        let named = download.path.text
        let isFolder = status.path.count > named.count && status.path.hasSuffix("/\(download.fileName)")
        if status.exists, !force, wanted == nil, !isFolder { return try keep(status) }
        let fetch = fetch(status, wanted: wanted, conditional: status.exists && !force && wanted == nil)
        guard !status.parentIsDirectory else { return fetch }
        let refusal = "Destination directory of \(status.path) does not exist; create it with the file module"
        return .lacking([.path(status.path.parentFolder)], failure: .failure(refusal), then: fetch)
    }

    /// The file stays; its owner and mode may still have to change.
    private func keep(_ status: FileStatus) throws(Diagnostic) -> Step {
        try download.place(.copy(of: status.path), checksum: status.checksum, over: status) { changed, status, _ in
            var fields = status.resultFields
            fields["dest"] = .string(status.path)
            fields["url"] = .string(request.url)
            fields["msg"] = "file already exists"
            fields["elapsed"] = 0
            return .done(ModuleResult(changed: changed, fields: fields))
        }
    }

    private static func temporaryFolder(_ path: String?) -> String {
        """
        umask 077
        d=\(path.map { RemotePath($0).shellWord } ?? "${TMPDIR:-/tmp}")
        d=$(mktemp -d "$d/drover.XXXXXX") || exit 1
        trap 'rm -rf "$d"' EXIT
        head=$d/head; page=$d/body; : >"$head"; : >"$page"
        """
    }

    private func fetch(_ status: FileStatus, wanted: (MessageDigest, String)?, conditional: Bool) -> Step {
        let fetch = request.fetch()
        let algorithm = wanted?.0.rawValue ?? "sha1"
        // Kept for the next step, which puts it in place.
        let since = conditional ? "-z \(RemotePath.literal(status.path)) " : ""
        let text = fetch.text.replacing("curl -q --config - ", with: "curl -q --config - \(since)")
        let script = """
            \(Self.temporaryFolder(folder))
            \(FileScripts.checksum)
            \(text)
            printf '\\000'; cat "$head"; printf '\\000'
            if [ $rc -eq 0 ]; then
              drover_sum sha1 "$page"; printf '\\000'; drover_sum \(algorithm) "$page"; printf '\\000%s' "$page"; trap - EXIT
            fi
            exit $rc
            """
        let fields: OrderedMap = ["dest": .string(status.path), "url": .string(request.url)]
        let act = Script(script, input: fetch.input, uploads: fetch.uploads)
        let change = Change(
            conditional ? .unknown : .changes, fields: fields, provides: [.path(status.path)])
        return .apply(change, act) { (output) throws(Diagnostic) in
            var parts = NulFields(output.output)
            guard let meta = parts.next(), let head = parts.next(), output.status == 0, let sha1 = parts.next(),
                let sum = parts.next()
            else {
                return .done(.failure(HTTPAnswer.failure(output, url: request.url), fields: fields))
            }
            let file = String(decoding: parts.rest, as: UTF8.self)
            let fetched = Fetched(
                answer: HTTPAnswer(meta: meta, head: head), file: file, sha1: sha1.checksum(of: .sha1) ?? "",
                sum: wanted.flatMap { sum.checksum(of: $0.0) })
            return try finish(fetched, status, wanted?.1)
        }
    }

    private struct Fetched: Sendable {
        let answer: HTTPAnswer
        let file: String
        let sha1: String
        /// By the algorithm of the wanted checksum.
        let sum: String?
    }

    private func finish(_ fetched: Fetched, _ status: FileStatus, _ wanted: String?) throws(Diagnostic) -> Step {
        if fetched.answer.status == 304 { return discard(fetched.file) { () throws(Diagnostic) in try keep(status) } }
        var fields: OrderedMap = [
            "dest": .string(status.path), "url": .string(fetched.answer.url),
            "status_code": .int(fetched.answer.status),
        ]
        if request.url.hasPrefix("http"), fetched.answer.status != 200 {
            fields["response"] = .string("HTTP Error \(fetched.answer.status): \(fetched.answer.reason)")
            return discard(fetched.file) { [fields] in .done(.failure("Request failed", fields: fields)) }
        }
        if let wanted, fetched.sum != wanted {
            let message = "The checksum for \(status.path) did not match \(wanted); it was \(fetched.sum ?? "unknown")."
            return discard(fetched.file) { [fields] in .done(.failure(message, fields: fields)) }
        }
        let size = fetched.answer.header("content-length") ?? "unknown"
        fields["msg"] = .string("OK (\(size) bytes)")
        fields["elapsed"] = .int(fetched.answer.seconds)
        fields["src"] = .string(fetched.file)
        fields["checksum_src"] = .string(fetched.sha1)
        return try download.place(.copy(of: fetched.file), checksum: fetched.sha1, over: status) {
            [fields] changed, status, backup in
            var all = status.resultFields
            all.merge(fields)
            all["dest"] = .string(status.path)
            all["checksum_dest"] = .string(status.checksum ?? fetched.sha1)
            if let backup { all["backup_file"] = .string(backup) }
            return discard(fetched.file) { [all] in .done(ModuleResult(changed: changed, fields: all)) }
        }
    }

    /// Removes the downloaded file and its folder, then goes on.
    private func discard(_ file: String, then: @escaping @Sendable () throws(Diagnostic) -> Step) -> Step {
        let word = RemotePath.literal(file)
        let script = Script("f=\(word); rm -rf -- \"${f%/*}\"")
        return .apply(Change(), script) { (_) throws(Diagnostic) in try then() }
    }
}
