//! Filters of ansible.utils that count in networks: subnets, hosts, ranges.

import Diagnostics
import Values

enum SubnetFilters {
    private static let collection = "ansible.utils"

    static let all: [Builtin] = [
        .filter(
            "ipsubnet", collection: collection, [.optional("query", ""), .optional("index")],
            summary: "How many subnets of a size there are, or the one with this index; the rank within a network.",
            example: "{{ '192.0.2.0/24' | ipsubnet(26, 1) }} → 192.0.2.64/26"
        ) { call throws(Diagnostic) in try subnet(call) },
        .filter(
            "ipmath", collection: collection, [.required("amount")], summary: "The address so many further.",
            example: "{{ '192.0.2.5' | ipmath(5) }} → 192.0.2.10"
        ) { call throws(Diagnostic) in
            let network = try network(call, 0)
            guard let moved = network.bytes.moved(by: try call.integer(1)) else {
                throw call.mistake("there is no address \(try call.integer(1)) from \(network.address)")
            }
            return .string(IPNetwork.text(moved))
        },
        .filter(
            "nthhost", collection: collection, [.required("query")],
            summary: "The address with this index in a network; False beyond its end.",
            example: "{{ '10.0.0.0/8' | nthhost(305) }} → 10.0.1.49"
        ) { call throws(Diagnostic) in
            guard let network = IPNetwork(try call.text()) else { return false }
            return network.host(try number(call, 1)).map { .string(IPNetwork.text($0)) } ?? false
        },
        .filter(
            "network_in_network", collection: collection, [.required("test")],
            summary: "Whether an address or network lies in a network.",
            example: "{{ '192.0.2.0/24' | network_in_network('192.0.2.9') }} → True"
        ) { call throws(Diagnostic) in
            let (outer, inner) = (try network(call, 0), try network(call, 1))
            return .bool(outer.contains(inner.network) && outer.contains(inner.last))
        },
        .filter(
            "network_in_usable", collection: collection, [.required("test")],
            summary: "Whether an address lies in a network and is neither its first nor its last one.",
            example: "{{ '192.0.2.0/24' | network_in_usable('192.0.2.255') }} → False"
        ) { call throws(Diagnostic) in
            let (outer, inner) = (try network(call, 0), try network(call, 1))
            guard outer.contains(inner.bytes) else { return false }
            return .bool(outer.bits - outer.prefix < 2 || ![outer.network, outer.last].contains(inner.bytes))
        },
        neighbour("next_nth_usable", 1, "{{ '192.0.2.1/24' | next_nth_usable(2) }} → 192.0.2.3"),
        neighbour("previous_nth_usable", -1, "{{ '192.0.2.9/24' | previous_nth_usable(2) }} → 192.0.2.7"),
        .filter(
            "cidr_merge", collection: collection, [.optional("action", "merge")],
            summary: "Networks put together to as few as possible, or to the one that spans all (`span`).",
            example: "{{ ['192.0.2.0/25', '192.0.2.128/25'] | cidr_merge }} → ['192.0.2.0/24']"
        ) { call throws(Diagnostic) in try merge(call) },
        .filter(
            "ip4_hex", collection: collection, value: "arg", [.optional("delimiter", "")],
            summary: "An IPv4 address in hexadecimal digits.", example: "{{ '192.0.2.1' | ip4_hex }} → c0000201"
        ) { call throws(Diagnostic) in
            let digits = try network(call, 0).bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return .string(digits.joined(separator: try call.text(1)))
        },
    ]

    private static func network(_ call: BuiltinCall, _ index: Int) throws(Diagnostic) -> IPNetwork {
        let text = try call.text(index)
        if let network = IPNetwork(text) { return network }
        throw call.mistake(
            "'\(text)' is no IP address or network", help: "write 192.0.2.1, 192.0.2.0/24 or 2001:db8::1")
    }

    /// An integer, or a text that holds one.
    private static func number(_ call: BuiltinCall, _ index: Int) throws(Diagnostic) -> Int {
        if let text = call[index].string, let number = Int(text) { return number }
        return try call.integer(index)
    }

    private static func neighbour(_ name: String, _ direction: Int, _ example: String) -> Builtin {
        .filter(
            name, collection: collection, [.required("offset")],
            summary: "The usable address so many \(direction > 0 ? "further" : "before"), or none beyond the network.",
            example: example
        ) { call throws(Diagnostic) in
            let home = try network(call, 0)
            let offset = try number(call, 1).multipliedReportingOverflow(by: direction).partialValue
            guard let moved = home.bytes.moved(by: offset), home.contains(moved),
                moved != home.network, moved != home.last
            else { return .none }
            return .string(IPNetwork.text(moved))
        }
    }

