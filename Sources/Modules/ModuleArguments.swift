//! Arguments after validation: canonical names, converted types, defaults filled in.

import Diagnostics
import Values

/// The validated arguments of one module call.
package struct ModuleArguments: Sendable {
    /// By canonical name. Arguments that were not given and have no default are absent.
    package let values: OrderedMap
    /// Where the task was written, and each argument.
    package let range: SourceRange?
    package let ranges: [String: SourceRange]

    package init(values: OrderedMap, range: SourceRange? = nil, ranges: [String: SourceRange] = [:]) {
        self.values = values
        self.range = range
        self.ranges = ranges
    }

    package subscript(name: String) -> Value? { values[name] }

    /// nil where absent or none.
    package func string(_ name: String) -> String? { values[name]?.string }
    package func bool(_ name: String) -> Bool? { values[name]?.bool }
    package func int(_ name: String) -> Int? { values[name]?.int }
    package func strings(_ name: String) -> [String]? { values[name]?.list?.compactMap(\.string) }
    package func list(_ name: String) -> [Value]? { values[name]?.list }
    package func dict(_ name: String) -> OrderedMap? { values[name]?.dict }

    /// A mistake in the value of an argument, placed where it was written.
    package func invalid(_ name: String, _ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.invalidArgument, message, at: ranges[name] ?? range, help: help)
    }
}
