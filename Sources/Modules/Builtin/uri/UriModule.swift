//! `uri`: one request to a web service, made by the host.

import Connections
import Diagnostics
import Values

package struct UriModule: Module {
    private let request: HTTPRequest
    private let statusCodes: [Int]
    private let returnsContent: Bool
    private let destination: String?
    private let creates: String?
    private let removes: String?
    private let attributes: FileAttributes

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        var request = try HTTPRequest(arguments, timeout: 30)
        request.method = (arguments.string("method") ?? "GET").uppercased()
        request.redirects =
            switch arguments.string("follow_redirects") {
            case "all", "yes": .all
            case "none", "no": .none
            default: .safe
            }
        if let body = arguments["body"], !body.isNone {
            let format = arguments.string("body_format") ?? "raw"
            let (bytes, type) = try HTTPBody.encode(body, as: format, arguments, context)
            request.body = .bytes(bytes)
            if let type, format == "form-multipart" || !request.has("content-type") {
                request.headers.append(("Content-Type", type))
            }
        } else if let source = arguments.string("src") {
            request.body =
                arguments.bool("remote_src") == true
                ? .file(RemotePath(source))
                : .bytes(
                    try context.controller.read(
                        try context.controller.path(of: source, in: .files), decrypt: true))
        }
        // curl calls any body a form unless told otherwise.
        if request.body != nil, !request.has("content-type") { request.headers.append(("Content-Type", "")) }
        if arguments.bool("force") == true { request.headers.append(("Cache-Control", "no-cache")) }
        self.request = request
        statusCodes = arguments.list("status_code")?.compactMap(\.int) ?? [200]
        returnsContent = arguments.bool("return_content") ?? false
        destination = arguments.string("dest")
        creates = arguments.string("creates")
        removes = arguments.string("removes")
        attributes = try FileAttributes(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let exists = { (path: String) in "[ -e \(RemotePath(path).shellWord) ]" }
        if let creates {
            return .observe(Probe("\(exists(creates)) && echo yes; :")) { seen in
                seen.output.isEmpty ? ask() : skip("skipped, since '\(creates)' exists")
            }
        }
        if let removes {
            return .observe(Probe("\(exists(removes)) && echo yes; :")) { seen in
                seen.output.isEmpty ? skip("skipped, since '\(removes)' does not exist") : ask()
            }
        }
        return ask()
    }

    private func skip(_ why: String) -> Step {
        .done(ModuleResult(fields: ["stdout": .string(why), "msg": .string(why), "rc": 0]))
    }

    private func ask() -> Step {
        let fetch = request.fetch()
        let script = """
            umask 077
            d=$(mktemp -d 2>/dev/null) || { d=${TMPDIR:-/tmp}/drover.$$; mkdir "$d" || exit 1; }
            trap 'rm -rf "$d"' EXIT
            head=$d/head; page=$d/body; : >"$head"; : >"$page"
            \(fetch.text)
            printf '\\000'; cat "$head"; printf '\\000'; cat "$page"
            exit $rc
            """
        let act = Script(script, input: fetch.input, uploads: fetch.uploads)
        return .apply(Change(.unknown), act) { (output) throws(Diagnostic) in
            var fields = NulFields(output.output)
            guard let meta = fields.next(), let head = fields.next(), output.status == 0 else {
                let message =
                    "Status code was -1 and not \(shownCodes): \(HTTPAnswer.failure(output, url: request.url))"
                return .done(
                    .failure(
                        message, fields: ["status": -1, "url": .string(request.url), "redirected": false, "elapsed": 0])
                )
            }
            return try finish(HTTPAnswer(meta: meta, head: head), content: Array(fields.rest))
        }
    }

    private var shownCodes: String { "[\(statusCodes.map(String.init).joined(separator: ", "))]" }

    private func finish(_ answer: HTTPAnswer, content: [UInt8]) throws(Diagnostic) -> Step {
        var fields = answer.fields
        let text = String(decoding: content, as: UTF8.self)
        let size = answer.header("content-length") ?? "unknown"
        fields["status"] = .int(answer.status)
        fields["url"] = .string(answer.url)
        // curl also counts that it asked again with a password.
        fields["redirected"] = .bool(answer.redirected && answer.url != request.url)
        fields["elapsed"] = .int(answer.seconds)
        fields["msg"] = .string("\(answer.reason.isEmpty ? "OK" : answer.reason) (\(size) bytes)")
        fields["cookies"] = .dict(OrderedMap(answer.cookies.map { ($0.name, Value.string($0.value)) }))
        fields["cookies_string"] = .string(answer.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; "))
        let type = answer.header("content-type")?.split(separator: ";").first.map(String.init)?.trimmed ?? ""
        if type.hasSuffix("/json") || type.hasSuffix("+json"), let json = try? JSON.parse(content) {
            fields["json"] = json
        }
        guard statusCodes.contains(answer.status) else {
            fields["content"] = .string(text)
            return .done(
                .failure(
                    "Status code was \(answer.status) and not \(shownCodes): HTTP Error \(answer.status): "
                        + answer.reason, fields: fields))
        }
        if returnsContent { fields["content"] = .string(text) }
        guard let destination else { return .done(ModuleResult(fields: fields)) }
        return store(content, at: destination, fields)
    }

    /// Writes the answer's content to the host, beside what is reported.
    private func store(_ content: [UInt8], at path: String, _ fields: OrderedMap) -> Step {
        let url = fields["url"]?.string ?? request.url
        let download = Download(path: RemotePath(path), fileName: Download.fileName(of: url), attributes: attributes)
        return download.look { (status) throws(Diagnostic) in
            try download.place(.bytes(content), over: status) { changed, status, _ in
                var all = status.resultFields
                all["path"] = .string(status.path)
                all.merge(fields)
                return .done(ModuleResult(changed: changed, fields: all))
            }
        }
    }
}
