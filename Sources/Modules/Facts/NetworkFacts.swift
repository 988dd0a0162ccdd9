//! Interfaces, addresses and default routes.

import Values

struct NetworkFacts {
    private let report: HostReport
    private var interfaces: [String: OrderedMap] = [:]
    private var order: [String] = []
    private var ipv4: [Value] = []
    private var ipv6: [Value] = []
    /// Every address with the interface and the facts a default route repeats.
    private var byAddress: [String: (device: String, facts: OrderedMap)] = [:]

    static func facts(_ report: HostReport) -> OrderedMap {
        var network = NetworkFacts(report)
        network.readDevices()
        for line in report.lines("addresses") { network.readAddress(line) }
        return network.facts
    }

    private init(_ report: HostReport) { self.report = report }

    private var facts: OrderedMap {
        var facts: OrderedMap = [
            "interfaces": .strings(order), "all_ipv4_addresses": .list(ipv4), "all_ipv6_addresses": .list(ipv6),
            "default_ipv4": .dict(defaultRoute("default4", version: 4)),
            "default_ipv6": .dict(defaultRoute("default6", version: 6)),
            "locally_reachable_ips": ["ipv4": .list(localRoutes("local4")), "ipv6": .list(localRoutes("local6"))],
        ]
        for name in order {
            let key = name.map { $0 == "-" || $0 == ":" ? "_" : String($0) }.joined()
            if let interface = interfaces[name] { facts[key] = .dict(interface) }
        }
        return facts
    }

    private mutating func readDevices() {
        let folders = report.lines("netdirs").map { $0.dropFirst("/sys/class/net/".count) }
        let hardware = links()
        for folder in folders where !folder.contains("/") {
            let name = String(folder)
            func file(_ path: String) -> String? { report.file("/sys/class/net/\(name)/\(path)") }
            var facts: OrderedMap = ["device": .string(name)]
            if let address = file("address"), address != "00:00:00:00:00:00" { facts["macaddress"] = .string(address) }
            if let mtu = file("mtu").flatMap({ Int($0) }) { facts["mtu"] = .int(mtu) }
            if let state = file("operstate") { facts["active"] = .bool(state != "down") }
            if let module = hardware["\(name)/device/driver/module"] { facts["module"] = .string(module) }
            if let type = file("type") { facts["type"] = .string(Self.types[type] ?? "unknown") }
            if let flags = file("flags").flatMap({ Int($0.dropFirst(2), radix: 16) }) {
                facts["promisc"] = .bool(flags & 0x100 != 0)
            }
            if folders.contains(where: { $0 == "\(name)/bridge" }) { addBridge(name, folders, to: &facts) }
            if folders.contains(where: { $0 == "\(name)/bonding" }) { addBonding(name, to: &facts) }
            if let device = hardware["\(name)/device"] { facts["pciid"] = .string(device) }
            if let speed = file("speed").flatMap({ Int($0) }) { facts["speed"] = .int(speed) }
            interfaces[name] = facts
            order.append(name)
        }
    }

    private static let types = ["1": "ether", "32": "infiniband", "512": "ppp", "772": "loopback", "65534": "tunnel"]

