//! A tiny web server of this machine for tests: busybox httpd with one CGI script.

@testable import Modules

/// Serves a folder at `http://127.0.0.1:port/`; `/cgi-bin/echo` tells what it was sent.
final class WebLab {
    let folder: TemporaryFolder
    private let server: WebServer
    static var isThere: Bool { WebServer.isThere }
    var port: Int { server.port }

    init() throws {
        folder = try TemporaryFolder()
        let script = """
            d=\(folder.path); mkdir -p "$d/cgi-bin"; cd "$d" || exit 1
            printf 'hello\\n' >file.txt; sha256sum file.txt >sums.txt
            printf '{"a": [1, true]}' >data.json
            printf '/secret:user:passw0rd\\n.json:application/json\\n' >httpd.conf
            mkdir secret; echo hidden >secret/x
            cat >cgi-bin/echo <<'END'
            #!/bin/sh
            case $QUERY_STRING in
            redirect) printf 'Status: 302 Found\\r\\nLocation: /file.txt\\r\\n\\r\\n'; exit;;
            fail) printf 'Status: 503 Service Unavailable\\r\\n\\r\\nsorry'; exit;;
            esac
            printf 'Content-Type: application/json; charset=utf-8\\r\\nX-Two-Words: v\\r\\nSet-Cookie: s=1; Path=/\\r\\n\\r\\n'
            b=$(cat | od -An -tx1 | tr -d ' \\n')
            printf '{"method": "%s", "type": "%s", "agent": "%s", "hex": "%s"}' \
              "$REQUEST_METHOD" "$CONTENT_TYPE" "$HTTP_USER_AGENT" "$b"
            END
            chmod +x cgi-bin/echo
            """
        guard try WebServer.shell.run(Script(script)).status == 0 else {
            throw TestFailure(message: "no folder for a web server")
        }
        server = try WebServer(serving: folder)
    }

    func url(_ path: String) -> String { "\(server.url)/\(path)" }
}
