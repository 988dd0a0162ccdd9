//! An sshd of our own on a loopback port, with keys and folders that vanish with it.

import Connections
import FoundationEssentials
import Glibc
import SSH

/// A temporary sshd. Needs OpenSSH's programs; runs as whoever runs the tests.
final class LoopbackServer: Sendable {
    static let sshd = "/usr/sbin/sshd"
    static let isInstalled = access(sshd, X_OK) == 0 && access("/usr/bin/ssh-keygen", X_OK) == 0
    static let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    static var isRoot: Bool { getuid() == 0 }

    let folder: String
    let port: Int
    let process: pid_t

    var key: String { "\(folder)/key" }
    var knownHosts: String { "\(folder)/known_hosts" }

    init(_ settings: [String] = []) throws {
        folder = "/tmp/drover-loopback-\(UInt64.random(in: 0...UInt64.max))"
        mkdir(folder, 0o755)
        for name in ["host_key", "key", "other_key"] {
            Self.call(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"])
        }
        let authorized = try String(contentsOfFile: "\(folder)/key.pub", encoding: .utf8)
        try authorized.write(toFile: "\(folder)/authorized_keys", atomically: true, encoding: .utf8)
        if Self.isRoot { mkdir("/run/sshd", 0o755) }
        (port, process) = try Self.start(settings, in: folder)
        try noteHostKey("host_key")
    }

    struct NotStarted: Error, CustomStringConvertible { let description: String }

    /// Another program may have taken a port by the time sshd asks for it: then it is another one's turn.
    private static func start(_ settings: [String], in folder: String) throws -> (port: Int, process: pid_t) {
        for _ in 0..<10 {
            let port = freePort()
            let configuration =
                [
                    "Port \(port)", "ListenAddress 127.0.0.1", "HostKey \(folder)/host_key", "PidFile none",
                    "AuthorizedKeysFile \(folder)/authorized_keys", "StrictModes no", "UsePAM no",
                    "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PrintMotd no",
                ] + settings
            try configuration.joined(separator: "\n").write(
                toFile: "\(folder)/sshd_config", atomically: true, encoding: .utf8)
            let process = try spawn([sshd, "-D", "-f", "\(folder)/sshd_config", "-E", "\(folder)/log"])
            while waitpid(process, nil, WNOHANG) == 0 {
                if answers(port) { return (port, process) }
                usleep(10_000)
            }
        }
        let log = try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)
        throw NotStarted(description: "sshd does not start: \(log ?? "")")
    }

    deinit {
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        try? FileManager.default.removeItem(atPath: folder)
    }

    func noteHostKey(_ name: String) throws {
        let key = try String(contentsOfFile: "\(folder)/\(name).pub", encoding: .utf8)
        try "[127.0.0.1]:\(port) \(key)".write(toFile: knownHosts, atomically: true, encoding: .utf8)
    }

    var options: SSHOptions {
        var options = SSHOptions(name: "loop", host: "127.0.0.1", user: Self.user)
        options.port = port
        options.identityFiles = [key]
        options.identitiesOnly = true
        options.userKnownHostsFiles = [knownHosts]
        // All tests share the processors: ten seconds may pass before it is the server's turn.
        options.connectTimeout = .seconds(120)
        options.deadPeerTimeout = .seconds(120)
        return options
    }

    func host(retries: Int = 0, _ change: (inout SSHOptions) -> Void = { _ in }) -> SSHHost {
        var options = options
        change(&options)
        return SSHHost(options, retries: retries)
    }

    /// Below the ports that the kernel gives to connections going out.
    static func freePort() -> Int {
        while true {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { _ = close(descriptor) }
            let port = Int.random(in: 15_000..<32_000)
            var address = loopback(port)
            let isFree = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }

    private static func answers(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = close(descriptor) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    static func spawn(_ arguments: [String]) throws -> pid_t {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let problem = posix_spawn(&process, arguments[0], nil, nil, &pointers, environ)
        // Whoever waited for process 0 would take away the end of somebody else's.
        guard problem == 0 else {
            throw NotStarted(description: "\(arguments[0]): \(String(cString: strerror(problem)))")
        }
        return process
    }

    /// The exit status; 127 where the program cannot be started.
    @discardableResult
    static func call(_ arguments: [String]) -> Int32 {
        guard let process = try? spawn(arguments) else { return 127 }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return status >> 8 & 0xff
    }
}
