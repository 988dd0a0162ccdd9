//! A tiny web server of this machine for tests: busybox httpd with one CGI script.

import Glibc

@testable import Modules

/// Serves a folder at `http://127.0.0.1:port/`; `/cgi-bin/echo` tells what it was sent.
final class WebLab {
    let folder: TemporaryFolder
    let port: Int
    private static let shell = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/tmp")

    static var isThere: Bool {
        (try? shell.run(Script("busybox httpd --help >/dev/null 2>&1 && command -v curl >/dev/null")))?.status == 0
    }

    init() throws {
        folder = try TemporaryFolder()
        port = Int.random(in: 20000...29999)
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
            busybox httpd -f -p 127.0.0.1:\(port) -h "$d" -c "$d/httpd.conf" >/dev/null 2>&1 </dev/null & echo $! >"$d/pid"
            i=0; while [ $i -lt 400 ]; do curl -s -o /dev/null "http://127.0.0.1:\(port)/" && exit 0; sleep 0.05; i=$((i+1)); done
            exit 1
            """
        guard try Self.shell.run(Script(script)).status == 0 else {
            throw TestFailure(message: "no web server on port \(port)")
        }
    }

    deinit {
        if let text = folder.text("pid"), let process = pid_t(text.trimmed) { kill(process, SIGTERM) }
        folder.remove()
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }
}
