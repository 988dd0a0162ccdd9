//! The conditions of `find`.

import Diagnostics
import Regexes
import Values

/// Decides which paths are found.
struct FindFilter: Sendable {
    private let patterns: [Pattern]
    private let excludes: [Pattern]
    private let type: String
    private let hidden: Bool
    private let age: Double?
    private let ageStamp: String
    private let size: Double?
    private let contains: Pattern?
    private let wholeFile: Bool

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        let isRegex = arguments.bool("use_regex") ?? false
        patterns = try Self.patterns(arguments, "patterns", isRegex)
        excludes = try Self.patterns(arguments, "excludes", isRegex)
        type = arguments.string("file_type") ?? "file"
        hidden = arguments.bool("hidden") ?? false
        ageStamp = arguments.string("age_stamp") ?? "mtime"
        wholeFile = arguments.bool("read_whole_file") ?? false
        if let text = arguments.string("contains") {
            contains = try Pattern.cached(text, options: arguments.bool("read_whole_file") == true ? .multiline : [])
        } else {
            contains = nil
        }
        age = try Self.amount(arguments, "age", ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800])
        size = try Self.amount(
            arguments, "size", ["b": 1, "k": 1024, "m": 1_048_576, "g": 1_073_741_824, "t": 1_099_511_627_776])
    }

    var needsContent: Bool { contains != nil }

    func accepts(_ status: FileStatus, now: Double) throws(Diagnostic) -> Bool {
        let name = status.path.fileName
        guard let details = status.details, hidden || !name.hasPrefix(".") else { return false }
        switch type {
        case "file": guard status.kind == .file else { return false }
        case "directory": guard status.kind == .directory else { return false }
        case "link": guard status.kind == .link else { return false }
        default: break
        }
        if !patterns.isEmpty {
            guard try Self.matches(name, patterns) else { return false }
        }
        if try Self.matches(name, excludes) { return false }
        if let age {
            let stamps = ["atime": details.accessed, "ctime": details.statusChanged]
            let seconds = now - (stamps[ageStamp] ?? details.modified)
            guard age >= 0 ? seconds >= age : seconds <= -age else { return false }
        }
        if let size, status.kind == .file {
            guard size >= 0 ? Double(details.size) >= size : Double(details.size) <= -size else { return false }
        }
        return true
    }

    func acceptsContent(of status: FileStatus) throws(Diagnostic) -> Bool {
        guard let contains else { return true }
        guard let content = status.content else { return false }
        if wholeFile { return try contains.search(String(decoding: content, as: UTF8.self)) != nil }
        for line in TextLines.split(content) where try contains.match(TextLines.text(line)) != nil { return true }
        return false
    }

    private static func matches(_ name: String, _ patterns: [Pattern]) throws(Diagnostic) -> Bool {
        for pattern in patterns where try pattern.match(name) != nil { return true }
        return false
    }

    private static func patterns(
        _ arguments: ModuleArguments, _ name: String, _ isRegex: Bool
    ) throws(Diagnostic) -> [Pattern] {
        var result: [Pattern] = []
        for text in arguments.strings(name) ?? [] {
            do { result.append(try isRegex ? Pattern.cached(text) : Pattern.glob(text)) } catch {
                throw error.located(at: arguments.ranges[name] ?? arguments.range)
            }
        }
        return result
    }

    /// `-2d`, `10m`, `300`.
    private static func amount(
        _ arguments: ModuleArguments, _ name: String, _ units: [String: Double]
    ) throws(Diagnostic) -> Double? {
        guard let text = arguments.string(name)?.lowercased() else { return nil }
        let number = text.prefix { $0 == "-" || $0.isNumber }
        let unit = String(text.dropFirst(number.count).prefix(1))
        guard let value = Double(number), let factor = unit.isEmpty ? 1 : units[unit] else {
            throw arguments.invalid(
                name, "failed to process \(name): '\(text)'", help: "write a number and a unit, e.g. 2d or 10m")
        }
        return value * factor
    }
}
