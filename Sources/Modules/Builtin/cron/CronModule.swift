//! `cron`: jobs and variables in crontabs.

import Connections
import Diagnostics
import Values

package struct CronModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.cron"], "Manages jobs and variables in crontabs",
        arguments: [
            ArgumentSpec("name", .string, "Name of the job, or of the variable", required: true),
            ArgumentSpec("job", .string, "The command, or the variable's value", aliases: ["value"]),
            ArgumentSpec("state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("user", .string, "Whose crontab, or who runs the job of a file"),
            ArgumentSpec("cron_file", .path, "A file in /etc/cron.d, or anywhere by its full path"),
            ArgumentSpec("backup", .bool, "Keep a copy of what was there", default: false),
            ArgumentSpec("minute", .string, "0-59, *, */5, …", default: "*"),
            ArgumentSpec("hour", .string, "0-23, *, */2, …", default: "*"),
            ArgumentSpec("day", .string, "1-31, *, …", default: "*", aliases: ["dom"]),
            ArgumentSpec("month", .string, "1-12, JAN-DEC, *, …", default: "*"),
            ArgumentSpec("weekday", .string, "0-6, SUN-SAT, *, …", default: "*", aliases: ["dow"]),
            ArgumentSpec(
                "special_time", .string, "A time by name",
                choices: ["annually", "daily", "hourly", "monthly", "reboot", "weekly", "yearly"]),
            ArgumentSpec("disabled", .bool, "Comment the job out", default: false),
            ArgumentSpec("env", .bool, "Manage a variable instead of a job", default: false),
            ArgumentSpec("insertafter", .string, "Put the variable behind this one"),
            ArgumentSpec("insertbefore", .string, "Put the variable before this one"),
        ],
        mutuallyExclusive: [["insertafter", "insertbefore"]], readsAhead: true)

    private let arguments: ModuleArguments
    private let name: String
    private let absent: Bool
    private let user: String?
    private let file: String?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        name = arguments.string("name") ?? ""
        absent = arguments.string("state") == "absent"
        user = arguments.string("user")
        file = arguments.string("cron_file").map { $0.hasPrefix("/") ? $0 : "/etc/cron.d/\($0)" }
        try check()
    }

    private func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    private func check() throws(Diagnostic) {
        let times = ["minute", "hour", "day", "month", "weekday"]
        if arguments.string("special_time") != nil, times.contains(where: { arguments.string($0) ?? "*" != "*" }) {
            throw arguments.invalid("special_time", "special_time excludes minute, hour, day, month and weekday")
        }
        for field in times + ["name", "job", "user"] where arguments.string(field)?.contains("\n") ?? false {
            throw arguments.invalid(field, "\(field) holds a line break, which a crontab cannot store")
        }
        guard !absent else { return }
        if arguments.string("job") == nil {
            throw Diagnostic(
                .missingArgument, "cron needs 'job' for state=present", at: arguments.range,
                help: "give the command as job, or remove the entry with state: absent")
        }
        if file != nil, user == nil, !isOn("env") {
            throw Diagnostic(
                .missingArgument, "To use cron_file=... parameter you must specify user=... as well",
                at: arguments.range, help: "a file in /etc/cron.d names the user of each job")
        }
    }

    package func start() throws(Diagnostic) -> Step {
        if let file {
            return .observe(Probe(RemoteText.probe(file))) { observation in
                guard let found = RemoteText(file, observation) else {
                    return .done(.failure("cannot read \(file): \(observation.errorText.withoutOuterBlanks)"))
                }
                return decide(found.text ?? "") { content in found.replacement(content, backup: isOn("backup")) }
            }
        }
        let owner = user.map { "-u \($0.shellQuoted) " } ?? ""
        let probe = "command -v crontab >/dev/null || exit 127\nLC_ALL=C crontab \(owner)-l"
        return .observe(Probe(probe)) { observation in
            if observation.status == 127 { return .done(.failure("this host has no crontab: install cron first")) }
            // Without a table the command fails; so it does for an unknown user.
            let complaint = observation.errorText.lowercased()
            if observation.status != 0, !complaint.contains("no crontab"), !complaint.contains("can't open") {
                return .done(.failure("cannot read the crontab: \(observation.errorText.withoutOuterBlanks)"))
            }
            let before = observation.status == 0 ? observation.text : ""
            return decide(before) { content in tableScript(content, before, owner) }
        }
    }

    private func tableScript(_ content: String, _ before: String, _ owner: String) -> Script {
        guard isOn("backup") else { return Script("crontab \(owner)-", input: Array(content.utf8)) }
        let backup =
            "b=$(mktemp /tmp/crontabXXXXXX) && { crontab \(owner)-l >\"$b\" 2>/dev/null || :; } && echo \"backup $b\""
        return Script("\(backup) || exit 1\ncrontab \(owner)-", input: Array(content.utf8))
    }

    private func decide(_ before: String, write: (String) -> Script) -> Step {
        var table = Crontab(before)
        let untouched = table.text
        if isOn("env") {
            if absent {
                table.removeVariable(name)
            } else if !table.setVariable(
                name, arguments.string("job") ?? "", before: arguments.string("insertbefore"),
                after: arguments.string("insertafter"))
            {
                let anchor = arguments.string("insertbefore") ?? arguments.string("insertafter") ?? ""
                return .done(.failure("Variable named '\(anchor)' not found."))
            }
        } else if absent {
            table.removeJob(name)
        } else {
            table.setJob(name, line)
        }
        guard table.text != untouched else { return .done(ModuleResult(fields: fields(table))) }
        let header = file ?? "crontab"
        let difference = Difference(beforeHeader: header, afterHeader: header, before: before, after: table.text)
        return .apply(Change(differences: [difference], fields: fields(table)), write(table.text)) {
            [table] outcome throws(Diagnostic) -> Step in
            if outcome.status == RemoteText.moved, file != nil { return try start() }
            guard outcome.status == 0 else {
                return .done(.failure("cannot write \(header): \(outcome.errorText.withoutOuterBlanks)"))
            }
            var all = fields(table)
            if let backup = outcome.text.split(separator: "\n").first.flatMap({ String($0).dropPrefix("backup ") }) {
                all["backup_file"] = .string(backup)
            }
            return .done(ModuleResult(changed: true, fields: all))
        }
    }

    /// `0 5 * * * user command`, commented out if disabled.
    private var line: String {
        let prefix = isOn("disabled") ? "#" : ""
        let runner = file == nil ? "" : (user.map { "\($0) " } ?? "")
        let job = (arguments.string("job") ?? "").withoutOuterBlanks
        if let special = arguments.string("special_time") { return "\(prefix)@\(special) \(runner)\(job)" }
        let times = ["minute", "hour", "day", "month", "weekday"].map { arguments.string($0) ?? "*" }
        return "\(prefix)\(times.joined(separator: " ")) \(runner)\(job)"
    }

    private func fields(_ table: Crontab) -> OrderedMap {
        var fields: OrderedMap = ["jobs": .strings(table.jobs), "envs": .strings(table.variables)]
        if let given = arguments.string("cron_file") { fields["cron_file"] = .string(given) }
        return fields
    }
}
