//! A TCP connection to the first address that answers (a simple Happy Eyeballs).

import CLibSSH
import Glibc

/// Opens TCP sockets.
enum TCPSocket {
    /// How long an address may take before the next one is tried beside it.
    private static let stagger: Duration = .milliseconds(250)

    private struct Attempt {
        let descriptor: Int32
        let address: String
    }

    private struct Address {
        let family: Int32
        let bytes: [UInt8]
        let text: String
    }

    /// A connected, non-blocking descriptor that notices a dead peer.
    static func connect(_ options: SSHOptions) throws(SSHFailure) -> Int32 {
        let deadline = ContinuousClock.now + options.connectTimeout
        var waiting = try resolve(options)[...]
        var attempts: [Attempt] = []
        var errors: [String] = []
        var nextStart = ContinuousClock.now
        defer { for attempt in attempts { _ = close(attempt.descriptor) } }
        while !waiting.isEmpty || !attempts.isEmpty {
            let now = ContinuousClock.now
            guard now < deadline else { break }
            if now >= nextStart || attempts.isEmpty, let address = waiting.popFirst() {
                switch start(address) {
                case .success(let attempt): attempts.append(attempt)
                case .failure(let error): errors.append("\(address.text): \(errorText(error.code))")
                }
                nextStart = ContinuousClock.now + stagger
            }
            let until = waiting.isEmpty ? deadline : min(deadline, nextStart)
            for (index, error) in finished(attempts, until: until).reversed() {
                let attempt = attempts.remove(at: index)
                if error == 0 {
                    prepare(attempt.descriptor, options)
                    return attempt.descriptor
                }
                _ = close(attempt.descriptor)
                errors.append("\(attempt.address): \(errorText(error))")
            }
        }
        throw failure(options, errors: errors, silent: attempts.map(\.address) + waiting.map(\.text))
    }

    private static func failure(_ options: SSHOptions, errors: [String], silent: [String]) -> SSHFailure {
        var reasons = errors
        if !silent.isEmpty {
            reasons.append("\(silent.joined(separator: ", ")): no answer within \(options.connectTimeout)")
        }
        return SSHFailure(
            .unreachable, "cannot connect to \(options.place): \(reasons.joined(separator: "; "))",
            help: silent.isEmpty
                ? "check that sshd runs there and listens on port \(options.port)"
                : "check the address (ansible_host) and whether a firewall drops port \(options.port)")
    }

    private static func resolve(_ options: SSHOptions) throws(SSHFailure) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        hints.ai_family =
            switch options.addressFamily {
            case .any: AF_UNSPEC
            case .ipv4: AF_INET
            case .ipv6: AF_INET6
            }
        var list: UnsafeMutablePointer<addrinfo>?
        var code = getaddrinfo(options.host, String(options.port), &hints, &list)
        if code != 0 {
            // AI_ADDRCONFIG hides loopback addresses where the machine has no other of that family.
            hints.ai_flags = 0
            code = getaddrinfo(options.host, String(options.port), &hints, &list)
        }
        guard code == 0 else {
            throw SSHFailure(
                .unreachable, "cannot resolve the address of \(options.place): \(String(cString: gai_strerror(code)))",
                help: "set ansible_host to an address, or check the name")
        }
        defer { freeaddrinfo(list) }
        return interleaved(addresses(list))
    }

    private static func addresses(_ list: UnsafeMutablePointer<addrinfo>?) -> [Address] {
        var result: [Address] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            getnameinfo(address, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            result.append(Address(family: entry.ai_family, bytes: bytes, text: name))
        }
        return result
    }

    /// The resolver's first family first, then the families in turn.
    private static func interleaved(_ addresses: [Address]) -> [Address] {
        guard let family = addresses.first?.family else { return [] }
        let first = addresses.filter { $0.family == family }
        let second = addresses.filter { $0.family != family }
        var result: [Address] = []
        for index in 0..<max(first.count, second.count) {
            if index < first.count { result.append(first[index]) }
            if index < second.count { result.append(second[index]) }
        }
        return result
    }

    private struct SystemError: Error { let code: Int32 }

    private static func start(_ address: Address) -> Result<Attempt, SystemError> {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { return .failure(SystemError(code: errno)) }
        let code = address.bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count))
            }
        }
        if code == 0 || errno == EINPROGRESS { return .success(Attempt(descriptor: descriptor, address: address.text)) }
        let error = SystemError(code: errno)
        _ = close(descriptor)
        return .failure(error)
    }

    /// The attempts that are over by then, with their error numbers (0: connected).
    private static func finished(
        _ attempts: [Attempt], until deadline: ContinuousClock.Instant
    ) -> [(index: Int, error: Int32)] {
        var entries = attempts.map { pollfd(fd: $0.descriptor, events: Int16(POLLOUT), revents: 0) }
        let left = max(ContinuousClock.now.duration(to: deadline).milliseconds, 0)
        guard poll(&entries, nfds_t(entries.count), left) > 0 else { return [] }
        return entries.enumerated().filter { $0.element.revents != 0 }.map { index, entry in
            var error: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(entry.fd, SOL_SOCKET, SO_ERROR, &error, &length)
            return (index, error)
        }
    }

    /// Small writes go out at once; keep-alive and the user timeout notice a peer that is gone.
    private static func prepare(_ descriptor: Int32, _ options: SSHOptions) {
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        let seconds = max(options.deadPeerTimeout.milliseconds / 1000, 5)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, max(seconds * 2 / 5, 1))
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, max(seconds / 5, 1))
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, seconds * 1000)
    }

    /// Asks the kernel to acknowledge at once; every write disarms it. Harmless on what is not TCP.
    static func acknowledgeAtOnce(_ descriptor: Int32) {
        set(descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, 1)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
