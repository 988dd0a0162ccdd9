//! Each line of the fleet from each of its hosts to each of the other side's, and how opening it went.

import Values

/// One connection that a line stands for.
package struct LineTest: Sendable {
    package enum Verdict: Sendable, Equatable {
        case open
        /// With the reason.
        case cut(String)
        /// Nobody can tell, or nobody was asked.
        case untested(String)
    }

    package let consumer: String
    package let consumerHost: String
    package let provider: String
    package let providerHost: String
    /// The port's name.
    package let port: String
    package let address: String
    package let number: Int
    package let transport: ServicePort.TransportProtocol
    package var verdict = Verdict.untested("it was not asked")
    /// `container` or `host`: where the connection began.
    package var from: String?

    package var target: String { "\(address.contains(":") ? "[\(address)]" : address):\(number)" }

    package var value: Value {
        let (state, reason): (Value, Value) =
            switch verdict {
            case .open: ("open", .none)
            case .cut(let reason): ("cut", .string(reason))
            case .untested(let reason): ("untested", .string(reason))
            }
        return [
            "consumer": .string(consumer), "consumer_host": .string(consumerHost), "provider": .string(provider),
            "provider_host": .string(providerHost), "port_name": .string(port), "address": .string(address),
            "port": .int(number), "protocol": .string(transport.rawValue), "state": state, "reason": reason,
            "from": from.map { .string($0) } ?? .none,
        ]
    }
}

/// The tests of a whole fleet.
package struct LineTests: Sendable {
    package private(set) var all: [LineTest] = []

    /// One for each pair of hosts.
    package init(_ fleet: Fleet) {
        for consumer in fleet.services {
            for need in consumer.needs {
                for provider in fleet[need.provider]?.services ?? [] {
                    guard let port = provider.ports.first(where: { $0.name == need.port }) else { continue }
                    all.append(
                        LineTest(
                            consumer: consumer.name, consumerHost: consumer.host, provider: provider.name,
                            providerHost: provider.host, port: port.name, address: provider.address,
                            number: port.number, transport: port.transport))
                }
            }
        }
    }

    /// Hosts that lines begin on.
    package var hosts: [String] {
        var hosts: [String] = []
        for test in all where !hosts.contains(test.consumerHost) { hosts.append(test.consumerHost) }
        return hosts
    }

    /// By host, the argument `lines` of `drover.core.service_lines`.
    package var arguments: Value {
        .dict(
            OrderedMap(
                pairs: hosts.map { host in
                    let lines = all.filter { $0.consumerHost == host }.map { test -> Value in
                        [
                            "service": .string(test.consumer), "address": .string(test.address),
                            "port": .int(test.number), "protocol": .string(test.transport.rawValue),
                        ]
                    }
                    return (.string(host), .list(lines))
                }))
    }

    /// What a host answered: one entry for each of its lines, in order.
    package mutating func take(_ answer: Value, from host: String) {
        let own = all.indices.filter { all[$0].consumerHost == host }
        for (index, line) in zip(own, answer["lines"]?.list ?? []) {
            let reason = line["reason"]?.string ?? "no reason given"
            switch line["open"] {
            case .bool(true)?: all[index].verdict = .open
            case .bool(false)?: all[index].verdict = .cut(reason)
            default: all[index].verdict = .untested(reason)
            }
            all[index].from = line["from"]?.string
        }
    }

    /// A host that could not be asked.
    package mutating func fail(_ host: String, _ reason: String) {
        for index in all.indices where all[index].consumerHost == host {
            all[index].verdict = .untested(reason.split(separator: "\n").first.map(String.init) ?? reason)
        }
    }

    package var isCut: Bool {
        all.contains { if case .cut = $0.verdict { true } else { false } }
    }

    /// The connections of one line of a drawing.
    func of(consumer: String, provider: String, port: String) -> [LineTest] {
        all.filter { $0.consumer == consumer && $0.provider == provider && $0.port == port }
    }
}