    private static func subnet(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        guard let given = IPNetwork(try call.text()) else { return false }
        let query = try call.text(1)
        let isAddress = given.prefix == given.bits || given.bytes != given.network
        let home = isAddress ? IPNetwork(bytes: given.bytes, prefix: given.bits) : given
        if query.isEmpty { return .string(home.cidr) }
        guard let size = Int(query) else { return try rank(call, of: given, in: query) }
        guard (0...given.bits).contains(size) else { throw call.mistake("a prefix cannot be \(size) bits long") }
        let index = call[2].isNone ? nil : try number(call, 2)
        if isAddress {
            // The networks around an address, from the wanted size down to two addresses.
            let sizes = Array(size..<max(size + 1, given.bits))
            let place = index ?? 0
            guard let prefix = sizes.element(place) else { throw call.mistake("there is no network number \(place)") }
            let around = IPNetwork(bytes: home.bytes, prefix: prefix)
            return .string(IPNetwork(bytes: around.network, prefix: prefix).cidr)
        }
        guard size >= home.prefix, size - home.prefix < 62 else { return index == nil ? "0" : false }
        let count = 1 << (size - home.prefix)
        guard let index else { return .string(String(count)) }
        let position = index < 0 ? index + count : index
        guard (0..<count).contains(position) else { throw call.mistake("there is no subnet number \(index)") }
        return .string(IPNetwork(bytes: home.network.adding(position, shifted: given.bits - size), prefix: size).cidr)
    }

    /// The place of a network among those of its size, the first one being 1.
    private static func rank(_ call: BuiltinCall, of inner: IPNetwork, in text: String) throws(Diagnostic) -> Value {
        guard let outer = IPNetwork(text) else { throw call.mistake("'\(text)' is neither a size nor a network") }
        guard outer.contains(inner.bytes), inner.prefix >= outer.prefix else {
            throw call.mistake("\(inner.cidr) is not in the subnet \(outer.cidr)")
        }
        var rank = 0
        for bit in outer.prefix..<max(outer.prefix, inner.prefix) {
            guard rank < 1 << 60 else { throw call.mistake("\(outer.cidr) has too many subnets to count") }
            rank = rank * 2 + Int(inner.bytes[bit / 8] >> UInt8(7 - bit % 8) & 1)
        }
        return .string(String(rank + 1))
    }

    private static func merge(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        var networks: [IPNetwork] = []
        for item in try call.elements() {
            let text = try item.text()
            guard let network = IPNetwork(text) else { throw call.mistake("'\(text)' is no IP address or network") }
            networks.append(IPNetwork(bytes: network.network, prefix: network.prefix))
        }
        switch try call.text(1) {
        case "merge": return .list(merged(networks).map { .string($0.cidr) })
        case "span":
            guard let first = networks.first else { return .none }
            var prefix = networks.map(\.prefix).min() ?? 0
            while prefix > 0, !networks.allSatisfy({ IPNetwork(bytes: first.bytes, prefix: prefix).contains($0.bytes) })
            {
                prefix -= 1
            }
            let span = IPNetwork(bytes: first.bytes, prefix: prefix)
            return .string(IPNetwork(bytes: span.network, prefix: prefix).cidr)
        case let action: throw call.mistake("cidr_merge: invalid action '\(action)'", help: "use merge or span")
        }
    }

    private static func merged(_ networks: [IPNetwork]) -> [IPNetwork] {
        var result: [IPNetwork] = []
        let sorted = networks.sorted {
            if $0.bytes.count != $1.bytes.count { return $0.bytes.count < $1.bytes.count }
            return $0.bytes == $1.bytes ? $0.prefix < $1.prefix : $0.bytes.lexicographicallyPrecedes($1.bytes)
        }
        for network in sorted {
            if let last = result.last, last.contains(network.bytes) { continue }
            result.append(network)
            // Two halves become one network, which may be half of another.
            while result.count > 1 {
                let (left, right) = (result[result.count - 2], result[result.count - 1])
                guard left.prefix == right.prefix, left.prefix > 0 else { break }
                let both = IPNetwork(bytes: left.bytes, prefix: left.prefix - 1)
                guard both.network == left.bytes, both.contains(right.bytes) else { break }
                result.removeLast(2)
                result.append(both)
            }
        }
        return result
    }
}

extension IPNetwork {
    var cidr: String { "\(address)/\(prefix)" }
}

extension [UInt8] {
    /// The number so much larger; nil where it does not fit.
    func moved(by amount: Int) -> [UInt8]? {
        guard amount.magnitude < 1 << 62 else { return nil }
        var result = self
        var carry = amount
        for index in indices.reversed() {
            let sum = Int(self[index]) + carry
            result[index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        return carry == 0 ? result : nil
    }

    /// Itself plus `number` times 2 to the power of `shift`.
    func adding(_ number: Int, shifted shift: Int) -> [UInt8] {
        var result = self
        var bit = 0
        while bit < 62 {
            let place = count * 8 - 1 - shift - bit
            if number >> bit & 1 == 1, place >= 0 { result[place / 8] |= 0x80 >> UInt8(place % 8) }
            bit += 1
        }
        return result
    }
}
