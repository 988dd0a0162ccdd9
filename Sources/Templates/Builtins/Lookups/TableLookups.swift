//! Lookups in CSV, INI and properties files.

import Diagnostics
import Regexes
import Values

enum TableLookups {
    static let all: [Lookup] = [
        Lookup(
            "csvfile",
            options: [
                ("file", "ansible.csv"), ("col", 1), ("keycol", 0), ("delimiter", "TAB"), ("default", .none),
                ("encoding", "utf-8"),
            ], isPure: true, summary: "A column of the row of a CSV file that begins with a key.",
            example: "{{ lookup('csvfile', 'web1', file='hosts.csv', delimiter=',', col=1) }}"
        ) { call throws(Diagnostic) in
            var values: [Value] = []
            for term in try call.names() {
                let (key, options) = try call.splittingOptions(term)
                if let value = try cell(key, options, call) { values.append(value) }
            }
            return values
        },
        Lookup(
            "ini",
            options: [
                ("type", "ini"), ("file", "ansible.ini"), ("section", "global"), ("re", false), ("default", ""),
                ("case_sensitive", false), ("encoding", "utf-8"), ("allow_no_value", false), ("interpolation", true),
            ], isPure: true, summary: "Values of an INI or properties file.",
            example: "{{ lookup('ini', 'user', section='db', file='app.ini') }}"
        ) { call throws(Diagnostic) in
            var values: [Value] = []
            for term in try call.names() {
                let (key, options) = try call.splittingOptions(term)
                values += try settings(key, options, call)
            }
            return values
        },
    ]

    private static func cell(
        _ key: String, _ options: [String: Value], _ call: LookupCall
    ) throws(Diagnostic) -> Value? {
        let name = try options["file"]?.text() ?? ""
        var delimiter = try options["delimiter"]?.text() ?? "TAB"
        if delimiter == "TAB" { delimiter = "\t" }
        guard let separator = delimiter.unicodeScalars.first, delimiter.unicodeScalars.count == 1,
            let column = Int(try options["col"]?.text() ?? "1"),
            let keyColumn = Int(try options["keycol"]?.text() ?? "0"),
            column >= 0, keyColumn >= 0
        else { throw call.mistake("delimiter= has to be one character, col= and keycol= numbers") }
        let text = String(decoding: try call.contents(of: name), as: UTF8.self)
        for row in CSV.rows(text, delimiter: separator) where row.indices.contains(keyColumn) && row[keyColumn] == key {
            guard row.indices.contains(column) else {
                throw call.mistake("the row of '\(key)' in \(name) has no column \(column)")
            }
            return .string(row[column])
        }
        return options["default"].flatMap { $0.isNone ? nil : $0 }
    }

    private static func settings(
        _ key: String, _ options: [String: Value], _ call: LookupCall
    ) throws(Diagnostic) -> [Value] {
        let text = String(decoding: try call.contents(of: try options["file"]?.text() ?? ""), as: UTF8.self)
        let isProperties = options["type"] == "properties"
        let section = isProperties ? "java_properties" : try options["section"]?.text() ?? "global"
        let file = IniFile(
            isProperties ? "[java_properties]\n" + text : text,
            caseSensitive: try options["case_sensitive"]?.isTruthy() ?? false)
        let entries = file.entries(of: section)
        if try options["re"]?.isTruthy() ?? false {
            let pattern = try Pattern.cached(key)
            var values: [Value] = []
            for entry in entries where try pattern.match(entry.key) != nil { values.append(.string(entry.value)) }
            return values
        }
        let wanted = file.caseSensitive ? key : key.lowercased()
        guard let entry = entries.last(where: { $0.key == wanted }) else { return [options["default"] ?? ""] }
        let interpolates = try options["interpolation"]?.isTruthy() ?? true
        return [.string(interpolates ? file.interpolated(entry.value, in: section) : entry.value)]
    }
}

/// The part of Python's `configparser` that a lookup needs.
struct IniFile {
    let caseSensitive: Bool
    private var sections: [String: [(key: String, value: String)]] = [:]

    init(_ text: String, caseSensitive: Bool) {
        self.caseSensitive = caseSensitive
        var section = ""
        for line in TextTools.lines(of: text) {
            let bare = TextTools.strip(line, nil)
            if bare.isEmpty || bare.hasPrefix("#") || bare.hasPrefix(";") { continue }
            if bare.hasPrefix("["), let end = bare.lastIndex(of: "]") {
                section = String(bare[bare.index(after: bare.startIndex)..<end])
            } else if let first = line.unicodeScalars.first, TextTools.isSpace(first),
                sections[section]?.isEmpty == false
            {
                let last = (sections[section]?.count ?? 1) - 1
                sections[section]?[last].value += "\n" + bare
            } else {
                let split = bare.firstIndex { $0 == "=" || $0 == ":" }
                let key = TextTools.strip(String(bare[..<(split ?? bare.endIndex)]), nil)
                let value = split.map { TextTools.strip(String(bare[bare.index(after: $0)...]), nil) } ?? ""
                sections[section, default: []].append((caseSensitive ? key : key.lowercased(), value))
            }
        }
    }

    /// A section's entries, with those of `DEFAULT` behind them.
    func entries(of section: String) -> [(key: String, value: String)] {
        let own = sections[section] ?? []
        let defaults = (sections["DEFAULT"] ?? []).filter { entry in !own.contains { $0.key == entry.key } }
        return own + defaults
    }

    /// `%(name)s` replaced, a few levels deep.
    func interpolated(_ text: String, in section: String, depth: Int = 10) -> String {
        guard depth > 0, let start = text.firstRange(of: "%("), let end = text[start.upperBound...].firstRange(of: ")s")
        else { return TextTools.replace(text, "%%", "%", count: -1) }
        let name = text[start.upperBound..<end.lowerBound]
        let known = entries(of: section).last { $0.key == (caseSensitive ? String(name) : name.lowercased()) }
        guard let known else { return text }
        let value = text[..<start.lowerBound] + known.value + text[end.upperBound...]
        return interpolated(String(value), in: section, depth: depth - 1)
    }
}
