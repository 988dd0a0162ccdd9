//! From rendered values to the parts of a service; what is wrong is said at its place.

import Diagnostics
import Values

/// Reads one service for one host.
struct ServiceDecoder {
    let name: String
    let fields: Placed

    func image() throws(Diagnostic) -> Located<String> {
        guard let field = fields["image"] else {
            throw Diagnostic(
                .serviceSyntax, "service '\(name)' has no 'image'", at: fields.range,
                help: "add `image: registry.example.com/\(name):1.0`")
        }
        return Located(try text(field, "'image'"), at: field.range)
    }

    func text(_ placed: Placed, _ what: String) throws(Diagnostic) -> String {
        guard let text = placed.text, !text.isEmpty else {
            throw Diagnostic(
                .serviceSyntax, "\(what) must be text, not \(placed.value.typeName)", at: placed.range)
        }
        return text
    }

    func mapping(_ key: String) throws(Diagnostic) -> OrderedMap {
        try fields[key].map { field throws(Diagnostic) in try texts(field, key) } ?? [:]
    }

    /// Names and texts.
    func texts(_ field: Placed, _ key: String) throws(Diagnostic) -> OrderedMap {
        guard field.isMapping else {
            throw Diagnostic(
                .serviceSyntax, "'\(key)' must be a mapping of names to values, not \(field.value.typeName)",
                at: field.range)
        }
        var result: OrderedMap = [:]
        for (key, value) in field.entries {
            result[key] = .string(try text(value, "the value of '\(key)'", orEmpty: true))
        }
        return result
    }

    private func text(_ placed: Placed, _ what: String, orEmpty: Bool) throws(Diagnostic) -> String {
        if placed.value.isNone || placed.text == "" { return "" }
        if case .bool = placed.value {
            throw Diagnostic(
                .serviceSyntax, "\(what) is a boolean, and programs differ in how they read one", at: placed.range,
                help: "quote what the program shall see, e.g. \"true\"")
        }
        return try text(placed, what)
    }

    // MARK: - Ports

    func ports() throws(Diagnostic) -> [ServicePort] {
        guard let field = fields["ports"] else { return [] }
        guard field.isMapping else {
            throw Diagnostic(
                .servicePort, "'ports' must be a mapping of names to numbers", at: field.range,
                help: "e.g. `ports: {http: 8080}`; lines and checks use the names")
        }
        var ports: [ServicePort] = []
        for (name, value) in field.entries { ports.append(try port(name, value, at: field.range(ofKey: name))) }
        return ports
    }

    private func port(_ name: String, _ placed: Placed, at range: SourceRange) throws(Diagnostic) -> ServicePort {
        guard placed.isMapping else {
            let number = try portNumber(placed, of: name, at: range)
            return ServicePort(
                name: name, number: number, container: number, address: nil, transport: .tcp, range: placed.range)
        }
        guard let host = placed["host"] ?? placed["container"] else {
            throw noNumber(name, at: range)
        }
        let number = try portNumber(host, of: name, at: range)
        var transport = ServicePort.TransportProtocol.tcp
        if let written = placed["protocol"] {
            guard let known = ServicePort.TransportProtocol(rawValue: written.text ?? "") else {
                throw Diagnostic(
                    .servicePort, "the protocol of port '\(name)' must be tcp, udp or sctp", at: written.range)
            }
            transport = known
        }
        return ServicePort(
            name: name, number: number,
            container: try placed["container"].map { placed throws(Diagnostic) in
                try portNumber(placed, of: name, at: range)
            } ?? number,
            address: placed["address"]?.text, transport: transport, range: host.range)
    }

    private func portNumber(_ placed: Placed, of name: String, at range: SourceRange) throws(Diagnostic) -> Int {
        if placed.value.isNone { throw noNumber(name, at: range) }
        guard let number = placed.number, (1...65535).contains(number) else {
            throw Diagnostic(
                .servicePort, "port '\(name)' needs a number from 1 to 65535", at: placed.range,
                help: "every port is explicit: nothing here is chosen at random")
        }
        return number
    }

    private func noNumber(_ name: String, at range: SourceRange) -> Diagnostic {
        Diagnostic(
            .servicePort, "port '\(name)' has no number", at: range,
            help: "write `\(name): 8080`: every port is explicit, nothing is chosen at random")
    }

    // MARK: - Volumes

    func volumes() throws(Diagnostic) -> [ServiceVolume] {
        var volumes: [ServiceVolume] = []
        for item in fields["volumes"]?.items ?? [] { volumes.append(try volume(item)) }
        return volumes
    }

    private func volume(_ placed: Placed) throws(Diagnostic) -> ServiceVolume {
        if placed.isMapping {
            return try checked(
                ServiceVolume(
                    source: placed["source"]?.text ?? "", target: placed["target"]?.text ?? "",
                    isReadOnly: placed["read_only"]?.flag ?? false, owner: placed["owner"]?.text,
                    group: placed["group"]?.text, mode: placed["mode"]?.text, range: placed.range))
        }
        let parts = try text(placed, "a volume").split(separator: ":", omittingEmptySubsequences: false)
            .map(String.init)
        let options = parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : []
        if let strange = options.first(where: { $0 != "ro" && $0 != "rw" }) {
            throw Diagnostic(
                .serviceVolume, "'\(strange)' is not an option of a volume here", at: placed.range,
                help: "'ro' or 'rw'; for more write {source, target, read_only, owner, group, mode}")
        }
        return try checked(
            ServiceVolume(
                source: parts.count > 1 ? parts[0] : "", target: parts.count > 1 ? parts[1] : parts[0],
                isReadOnly: options.contains("ro"), owner: nil, group: nil, mode: nil, range: placed.range))
    }

    private func checked(_ volume: ServiceVolume) throws(Diagnostic) -> ServiceVolume {
        guard volume.source.hasPrefix("/") else {
            throw Diagnostic(
                .serviceVolume,
                volume.source.isEmpty
                    ? "an anonymous volume: its data would belong to a container that is replaced"
                    : "volume '\(volume.source)' is not a directory of the host", at: volume.range,
                help: "data lives on the host: `/srv/\(name)/data:\(volume.target.isEmpty ? "/data" : volume.target)`")
        }
        guard volume.target.hasPrefix("/"), volume.target != "/" else {
            throw Diagnostic(
                .serviceVolume, "'\(volume.target)' is not a directory in the container", at: volume.range,
                help: "an absolute path, such as /var/lib/data")
        }
        guard !volume.source.split(separator: "/").contains("..") else {
            throw Diagnostic(.serviceVolume, "'..' in a volume leads anywhere", at: volume.range)
        }
        return volume
    }

    // MARK: - Lines

    func needs() throws(Diagnostic) -> [ServiceNeed] {
        guard let field = fields["needs"] else { return [] }
        guard field.isMapping else {
            throw Diagnostic(
                .serviceNeed, "'needs' must be a mapping of services to ports", at: field.range,
                help: "e.g. `needs: {db: postgres}`")
        }
        var needs: [ServiceNeed] = []
        for (provider, ports) in field.entries {
            for port in ports.items {
                needs.append(
                    ServiceNeed(
                        provider: provider, port: try text(port, "a port of '\(provider)'"),
                        range: field.range(ofKey: provider)))
            }
        }
        return needs
    }
}
