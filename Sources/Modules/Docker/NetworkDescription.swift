//! A Docker network as a task describes it.

import Diagnostics
import Values

struct NetworkDescription: Sendable {
    private static let ranges = [
        ("subnet", "Subnet", "--subnet"), ("iprange", "IPRange", "--ip-range"), ("gateway", "Gateway", "--gateway"),
    ]

    let name: String
    private let driver: String
    private let options: OrderedMap
    private let labels: OrderedMap
    private let addressDriver: String?
    private let addresses: [OrderedMap]
    private let switches: [(argument: String, key: String, flag: String, value: Bool)]

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        driver = arguments.string("driver") ?? "bridge"
        options =
            try ContainerOption.texts(arguments["driver_options"] ?? [:], of: "driver_options", arguments).dict ?? [:]
        labels = try ContainerOption.texts(arguments["labels"] ?? [:], of: "labels", arguments).dict ?? [:]
        addressDriver = arguments.string("ipam_driver")
        addresses = (arguments.list("ipam_config") ?? []).compactMap(\.dict)
        let known = Self.ranges.map(\.0) + ["aux_addresses"]
        for case let key? in addresses.flatMap({ $0.keys.map(\.scalarText) }) where !known.contains(key) {
            throw arguments.invalid(
                "ipam_config", "'\(key)' is no option of 'ipam_config'",
                help: Suggestion.help(for: key, among: known))
        }
        let flags = [
            ("internal", "Internal", "--internal"), ("attachable", "Attachable", "--attachable"),
            ("enable_ipv6", "EnableIPv6", "--ipv6"),
        ]
        switches = flags.compactMap { argument, key, flag in
            arguments.bool(argument).map { (argument, key, flag, $0) }
        }
    }

    var flags: [String] {
        var words = ["--driver", driver]
        for (key, value) in options { words += ["--opt", "\(key.string ?? "")=\(value.string ?? "")"] }
        for (key, value) in labels { words += ["--label", "\(key.string ?? "")=\(value.string ?? "")"] }
        if let addressDriver { words += ["--ipam-driver", addressDriver] }
        for range in addresses {
            for (key, _, flag) in Self.ranges {
                if let text = range[key]?.string { words += [flag, text] }
            }
            for (key, value) in range["aux_addresses"]?.dict ?? [:] {
                words += ["--aux-address", "\(key.scalarText ?? "")=\(value.scalarText ?? "")"]
            }
        }
        return words + switches.map { "\($0.flag)=\($0.value)" }
    }

    /// The arguments that an existing network does not satisfy.
    func differences(from network: OrderedMap) -> [String] {
        var names: [String] = []
        if network["Driver"] != .string(driver) { names.append("driver") }
        let holds = { (wanted: OrderedMap, key: String) in
            wanted.allSatisfy { network[key]?.dict?[$0.key] == $0.value }
        }
        if !holds(options, "Options") { names.append("driver_options") }
        if !holds(labels, "Labels") { names.append("labels") }
        if let addressDriver, network.at("IPAM", "Driver") != .string(addressDriver) { names.append("ipam_driver") }
        let present = network.at("IPAM", "Config")?.list ?? []
        let missing = addresses.contains { range in
            !present.contains { entry in
                Self.ranges.allSatisfy { key, inspected, _ in
                    range[key]?.string == nil || entry[inspected] == range[key]
                }
            }
        }
        if missing { names.append("ipam_config") }
        return names + switches.filter { (network[$0.key]?.bool ?? false) != $0.value }.map(\.argument)
    }
}
