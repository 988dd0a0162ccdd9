//! The run as a report of tests, in the form of Ansible's callback `junit`.

import Diagnostics
import Engine
import Playbooks
import Values

/// A file of XML for each playbook, in which every task on every host is a test case.
package struct TestReporter: Reporter {
    package struct Options: Sendable {
        package var folder = ""
        /// Test cases are named after files without their lines.
        package var groupsByFile = false
        package var failsOnChange = false
        package var failsOnIgnored = false
        package var includesSetup = true
        /// Names of tasks that are test cases begin so; others count only where they fail.
        package var prefix = ""
        /// Paths are told as seen from here.
        package var relativeTo: String?
        /// Stands for the way out of that folder.
        package var outsidePath: String?
        /// Relative paths of tasks are below it.
        package var workingFolder = ""

        package init() {}
    }

    private enum Verdict {
        case passed, skipped, failed
        /// Changed, where that is a failure.
        case unwanted
    }

    private let output: Output
    private let options: Options
    private var record = RunRecord()

    package init(_ output: Output, options: Options) {
        self.output = output
        self.options = options
    }

    package mutating func report(_ event: RunEvent) {
        record.take(event)
        guard case .finished = event else { return }
        let name = record.playbook.split(separator: "/").last.map(String.init) ?? ""
        let suite = name.split(separator: ".").dropLast().joined(separator: ".")
        let moment = Double(record.ended.microseconds) / 1_000_000
        let path = "\(options.folder)/\(suite.isEmpty ? name : suite)-\(moment).xml"
        do {
            try PlainFile.write(Array(text(suite.isEmpty ? name : suite).utf8), to: path, mode: 0o600)
        } catch {
            output.writeError(error.rendered(isColoured: output.isColoured))
        }
    }

    // MARK: - The document

    private func text(_ suite: String) -> String {
        let cases = record.plays.flatMap { play in play.tasks.flatMap { self.cases(play, $0) } }
        func count(_ verdict: Verdict) -> Int { cases.count { $0.verdict == verdict } }
        let counts = "errors=\"\(count(.failed))\" failures=\"\(count(.unwanted))\""
        let time = cases.reduce(0) { $0 + $1.seconds }
        return """
            <?xml version="1.0" ?>
            <testsuites disabled="0" \(counts) tests="\(cases.count)" time="\(Self.decimal(time))">
            \t<testsuite disabled="0" \(counts) name="\(suite.xml)" \
            skipped="\(count(.skipped))" tests="\(cases.count)" time="\(Self.decimal(time))">
            \(cases.map(\.text).joined(separator: "\n"))
            \t</testsuite>
            </testsuites>

            """
    }

    private struct Case {
        let verdict: Verdict
        let seconds: Double
        let text: String
    }

    private func cases(_ play: PlayRecord, _ task: TaskRecord) -> [Case] {
        let isSetup = ["ansible.builtin.setup", "ansible.builtin.gather_facts"].contains(task.header.module)
        if isSetup, !options.includesSetup { return [] }
        let place = place(task.header.path ?? "")
        let name = "\(play.name): \(task.header.name)"
        var all = task.results.compactMap { result in
            testCase(result, "[\(result.report.host)] \(name)", place, since: task.started)
        }
        if !task.includes.isEmpty, task.header.name.hasPrefix(options.prefix) {
            let files = task.includes.map { "\($0.file): [\($0.hosts.joined(separator: ", "))]" }
            let seconds = task.ended.seconds(since: task.started)
            let body = "\t\t\t<system-out>\(files.joined(separator: "\n").xml)</system-out>"
            all.append(
                Case(
                    verdict: .passed, seconds: seconds,
                    text: element("[include] \(name)", place, seconds, body)))
        }
        return all
    }

    private func testCase(
        _ result: TaskRecord.Result, _ name: String, _ place: String, since start: Instant
    ) -> Case? {
        let report = result.report
        let verdict = verdict(report)
        guard report.task.ownName.hasPrefix(options.prefix) || verdict == .failed || verdict == .unwanted else {
            return nil
        }
        let dump = dump(report).xml
        let message = report.isHidden ? "hidden" : (try? report.result["msg"]?.text()) ?? ""
        let body =
            switch verdict {
            case .passed: "<system-out>\(dump)</system-out>"
            case .skipped:
                "<skipped>\((report.result["skip_reason"]?.string ?? "skipped").xml)</skipped>"
            case .unwanted: "<failure message=\"\(message.xml)\" type=\"failure\">\(dump)</failure>"
            case .failed: "<error message=\"\(failure(message).xml)\" type=\"error\">\(dump)</error>"
            }
        let seconds = result.ended.seconds(since: start)
        return Case(verdict: verdict, seconds: seconds, text: element(name, place, seconds, "\t\t\t" + body))
    }

    /// To the microsecond, without an exponent.
    private static func decimal(_ seconds: Double) -> String {
        let count = Int((seconds * 1_000_000).rounded())
        let fraction = String(count % 1_000_000)
        return "\(count / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }

    private func dump(_ report: TaskReport) -> String {
        report.isHidden
            ? ResultText.dump(report, isPretty: true, verbosity: 0) : ResultText.json(.dict(report.result), indent: 4)
    }

    private func failure(_ message: String) -> String {
        message.hasPrefix("Task failed") ? message : "Task failed: \(message)"
    }

    private func verdict(_ report: TaskReport) -> Verdict {
        switch report.status {
        case .failed, .unreachable: report.isIgnored && !options.failsOnIgnored ? .passed : .failed
        case .skipped: .skipped
        case .changed: options.failsOnChange ? .unwanted : .passed
        case .ok: .passed
        }
    }

    private func element(_ name: String, _ place: String, _ seconds: Double, _ body: String) -> String {
        """
        \t\t<testcase classname="\(place.xml)" name="\(name.xml)" time="\(Self.decimal(seconds))">
        \(body)
        \t\t</testcase>
        """
    }

    private static func path(_ path: String, from folder: String) -> String {
        var (words, base) = (path.split(separator: "/")[...], folder.split(separator: "/")[...])
        while let word = words.first, word == base.first {
            words.removeFirst()
            base.removeFirst()
        }
        return (base.map { _ in ".." } + words.map(String.init)).joined(separator: "/")
    }

    /// Where a task stands, as the settings want it told.
    private func place(_ path: String) -> String {
        var path = path.hasPrefix("/") || path.hasPrefix("<") ? path : "\(options.workingFolder)/\(path)"
        if let folder = options.relativeTo { path = Self.path(path, from: folder) }
        if let outside = options.outsidePath, path.hasPrefix("../") {
            path = outside + (path.split(separator: "/").last.map(String.init) ?? path)
        }
        guard options.groupsByFile, let colon = path.lastIndex(of: ":") else { return path }
        let file = String(path[..<colon])
        return file.hasSuffix(".yml") ? String(file.dropLast(4)) : file
    }
}

extension String {
    /// As text or an attribute of XML.
    fileprivate var xml: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            // XML has no other control characters.
            case _ where scalar.value < 0x20: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
