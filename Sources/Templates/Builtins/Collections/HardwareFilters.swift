//! Filters for hardware addresses and VLAN numbers.

import Diagnostics
import Values

enum HardwareFilters {
    static let all: [Builtin] = [
        filter("hwaddr", "{{ '00-1A-2B-3C-4D-5E' | hwaddr('linux') }} → 00:1a:2b:3c:4d:5e"),
        filter("macaddr", "{{ '001a.2b3c.4d5e' | macaddr('win') }} → 00-1A-2B-3C-4D-5E"),
        .filter(
            "slaac", collection: "ansible.utils", [.required("query")],
            summary: "The address that a host with this hardware address gives itself in an IPv6 network.",
            example: "{{ '2001:db8::/64' | slaac('00:1a:2b:3c:4d:5e') }} → 2001:db8::21a:2bff:fe3c:4d5e"
        ) { call throws(Diagnostic) in
            guard let network = IPNetwork(try call.text()), network.isVersion6 else { return false }
            guard let octets = octets(try call.text(1)) else { return false }
            let identifier = [octets[0] ^ 2, octets[1], octets[2], 0xFF, 0xFE] + octets[3...]
            return .string(IPNetwork.text(network.network[..<8] + identifier))
        },
        .filter(
            "random_mac", collection: "community.general", [.keyword("seed")],
            summary: "A hardware address that begins with these octets; with a seed always the same one.",
            example: "{{ '52:54:00:12:34:56' | community.general.random_mac is string }} → True"
        ) { call throws(Diagnostic) in try randomAddress(call) }.underLongName,
        .filter(
            "vlan_parser", collection: "ansible.netcommon", value: "vlan_list",
            [.optional("first_line_len", 48), .optional("other_line_len", 44)],
            summary: "VLAN numbers in the lines of a switch's configuration.",
            example: "{{ [1, 5, 6, 7, 100, 101] | vlan_parser }} → ['1,5-7,100,101']"
        ) { call throws(Diagnostic) in try vlans(call) },
    ]

    private static let styles = [
        "", "bare", "bool", "int", "cisco", "eui48", "linux", "unix", "pgsql", "postgresql", "psql", "win",
    ]

    private static func filter(_ name: String, _ example: String) -> Builtin {
        .filter(
            name, collection: "ansible.utils", [.optional("query", "")],
            summary: "The hardware address as \(styles.dropFirst().joined(separator: ", ")); False for what is none.",
            example: example
        ) { call throws(Diagnostic) in
            let (text, style) = (try call.text(), try call.text(1))
            guard styles.contains(style) else {
                throw call.mistake(
                    "unknown filter type: \(style)", help: Suggestion.help(for: style, among: styles.dropFirst()))
            }
            guard let octets = octets(text) else {
                if style.isEmpty || style == "bool" { return false }
                throw call.mistake("\(name): not a hardware address: \(text)")
            }
            return written(octets, style, text)
        }
    }

    private static func written(_ octets: [UInt8], _ style: String, _ text: String) -> Value {
        let small = octets.map { hex($0) }
        func groups(_ size: Int, _ separator: String) -> String {
            stride(from: 0, to: 6, by: size).map { small[$0..<($0 + size)].joined() }.joined(separator: separator)
        }
        switch style {
        case "": return .string(text)
        case "bool": return true
        case "int": return .int(octets.reduce(0) { $0 << 8 | Int($1) })
        case "bare": return .string(groups(6, "").uppercased())
        case "cisco": return .string(groups(2, "."))
        case "linux", "unix": return .string(groups(1, ":"))
        case "pgsql", "postgresql", "psql": return .string(groups(3, ":"))
        default: return .string(groups(1, "-").uppercased())
        }
    }

    private static func hex(_ octet: UInt8) -> String { (octet < 16 ? "0" : "") + String(octet, radix: 16) }

    /// The six octets of `00:1a:2b:3c:4d:5e`, `00-1A-…`, `001a.2b3c.4d5e`, `001a2b3c4d5e`.
    private static func octets(_ text: String) -> [UInt8]? {
        let parts = text.split(omittingEmptySubsequences: false) { ":-.".contains($0) }
        let width = [1: 12, 2: 6, 3: 4, 6: 2][parts.count] ?? 0
        var digits: [UInt8] = []
        for part in parts {
            guard !part.isEmpty, part.count <= width else { return nil }
            for character in String(repeating: "0", count: width - part.count) + part {
                guard character.isASCII, let digit = character.hexDigitValue else { return nil }
                digits.append(UInt8(digit))
            }
        }
        guard digits.count == 12 else { return nil }
        return stride(from: 0, to: 12, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func randomAddress(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        guard let text = call.value.string else {
            throw call.mistake("Invalid value type (\(call.value.typeName)) for random_mac")
        }
        let prefix = text.lowercased()
        let parts = prefix.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 6 else {
            throw call.mistake("Invalid value (\(prefix)) for random_mac: 5 colon(:) separated items max")
        }
        for part in parts where part.count > 2 || UInt8(part, radix: 16) == nil {
            throw call.mistake("Invalid value (\(prefix)) for random_mac: \(part) not hexa byte")
        }
        var generator = try ValueFilters.generator(seed: call[1])
        let number = 68_719_476_736 + generator.below(1_099_511_627_776 - 68_719_476_736)
        let digits = Array(String(number, radix: 16).prefix(2 * (6 - parts.count)))
        let rest = stride(from: 0, to: digits.count, by: 2).map { ":" + String(digits[$0...($0 + 1)]) }
        return .string(prefix + rest.joined())
    }

    private static func vlans(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        var numbers: Set<Int> = []
        for item in try call.elements() {
            guard let number = item.exactInteger ?? item.string.flatMap({ Int($0) }), (1...4094).contains(number) else {
                throw call.mistake("Valid VLAN range is 1-4094, not \(try item.text())")
            }
            numbers.insert(number)
        }
        var lines: [String] = []
        var line = ""
        for entry in ranges(numbers.sorted()) {
            let limit = try call.integer(lines.isEmpty ? 1 : 2)
            if !line.isEmpty, line.count + 1 + entry.count > limit {
                lines.append(line)
                line = entry
            } else {
                line += line.isEmpty ? entry : "," + entry
            }
        }
        if !line.isEmpty { lines.append(line) }
        return .list(lines.map(Value.string))
    }

    /// Three and more numbers in a row as `first-last`.
    private static func ranges(_ numbers: [Int]) -> [String] {
        var entries: [String] = []
        var start = 0
        while start < numbers.count {
            var end = start
            while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
            if end - start >= 2 {
                entries.append("\(numbers[start])-\(numbers[end])")
            } else {
                entries += numbers[start...end].map { String($0) }
            }
            start = end + 1
        }
        return entries
    }
}

extension Builtin {
    /// Without its short name, which ansible-core does not know either.
    fileprivate var underLongName: Builtin {
        Builtin(
            kind: kind, names: names.filter { $0.contains(".") }, parameters: parameters, summary: summary,
            example: example, acceptsUndefined: acceptsUndefined, body: body)
    }
}