    private func addBridge(_ name: String, _ folders: [Substring], to facts: inout OrderedMap) {
        facts["type"] = "bridge"
        let prefix = "\(name)/brif/"
        facts["interfaces"] = .strings(
            folders.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        if let id = report.file("/sys/class/net/\(name)/bridge/bridge_id") { facts["id"] = .string(id) }
        if let stp = report.file("/sys/class/net/\(name)/bridge/stp_state") { facts["stp"] = .bool(stp == "1") }
    }

    private func addBonding(_ name: String, to facts: inout OrderedMap) {
        func file(_ path: String) -> String? { report.file("/sys/class/net/\(name)/bonding/\(path)") }
        facts["type"] = "bonding"
        facts["slaves"] = .strings((file("slaves") ?? "").blankSeparatedWords)
        if let mode = file("mode")?.blankSeparatedWords.first { facts["mode"] = .string(mode) }
        if let interval = file("miimon")?.blankSeparatedWords.first { facts["miimon"] = .string(interval) }
        if let rate = file("lacp_rate")?.blankSeparatedWords.first { facts["lacp_rate"] = .string(rate) }
        if let primary = file("primary") { facts["primary"] = .string(primary) }
    }

    /// Last component of every link's target, by path below `/sys/class/net`.
    private func links() -> [String: String] {
        var targets: [String: String] = [:]
        for line in report.lines("netlinks") {
            guard let arrow = line.firstRange(of: " -> "), let start = line.firstRange(of: "/sys/class/net/") else {
                continue
            }
            let path = String(line[start.upperBound..<arrow.lowerBound])
            targets[path] = line[arrow.upperBound...].split(separator: "/").last.map(String.init)
        }
        return targets
    }

    /// A line of `ip -o addr`: `2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\ …`.
    private mutating func readAddress(_ line: Substring) {
        let words = (line.split(separator: "\\").first ?? line).blankSeparatedWords
        guard words.count >= 4 else { return }
        let device = String(words[1].split(separator: "@").first ?? "")
        func value(after word: String) -> String? {
            words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        let (address, prefix) = words[3].halves(at: "/") ?? (words[3], value(after: "peer")?.halves(at: "/")?.1 ?? "32")
        if words[2] == "inet" {
            let scopeIndex = words.firstIndex(of: "scope") ?? words.count - 2
            let label = words.dropFirst(scopeIndex + 2).last {
                $0 != "secondary" && $0 != "dynamic" && $0 != "noprefixroute"
            }
            readIPv4(
                address, prefix: prefix, broadcast: value(after: "brd") ?? "", device: device, label: label ?? device,
                isSecondary: words.contains("secondary"))
        } else if words[2] == "inet6" {
            let facts: OrderedMap = [
                "address": .string(address), "prefix": .string(prefix),
                "scope": .string(value(after: "scope") ?? "unknown"),
            ]
            append(.dict(facts), to: "ipv6", of: device)
            byAddress[address] = (device, facts)
            if address != "::1" { ipv6.append(.string(address)) }
        }
    }

    private mutating func readIPv4(
        _ address: String, prefix: String, broadcast: String, device: String, label: String, isSecondary: Bool
    ) {
        guard let bits = Int(prefix), (0...32).contains(bits), let number = IPv4(address) else { return }
        let mask = IPv4(prefix: bits)
        let facts: OrderedMap = [
            "address": .string(address), "broadcast": .string(broadcast), "netmask": .string(mask.text),
            "network": .string(IPv4(number: number.number & mask.number).text), "prefix": .string(prefix),
        ]
        if label != device {
            interfaces[label, default: [:]]["ipv4"] = .dict(facts)
            if !order.contains(label) { order.append(label) }
        }
        if isSecondary || interfaces[device]?["ipv4"] != nil {
            append(.dict(facts), to: "ipv4_secondaries", of: device)
        } else if label == device {
            interfaces[device, default: [:]]["ipv4"] = .dict(facts)
        }
        var described = facts
        described["alias"] = .string(label)
        byAddress[address] = (device, described)
        if !address.hasPrefix("127.") { ipv4.append(.string(address)) }
    }

    private mutating func append(_ value: Value, to key: String, of device: String) {
        let old = interfaces[device]?[key]?.list ?? []
        interfaces[device, default: [:]][key] = .list(old + [value])
    }

    /// What `ip route get` of a far address answered: `… via 192.0.2.1 dev eth0 src 192.0.2.2 …`.
    private func defaultRoute(_ section: String, version: Int) -> OrderedMap {
        guard let words = report.lines(section).first?.blankSeparatedWords, !words.isEmpty else { return [:] }
        func value(after word: String) -> String? {
            words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        guard let device = value(after: "dev"), let source = value(after: "src") else { return [:] }
        var facts: OrderedMap = [:]
        if let gateway = value(after: "via") { facts["gateway"] = .string(gateway) }
        facts["interface"] = .string(device)
        facts["address"] = .string(source)
        if let known = byAddress[source] { facts.merge(known.facts) }
        let interface = interfaces[device] ?? [:]
        for key in ["macaddress", "mtu", "type"] { if let value = interface[key] { facts[key] = value } }
        return facts
    }

    private func localRoutes(_ section: String) -> [Value] {
        var found: [String] = []
        for line in report.lines(section) {
            let words = line.blankSeparatedWords
            if words.count > 1, words[0] == "local", !found.contains(words[1]) { found.append(words[1]) }
        }
        return found.map { .string($0) }
    }
}

/// Names of this host in storage networks.
enum StorageNetworkFacts {
    static func facts(_ report: HostReport) -> OrderedMap {
        let ports = report.files.filter { $0.key.hasPrefix("/sys/class/fc_host/") }.sorted { $0.key < $1.key }
        let initiator = OSRelease(report.files["/etc/iscsi/initiatorname.iscsi"] ?? "")["InitiatorName"]
        return [
            "fibre_channel_wwn": .strings(ports.map { String($0.value.withoutOuterBlanks.dropFirst(2)) }),
            "iscsi_iqn": .string(initiator ?? ""), "hostnqn": .string(report.file("/etc/nvme/hostnqn") ?? ""),
        ]
    }
}

/// An IPv4 address as a number.
private struct IPv4 {
    let number: UInt32

    init(number: UInt32) { self.number = number }

    init(prefix: Int) { number = prefix == 0 ? 0 : UInt32.max << (32 - UInt32(prefix)) }

    init?(_ text: String) {
        let parts = text.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return nil }
        number = parts.reduce(0) { $0 << 8 | UInt32($1) }
    }

    var text: String {
        stride(from: 24, through: 0, by: -8).map { String(number >> UInt32($0) & 255) }.joined(separator: ".")
    }
}
