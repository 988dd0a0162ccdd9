//! How `serial` cuts the hosts of a play into batches.

import Diagnostics
import Values

package enum HostBatches {
    /// Hosts in groups of `sizes`: numbers or percentages of all, the last one repeated.
    package static func cut(
        _ hosts: [String], by sizes: Value, at range: SourceRange? = nil
    ) throws(Diagnostic) -> [[String]] {
        let sizes = try (sizes.list ?? [sizes]).map { size throws(Diagnostic) in
            try number(size, of: hosts.count, at: range)
        }
        guard !sizes.isEmpty else { return [hosts] }
        var batches: [[String]] = []
        var rest = hosts[...]
        while !rest.isEmpty {
            let size = sizes[min(batches.count, sizes.count - 1)]
            batches.append(Array(size <= 0 ? rest : rest.prefix(size)))
            rest = size <= 0 ? [] : rest.dropFirst(size)
        }
        return batches
    }

    private static func number(_ value: Value, of count: Int, at range: SourceRange?) throws(Diagnostic) -> Int {
        if let number = value.int { return number }
        let text = try value.text()
        if text.hasSuffix("%"), let percent = Double(text.dropLast()) {
            return max(1, Int(Double(count) * percent / 100))
        }
        if let number = Int(text) { return number }
        throw Diagnostic(
            .invalidArgument, "serial must be a number or a percentage, got '\(text)'", at: range,
            help: "e.g. 2, or \"25%\"")
    }
}
