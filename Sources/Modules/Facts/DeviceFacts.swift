//! Block devices, their partitions and links, and what the firmware says about the machine.

import Values

/// The links below `/dev/disk`.
struct DeviceLinks {
    /// Folder → device → names.
    private var links: [String: [String: [String]]] = [:]

    init(_ report: HostReport) {
        var folder = ""
        for line in report.lines("disklinks") {
            if line.hasPrefix("/dev/disk/"), line.hasSuffix(":") {
                folder = String(line.dropFirst("/dev/disk/".count).dropLast())
            } else if let arrow = line.firstRange(of: " -> ") {
                let name = line[..<arrow.lowerBound].blankSeparatedWords.last ?? ""
                let device = line[arrow.upperBound...].split(separator: "/").last.map(String.init) ?? ""
                links[folder, default: [:]][device, default: []].append(name)
            }
        }
    }

    func byDevice(_ folder: String) -> [String: [String]] { links[folder] ?? [:] }

    func names(_ folder: String, of device: String) -> Value {
        .list((links[folder]?[device] ?? []).sorted().map { .string($0) })
    }

    func map(_ folder: String) -> Value {
        .dict(OrderedMap(byDevice(folder).keys.sorted().map { ($0, names(folder, of: $0)) }))
    }
}

enum DeviceFacts {
    static func facts(_ report: HostReport) -> OrderedMap {
        let links = DeviceLinks(report)
        let below = report.names(below: "/sys/block/")
        var masters: [String: [String]] = [:]
        for path in report.lines("holders") {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count >= 5 else { continue }
            masters[parts[parts.count - 3], default: []].append(parts[parts.count - 1])
        }
        var devices: OrderedMap = [:]
        for name in Set(below.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted() {
            devices[name] = .dict(device(name, report, links, masters, below: below))
        }
        let masterMap = OrderedMap(masters.keys.sorted().map { ($0, Value.strings(masters[$0] ?? [])) })
        return [
            "devices": .dict(devices),
            "device_links": [
                "ids": links.map("by-id"), "uuids": links.map("by-uuid"), "labels": links.map("by-label"),
                "masters": .dict(masterMap),
            ],
        ]
    }

    private static func device(
        _ name: String, _ report: HostReport, _ links: DeviceLinks, _ masters: [String: [String]], below: [String]
    ) -> OrderedMap {
        let root = "/sys/block/\(name)/"
        func text(_ path: String) -> Value { report.file(root + path).map { .string($0) } ?? .none }
        let sectors = Int(report.file(root + "size") ?? "") ?? 0
        let sectorSize = report.file(root + "queue/hw_sector_size") ?? report.file(root + "queue/physical_block_size")
        let scheduler = report.file(root + "queue/scheduler") ?? ""
        var partitions: OrderedMap = [:]
        for path in below where path.hasPrefix(name + "/") && path.hasSuffix("/start") {
            let partition = String(path.dropFirst(name.count + 1).dropLast("/start".count))
            let size = Int(report.file(root + partition + "/size") ?? "") ?? 0
            partitions[partition] = [
                "links": linksOf(partition, links, masters), "start": text(partition + "/start"), "sectors": .int(size),
                "sectorsize": 512, "size": .string(readable(size * 512)),
                "uuid": .string(links.byDevice("by-uuid")[partition]?.first ?? ""),
                "holders": .strings(masters[partition] ?? []),
            ]
        }
        var facts: OrderedMap = [
            "virtual": 1, "links": linksOf(name, links, masters), "vendor": text("device/vendor"),
            "model": text("device/model"), "sas_address": text("device/sas_address"),
            "sas_device_handle": text("device/sas_device_handle"),
            "removable": text("removable"), "support_discard": text("queue/discard_granularity"),
            "rotational": text("queue/rotational"), "partitions": .dict(partitions),
            "scheduler_mode": .string(bracketed(scheduler)), "sectors": .int(sectors),
            "sectorsize": .string(sectorSize ?? "512"), "size": .string(readable(sectors * 512)), "host": "",
            "holders": .strings(masters[name] ?? []),
        ]
        if let serial = report.file(root + "device/serial") { facts["serial"] = .string(serial) }
        if let wwn = report.file(root + "device/wwid") { facts["wwn"] = .string(wwn) }
        return facts
    }

    private static func linksOf(_ name: String, _ links: DeviceLinks, _ masters: [String: [String]]) -> Value {
        [
            "ids": links.names("by-id", of: name), "uuids": links.names("by-uuid", of: name),
            "labels": links.names("by-label", of: name), "masters": .strings(masters[name] ?? []),
        ]
    }

    /// `none` of `mq-deadline [none]`.
    private static func bracketed(_ text: String) -> String {
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else { return "" }
        return String(text[text.index(after: open)..<close])
    }

    /// Bytes with two decimals and the unit that keeps the number small.
    static func readable(_ bytes: Int) -> String {
        let units: [(name: String, size: Int)] = [
            ("EB", 1 << 60), ("PB", 1 << 50), ("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10),
        ]
        let unit = units.first { bytes >= $0.size } ?? ("Bytes", 1)
        let hundredths = Int((Double(bytes) / Double(unit.size) * 100).rounded(.toNearestOrEven))
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) \(unit.name)"
    }
}

enum FirmwareFacts {
    private static let fields = [
        ("bios_date", "bios_date"), ("bios_vendor", "bios_vendor"), ("bios_version", "bios_version"),
        ("board_asset_tag", "board_asset_tag"), ("board_name", "board_name"), ("board_serial", "board_serial"),
        ("board_vendor", "board_vendor"), ("board_version", "board_version"),
        ("chassis_asset_tag", "chassis_asset_tag"),
        ("chassis_serial", "chassis_serial"), ("chassis_vendor", "chassis_vendor"),
        ("chassis_version", "chassis_version"),
        ("product_name", "product_name"), ("product_serial", "product_serial"), ("product_uuid", "product_uuid"),
        ("product_version", "product_version"), ("system_vendor", "sys_vendor"),
    ]

    private static let forms = [
        "Unknown", "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower",
        "Portable", "Laptop", "Notebook", "Hand Held", "Docking Station", "All In One", "Sub Notebook",
        "Space-saving", "Lunch Box", "Main Server Chassis", "Expansion Chassis", "Sub Chassis",
        "Bus Expansion Chassis", "Peripheral Chassis", "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC",
        "Multi-system", "CompactPCI", "AdvancedTCA", "Blade", "Blade Enclosure", "Tablet", "Convertible",
        "Detachable", "IoT Gateway", "Embedded PC", "Mini PC", "Stick PC",
    ]

    static func facts(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [:]
        for (name, file) in fields {
            facts[name] = .string(report.file("/sys/class/dmi/id/\(file)") ?? "NA")
        }
        let form = Int(report.file("/sys/class/dmi/id/chassis_type") ?? "").flatMap {
            forms.indices.contains($0) ? forms[$0] : "unknown (\($0))"
        }
        facts["form_factor"] = .string(form ?? "NA")
        return facts
    }
}

extension Value {
    /// A list of strings.
    static func strings(_ texts: some Sequence<String>) -> Value { .list(texts.map { .string($0) }) }
}
