//! The ipaddr family of ansible.utils.

import Diagnostics
import Values

enum NetworkFilters {
    private static let collection = "ansible.utils"

    static let all: [Builtin] = [
        filter("ipaddr", version: nil, "{{ '192.0.2.10/24' | ipaddr('network') }} → 192.0.2.0"),
        filter("ipv4", version: 4, "{{ ['192.0.2.1', '::1', 'x'] | ipv4 }} → ['192.0.2.1']"),
        filter("ipv6", version: 6, "{{ ['192.0.2.1', '::1', 'x'] | ipv6 }} → ['::1']"),
        .filter(
            "ipwrap", collection: collection, [.optional("query", "")],
            summary: "IPv6 addresses in brackets, everything else as it is.",
            example: "{{ ['::1', 'host'] | ipwrap }} → ['[::1]', 'host']"
        ) { call throws(Diagnostic) in
            guard let items = call.value.list else { return wrapped(call.value) }
            return .list(items.map(wrapped))
        },
    ]

    private static func filter(_ name: String, version: Int?, _ example: String) -> Builtin {
        .filter(
            name, collection: collection, [.optional("query", ""), .optional("version", false), .optional("alias")],
            summary: version.map { "The IPv\($0) addresses, or what a query asks about them; False for what is none." }
                ?? "The addresses, or what a query asks about them; False for what is none.",
            example: example
        ) { call throws(Diagnostic) in
            let query = try call.text(1)
            let version = version ?? call[2].int
            guard let items = call.value.list else { return try answer(call.value, query, version) ?? false }
            var answers: [Value] = []
            for item in items { if let answer = try answer(item, query, version) { answers.append(answer) } }
            return .list(answers)
        }
    }

    private static func wrapped(_ value: Value) -> Value {
        guard let text = value.string, let network = IPNetwork(text), network.isVersion6 else { return value }
        return .string("[\(network.address)]" + (network.hasPrefix ? "/\(network.prefix)" : ""))
    }

    /// nil where the value is no address, or not one that the query wants.
    private static func answer(_ value: Value, _ query: String, _ version: Int?) throws(Diagnostic) -> Value? {
        guard let text = value.string, let network = IPNetwork(text), version == nil || version == network.version
        else {
            return nil
        }
        if let offset = Int(query) {
            return network.host(offset).map { .string("\(IPNetwork.text($0))/\(network.prefix)") }
        }
        if query.contains("/") || query.contains("."), let wanted = IPNetwork(query) {
            return wanted.contains(network.bytes) ? value : nil
        }
        if let kept = selection(network, query) { return kept ? value : nil }
        guard let answer = part(network, text, query) else {
            throw Diagnostic(
                .templateRuntime, "unknown filter type: \(query)", help: Suggestion.help(for: query, among: queries))
        }
        return answer.isUndefined ? nil : answer
    }

    private static let queries = [
        "address", "address/prefix", "broadcast", "host", "host/prefix", "hostmask", "ip", "ip/prefix", "ipv4", "ipv6",
        "link-local", "loopback", "multicast", "net", "netmask", "network", "network/prefix", "prefix", "private",
        "public",
        "revdns", "size", "subnet", "type", "unicast", "version", "first_usable", "last_usable", "network_netmask",
    ]

    /// Queries that only let some addresses pass; nil for other queries.
    private static func selection(_ network: IPNetwork, _ query: String) -> Bool? {
        switch query {
        case "": true
        case "ipv4", "v4": !network.isVersion6
        case "ipv6", "v6": network.isVersion6
        case "loopback", "lo": network.isLoopback
        case "multicast": network.isMulticast
        case "unicast": !network.isMulticast
        case "link-local": network.isLinkLocal
        case "private": network.isPrivate
        case "public": !network.isPrivate && !network.isLoopback && !network.isMulticast && !network.isLinkLocal
        case "net": network.hasPrefix && network.bytes == network.network
        default: nil
        }
    }

    private static let nothing = Value.undefined(Undefined("no such part of this address"))

    /// A part of the address; `nothing` where it has no such part, nil for unknown queries.
    private static func part(_ network: IPNetwork, _ text: String, _ query: String) -> Value? {
        let first = IPNetwork.text(network.network)
        let isHost = network.prefix == network.bits
        switch query {
        case "address", "ip":
            let isNetworkItself = network.hasPrefix && !isHost && network.bytes == network.network
            return isNetworkItself && network.prefix < network.bits - 1 ? nothing : .string(network.address)
        case "host", "host/prefix", "address/prefix", "ip/prefix", "gateway", "gw":
            return .string("\(network.address)/\(network.prefix)")
        case "network", "network_id": return .string(first)
        case "network/prefix", "subnet", "cidr": return .string("\(first)/\(network.prefix)")
        case "prefix": return .int(network.prefix)
        case "netmask": return .string(IPNetwork.text(network.netmask))
        case "hostmask", "wildcard": return .string(IPNetwork.text(network.netmask.map { ~$0 }))
        case "broadcast":
            return isHost || network.prefix == network.bits - 1 ? nothing : .string(IPNetwork.text(network.last))
        case "size": return network.size.map { $0 > Int.max ? nothing : .int(Int($0)) } ?? nothing
        case "version": return .int(network.version)
        case "type":
            return .string(network.hasPrefix && !isHost && network.bytes == network.network ? "network" : "address")
        case "network_netmask": return .string("\(first) \(IPNetwork.text(network.netmask))")
        case "first_usable": return (network.host(isHost ? 0 : 1)).map { .string(IPNetwork.text($0)) } ?? nothing
        case "last_usable": return (network.host(isHost ? 0 : -2)).map { .string(IPNetwork.text($0)) } ?? nothing
        case "revdns": return .string(reverseName(network))
        default: return nil
        }
    }

    private static func reverseName(_ network: IPNetwork) -> String {
        if !network.isVersion6 {
            return network.bytes.reversed().map { String($0) }.joined(separator: ".") + ".in-addr.arpa."
        }
        let digits = network.bytes.reversed().flatMap { [$0 & 15, $0 >> 4] }
        return digits.map { String($0, radix: 16) }.joined(separator: ".") + ".ip6.arpa."
    }
}
