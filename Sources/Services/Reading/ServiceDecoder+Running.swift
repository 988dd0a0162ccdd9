//! The parts of a service that matter once it runs: configuration files, health, options of the container.

import Diagnostics
import Values

extension ServiceDecoder {
    func configuration() throws(Diagnostic) -> [ServiceConfiguration] {
        var files: [ServiceConfiguration] = []
        for item in fields["config"]?.items ?? [] {
            guard item.isMapping, let template = item["template"], let target = item["to"] else {
                throw Diagnostic(
                    .serviceSyntax, "an entry of 'config' needs 'template' and 'to'", at: item.range,
                    help: "e.g. `{template: app.conf.j2, to: /etc/app.conf}`")
            }
            let path = try text(target, "'to'")
            guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
                throw Diagnostic(
                    .serviceSyntax, "'\(path)' is not a place in the container", at: target.range,
                    help: "an absolute path, such as /etc/app.conf")
            }
            files.append(
                ServiceConfiguration(
                    template: try text(template, "'template'"), target: path, check: item["check"]?.text,
                    reload: try reload(item["reload"]), range: item.range))
        }
        return files
    }

    private func reload(_ placed: Placed?) throws(Diagnostic) -> ServiceConfiguration.Reload {
        guard let placed else { return .restart }
        if let signal = placed["signal"]?.text { return .signal(signal) }
        if let command = placed["command"]?.text { return .command(command) }
        if placed.text == "restart" { return .restart }
        throw Diagnostic(
            .serviceSyntax, "'reload' must be {signal: HUP}, {command: ...} or restart", at: placed.range)
    }

    func health(ports: [ServicePort]) throws(Diagnostic) -> ServiceHealth? {
        guard let field = fields["health"] else { return nil }
        var checks: [ServiceHealth.Check] = []
        if let port = field["tcp"] { checks.append(.tcp(port: try knownPort(port, ports))) }
        if let path = field["http"] {
            let status = field["status"]?.number ?? 200
            checks.append(
                .http(path: try text(path, "'http'"), port: try httpPort(field, ports), status: status))
        }
        if let command = field["command"] { checks.append(.command(try words(command))) }
        if field["image"]?.flag == true { checks.append(.image) }
        guard checks.count == 1 else {
            throw Diagnostic(
                .serviceSyntax, "'health' must say one of tcp, http, command or image", at: field.range,
                help: "e.g. `health: {http: /healthz, port: http, within: 30s}`")
        }
        return ServiceHealth(
            check: checks[0], within: try seconds(field["within"]) ?? 60, interval: try seconds(field["interval"]) ?? 1)
    }

    private func httpPort(_ field: Placed, _ ports: [ServicePort]) throws(Diagnostic) -> String {
        if let port = field["port"] { return try knownPort(port, ports) }
        guard ports.count == 1 else {
            throw Diagnostic(
                .servicePort, "'health' does not say which port answers http", at: field.range,
                help: "add `port:` with one of \(ports.map(\.name).joined(separator: ", "))")
        }
        return ports[0].name
    }

    private func knownPort(_ placed: Placed, _ ports: [ServicePort]) throws(Diagnostic) -> String {
        let written = try text(placed, "a port")
        if let port = ports.first(where: { $0.name == written || String($0.number) == written }) { return port.name }
        throw Diagnostic(
            .servicePort, "service '\(name)' has no port '\(written)'", at: placed.range,
            help: Suggestion.help(for: written, among: ports.map(\.name))
                ?? "its ports are: \(ports.map(\.name).joined(separator: ", "))")
    }

    func words(_ placed: Placed) throws(Diagnostic) -> [String] {
        if case .list = placed.value {
            var words: [String] = []
            for item in placed.items { words.append(try text(item, "a word of a command")) }
            return words
        }
        return ["/bin/sh", "-c", try text(placed, "a command")]
    }

    /// `30`, `30s`, `5m`, `1h`.
    func seconds(_ placed: Placed?) throws(Diagnostic) -> Int? {
        guard let placed else { return nil }
        if let number = placed.number, number > 0 { return number }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        if let text = placed.text, let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
            number > 0
        {
            return number * unit
        }
        throw Diagnostic(.serviceSyntax, "this is not a length of time", at: placed.range, help: "e.g. 30s or 5m")
    }

    /// Options of the container under the names of `docker_container`.
    func options() throws(Diagnostic) -> OrderedMap {
        var options: OrderedMap = [:]
        for key in ServiceKeys.containerOptions { if let field = fields[key] { options[key] = field.value } }
        if let stop = fields["stop"] {
            if let signal = stop["signal"] { options["stop_signal"] = .string(try text(signal, "'signal'")) }
            if let timeout = try seconds(stop["timeout"]) { options["stop_timeout"] = .int(timeout) }
        }
        return options
    }
}
