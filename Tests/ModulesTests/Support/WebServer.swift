//! `busybox httpd` on a free port of the loopback interface.

import Connections
import Glibc
import Values

@testable import Modules

/// Serves the files of a folder as long as it lives, and takes the folder with it. `httpd.conf` in it is its
/// configuration.
final class WebServer: Sendable {
    static let shell = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/tmp")
    static let isThere =
        (try? shell.run(Script("busybox httpd --help >/dev/null 2>&1 && command -v curl >/dev/null")))?.status == 0

    let port: Int
    private let folder: TemporaryFolder
    private let process: pid_t

    var url: String { "http://127.0.0.1:\(port)" }

    init(serving folder: TemporaryFolder) throws {
        self.folder = folder
        for _ in 0..<5 {
            let port = Self.freePort()
            guard let process = try Self.start(port, in: folder) else { continue }
            (self.port, self.process) = (port, process)
            return
        }
        throw TestFailure(message: "no port for a web server")
    }

    /// The server's process; nil where somebody else was faster to take the port.
    private static func start(_ port: Int, in folder: TemporaryFolder) throws -> pid_t? {
        let script = """
            cd \(folder.path) || exit 1
            c=; [ ! -e httpd.conf ] || c='-c httpd.conf'
            busybox httpd -f -p 127.0.0.1:\(port) -h . $c >/dev/null 2>&1 </dev/null & p=$!
            i=0
            until curl -s -o /dev/null "http://127.0.0.1:\(port)/"; do
              i=$((i+1)); [ $i -lt 400 ] || exit 1
              sleep 0.05
            done
            kill -0 $p && echo $p
            """
        return pid_t(try shell.run(Script(script)).text.trimmed)
    }

    /// Serves the files that a case describes.
    convenience init(_ files: Value?) throws {
        let folder = try TemporaryFolder()
        try folder.lay(files)
        try self.init(serving: folder)
    }

    deinit {
        // It may have been born with SIGTERM blocked.
        kill(process, SIGKILL)
        folder.remove()
    }

    private static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
