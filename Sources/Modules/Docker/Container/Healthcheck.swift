//! A container's health check in one form, whichever way it was written.

import Connections
import Diagnostics
import Values

enum Healthcheck {
    private static let durations = [
        ("interval", "Interval", "--health-interval"), ("timeout", "Timeout", "--health-timeout"),
        ("start_period", "StartPeriod", "--health-start-period"),
        ("start_interval", "StartInterval", "--health-start-interval"),
    ]
    private static let keys = ["test", "retries", "test_cli_compatible"] + durations.map(\.0)

    static func wanted(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) -> Value {
        var result: OrderedMap = [:]
        for (key, item) in value.dict ?? [:] {
            let key = key.scalarText ?? ""
            guard keys.contains(key) else {
                throw arguments.invalid(
                    "healthcheck", "'\(key)' is no option of 'healthcheck'",
                    help: Suggestion.help(for: key, among: keys))
            }
            if key == "test" {
                result[key] = .string(try command(item, arguments))
            } else if key == "retries" {
                guard let retries = item.int ?? item.string.flatMap(Int.init) else {
                    throw arguments.invalid("healthcheck", "'retries' of 'healthcheck' is not a number")
                }
                result[key] = .string(String(retries))
            } else if durations.contains(where: { $0.0 == key }) {
                let text = item.scalarText ?? ""
                guard let duration = DockerQuantity.nanoseconds(text) else {
                    throw arguments.invalid(
                        "healthcheck", "'\(text)' is not a duration", help: "a number with h, m, s or ms: 1m30s")
                }
                result[key] = .string("\(duration)ns")
            }
        }
        return .dict(result)
    }

    /// `NONE`, or the command for the container's shell. A list that starts with CMD is quoted for that shell,
    /// because the command line cannot say it otherwise.
    private static func command(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) -> String {
        if let text = value.scalarText { return text == "NONE" ? "" : text }
        let words = (value.list ?? []).compactMap(\.scalarText)
        guard let text = command(words) else {
            throw arguments.invalid(
                "healthcheck", "a list in 'test' of 'healthcheck' starts with NONE, CMD or CMD-SHELL")
        }
        return text
    }

    private static func command(_ words: [String]) -> String? {
        switch words.first {
        case nil, "NONE": ""
        case "CMD": shellWords(Array(words.dropFirst()))
        case "CMD-SHELL": words.dropFirst().joined(separator: " ")
        default: nil
        }
    }

    static func actual(_ value: Value?) -> Value {
        var result: OrderedMap = [:]
        guard let value else { return .dict(["test": ""]) }
        result["test"] = .string(command((value["Test"]?.list ?? []).compactMap(\.string)) ?? "")
        result["retries"] = .string(String(value["Retries"]?.int ?? 0))
        for (name, key, _) in durations {
            result[name] = .string("\(value[key]?.int ?? 0)ns")
        }
        return .dict(result)
    }

    static let flags: ContainerOption.Spelling = { value in
        if value["test"] == "" { return ["--no-healthcheck"] }
        var words: [String] = []
        if let test = value["test"]?.string { words += ["--health-cmd", test] }
        if let retries = value["retries"]?.string { words += ["--health-retries", retries] }
        for (name, _, flag) in durations {
            if let duration = value[name]?.string { words += [flag, duration] }
        }
        return words
    }
}
