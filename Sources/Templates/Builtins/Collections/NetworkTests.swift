//! Tests of ansible.utils for addresses and networks.

import Diagnostics
import Values

enum NetworkTests {
    private static let collection = "ansible.utils"

    static let all: [Builtin] = [
        address("ip", "an IP address or network", "{{ '192.0.2.0/24' is ansible.utils.ip }} → True") { _ in true },
        address("ip_address", "an IP address", "{{ '::1' is ansible.utils.ip_address }} → True") { !$0.hasPrefix },
        address("ipv4", "an IPv4 address or network", "{{ '::1' is ansible.utils.ipv4 }} → False") { !$0.isVersion6 },
        address("ipv4_address", "an IPv4 address", "{{ '192.0.2.1' is ansible.utils.ipv4_address }} → True") {
            !$0.isVersion6 && !$0.hasPrefix
        },
        address("ipv6", "an IPv6 address or network", "{{ '::1' is ansible.utils.ipv6 }} → True") { $0.isVersion6 },
        address("ipv6_address", "an IPv6 address", "{{ '::1/64' is ansible.utils.ipv6_address }} → False") {
            $0.isVersion6 && !$0.hasPrefix
        },
        address("loopback", "a loopback address", "{{ '127.0.0.1' is ansible.utils.loopback }} → True") {
            $0.isLoopback
        },
        address("multicast", "a multicast address", "{{ '224.0.0.1' is ansible.utils.multicast }} → True") {
            $0.isMulticast
        },
        address("private", "a private address", "{{ '10.1.2.3' is ansible.utils.private }} → True") { $0.isPrivate },
        .test(
            "in_network", collection: collection, [.required("network")], summary: "Whether it lies in a network.",
            example: "{{ '192.0.2.9' is ansible.utils.in_network('192.0.2.0/24') }} → True"
        ) { call throws(Diagnostic) in try isInside(call, 0, 1) },
        .test(
            "subnet_of", collection: collection, [.required("network")], summary: "Whether it is a part of a network.",
            example: "{{ '192.0.2.0/26' is ansible.utils.subnet_of('192.0.2.0/24') }} → True"
        ) { call throws(Diagnostic) in try isInside(call, 0, 1) },
        .test(
            "supernet_of", collection: collection, [.required("network")],
            summary: "Whether a network is a part of it.",
            example: "{{ '192.0.2.0/24' is ansible.utils.supernet_of('192.0.2.0/26') }} → True"
        ) { call throws(Diagnostic) in try isInside(call, 1, 0) },
    ]

    private static func address(
        _ name: String, _ what: String, _ example: String, _ holds: @escaping @Sendable (IPNetwork) -> Bool
    ) -> Builtin {
        .test(name, collection: collection, summary: "Whether it is \(what).", example: example) {
            call throws(Diagnostic) in
            call.value.string.flatMap { IPNetwork($0) }.map(holds) ?? false
        }
    }

    private static func isInside(_ call: BuiltinCall, _ inner: Int, _ outer: Int) throws(Diagnostic) -> Bool {
        guard let inside = IPNetwork(try call.text(inner)), let outside = IPNetwork(try call.text(outer)) else {
            return false
        }
        return outside.contains(inside.network) && outside.contains(inside.last)
    }
}
