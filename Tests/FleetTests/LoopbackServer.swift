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
        port = Self.freePort()
        for name in ["host_key", "key", "other_key"] {
            Self.call(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"])
        }
        let authorized = try String(contentsOfFile: "\(folder)/key.pub", encoding: .utf8)
        try authorized.write(toFile: "\(folder)/authorized_keys", atomically: true, encoding: .utf8)
        let configuration =
            [
                "Port \(port)", "ListenAddress 127.0.0.1", "HostKey \(folder)/host_key", "PidFile none",
                "AuthorizedKeysFile \(folder)/authorized_keys", "StrictModes no", "UsePAM no",
                "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PrintMotd no",
            ] + settings
        try configuration.joined(separator: "\n").write(
            toFile: "\(folder)/sshd_config", atomically: true, encoding: .utf8)
        if Self.isRoot { mkdir("/run/sshd", 0o755) }
        process = Self.spawn([Self.sshd, "-D", "-f", "\(folder)/sshd_config", "-E", "\(folder)/log"])
        try noteHostKey("host_key")
        for _ in 0..<200 where !Self.answers(port) { usleep(10_000) }
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
        return options
    }

    func host(_ change: (inout SSHOptions) -> Void = { _ in }) -> SSHHost {
        var options = options
        change(&options)
        return SSHHost(options)
    }

    static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
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

    static func spawn(_ arguments: [String]) -> pid_t {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        posix_spawn(&process, arguments[0], nil, nil, &pointers, environ)
        return process
    }

    @discardableResult
    static func call(_ arguments: [String]) -> Int32 {
        var status: Int32 = 0
        waitpid(spawn(arguments), &status, 0)
        return status >> 8 & 0xff
    }
}
