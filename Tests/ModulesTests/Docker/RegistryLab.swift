//! A private registry with a password for tests.

import Glibc
import Values

@testable import Modules

/// Debian's docker-registry on a port of this machine; user `me`, password `s3cret pass`.
final class RegistryLab: Sendable {
    let folder: TemporaryFolder
    let address: String

    static var isThere: Bool { DockerLab.isThere && DockerLab.sh("command -v docker-registry").status == 0 }

    init() throws {
        folder = try TemporaryFolder()
        address = "127.0.0.1:\(Int.random(in: 30000...31999))"
        folder.write("me:$2b$04$kjfetZbxNQk5LEPJ0jvXou8lJ.jFvo8/Y/Z1p3Mb/i5ipoW/WY/3C\n", to: "users")
        folder.write(
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: \(folder.path)/data}}
            http: {addr: "\(address)"}
            auth: {htpasswd: {realm: lab, path: \(folder.path)/users}}
            """, to: "config.yml")
        let started = DockerLab.sh(
            """
            docker-registry serve \(folder.path)/config.yml >\(folder.path)/log 2>&1 </dev/null & echo $! >\(folder.path)/pid
            i=0; while [ $i -lt 400 ]; do curl -s -o /dev/null http://\(address)/v2/ && exit 0; sleep 0.05; i=$((i+1)); done
            exit 1
            """)
        guard started.status == 0 else { throw TestFailure(message: "the registry did not start") }
    }

    deinit {
        if let text = folder.text("pid"), let process = pid_t(text.trimmed) { kill(process, SIGTERM) }
        folder.remove()
    }
}
