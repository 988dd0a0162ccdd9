//! What a module is: a pure state machine of questions to a host and acts on it. The engine drives it.

import Connections
import Diagnostics
import Values

/// One module. It never talks to a connection: it says what to observe, what would change, and how to change it.
package protocol Module: Sendable {
    /// Names, arguments and documentation: the only truth for validation, docs and completion.
    static var spec: ModuleSpec { get }
    /// Takes validated arguments; throws where they contradict each other.
    init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic)
    func start() throws(Diagnostic) -> Step
}

/// What a module wants next.
package indirect enum Step: Sendable {
    /// Read-only question to the host. The engine may send it early, batch it, or ask it again.
    case observe(Probe, then: @Sendable (Observation) throws(Diagnostic) -> Step)
    /// Several read-only questions that are answered in one round trip, in their order.
    case observeAll([Probe], then: @Sendable ([Observation]) throws(Diagnostic) -> Step)
    /// What will differ, and the script that makes it so. Check mode stops here and reports `change`.
    case apply(Change, Script, then: @Sendable (Observation) throws(Diagnostic) -> Step)
    /// Waits before going on, for modules that poll.
    case wait(Duration, then: @Sendable () throws(Diagnostic) -> Step)
    /// Goes on only if an earlier task makes what the host lacks, which check mode alone can be in doubt about; else
    /// that is the failure.
    case lacking([Resource], failure: ModuleResult, then: Step)
    case done(ModuleResult)
}

/// A read-only script. Several are asked at once with `Step.observeAll`.
package struct Probe: Sendable {
    package let script: String
    /// Functions that the script calls.
    package let library: ShellLibrary?
    package let environment: [(name: String, value: String)]
    /// The script's standard input.
    package let input: [UInt8]

    package init(
        _ script: String, library: ShellLibrary? = nil, environment: [(name: String, value: String)] = [],
        input: [UInt8] = []
    ) {
        self.script = script
        self.library = library
        self.environment = environment
        self.input = input
    }

    /// The script with its functions, for a shell that lives no longer.
    package var completeScript: String { library.map { "\($0.text)\n\(script)" } ?? script }
}

/// What a script answered, byte for byte.
package struct Observation: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errorOutput: [UInt8]
    /// When an act began and ended, by the clock of the control node; set by the driver.
    package var period: Period?

    package init(status: Int32 = 0, output: [UInt8] = [], errorOutput: [UInt8] = []) {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }

    /// Standard output as text; invalid UTF-8 is replaced.
    package var text: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// A script that changes the host.
package struct Script: Sendable {
    /// How much the script is trusted with the shell's streams.
    package enum Origin: Sendable {
        /// Ours: leaves nothing running behind.
        case module
        /// A user's command, or one that starts daemons: its output is kept apart from the shell's streams.
        case user
    }

    /// Content that the script finds in a private file named by `"$variable"`.
    package struct Upload: Sendable {
        package let variable: String
        package let bytes: [UInt8]

        package init(variable: String, bytes: [UInt8]) {
            self.variable = variable
            self.bytes = bytes
        }
    }

    package var text: String
    package var input: [UInt8]
    package var uploads: [Upload]
    /// Instead of `input`: content of any size, read while the script runs.
    package var stream: (any ByteSource)?
    /// Values verbatim; the place for secrets, since they show up neither in a command line nor in a log.
    package var environment: [(name: String, value: String)]
    package var origin: Origin

    package init(
        _ text: String, input: [UInt8] = [], uploads: [Upload] = [],
        environment: [(name: String, value: String)] = [], origin: Origin = .module
    ) {
        self.text = text
        self.input = input
        self.uploads = uploads
        self.environment = environment
        self.origin = origin
    }
}

/// What an apply will make different, told before it happens: check mode, diff and plan show exactly this.
package struct Change: Sendable {
    package enum Prediction: Sendable {
        /// The host will differ as described.
        case changes
        /// Refreshes what the host only keeps to work with (package lists): check mode leaves it out and goes on as
        /// if it had succeeded.
        case upkeep
        /// Nobody can tell before it runs (a user's command): check mode skips the task.
        case unknown
    }

    package var prediction: Prediction
    /// A script that says what the other one would do, for programs that know of check mode themselves: it runs there.
    package var rehearsal: Script?
    package var differences: [Difference]
    /// Result keys that are known beforehand and reported in check mode (`dest`, `checksum`, …).
    package var fields: OrderedMap
    /// What later tasks may rely on.
    package var provides: [Resource]

    package init(
        _ prediction: Prediction = .changes, rehearsal: Script? = nil, differences: [Difference] = [],
        fields: OrderedMap = [:], provides: [Resource] = []
    ) {
        self.prediction = prediction
        self.rehearsal = rehearsal
        self.differences = differences
        self.fields = fields
        self.provides = provides
    }
}

/// Before and after of one thing, as `--diff` shows it.
package struct Difference: Sendable {
    package var beforeHeader: String
    package var afterHeader: String
    package var before: String
    package var after: String
    /// Text prepared by a tool, shown as it is instead of before and after.
    package var prepared: String?

    package init(beforeHeader: String, afterHeader: String, before: String, after: String, prepared: String? = nil) {
        self.beforeHeader = beforeHeader
        self.afterHeader = afterHeader
        self.before = before
        self.after = after
        self.prepared = prepared
    }
}
