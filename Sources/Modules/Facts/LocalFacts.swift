//! `ansible_local`: what the fact files and scripts of a host say, as JSON or INI.

import Values

enum LocalFacts {
    static func facts(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [:]
        for section in report.names {
            guard let (kind, path) = section.halves(at: " "), kind.hasPrefix("local") else { continue }
            let name = String((path.split(separator: "/").last ?? "").dropLast(".fact".count))
            let status = report.section("localstatus \(path)").withoutOuterBlanks
            switch kind {
            case "localx" where status != "0":
                facts[name] = .string("Failure executing fact script (\(path)), rc: \(status)")
            case "localx", "localf": facts[name] = value(of: report.section(section), path: path)
            case "localstatus" where status == "unreadable":
                facts[name] = .string("error loading fact - output of running \"\(path)\" was not readable")
            default: break
            }
        }
        return ["local": .dict(facts)]
    }

    private static func value(of text: String, path: String) -> Value {
        if let value = try? JSON.parse(text) { return value }
        return ini(text) ?? .string("error loading facts as JSON or ini - please check content: \(path)")
    }

    /// Sections of `key = value` or `key: value`; keys are lower-cased, a value goes on in indented lines.
    private static func ini(_ text: String) -> Value? {
        var sections: OrderedMap = [:]
        var section: String?
        var key: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.withoutOuterBlanks
            if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
            if content.hasPrefix("["), content.hasSuffix("]") {
                let name = String(content.dropFirst().dropLast())
                section = name
                key = nil
                sections[name] = sections[name] ?? [:]
                continue
            }
            guard let current = section else { return nil }
            var entries = sections[current]?.dict ?? [:]
            if line.first == " " || line.first == "\t", let key, let before = entries[key]?.string {
                entries[key] = .string(before + "\n" + content)
            } else if let separator = content.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                let name = content[..<separator].withoutOuterBlanks.lowercased()
                key = name
                entries[name] = .string(content[content.index(after: separator)...].withoutOuterBlanks)
            } else {
                return nil
            }
            sections[current] = .dict(entries)
        }
        return section == nil ? nil : .dict(sections)
    }
}
