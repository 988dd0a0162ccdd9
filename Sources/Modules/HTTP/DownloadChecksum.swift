//! The argument `checksum` of a download: `sha256:…`, or the URL of a list of checksums.

import Diagnostics
import Digests
import Values

struct DownloadChecksum: Sendable {
    let algorithm: MessageDigest
    let value: String?
    let listURL: String?

    init?(_ arguments: ModuleArguments) throws(Diagnostic) {
        guard let text = arguments.string("checksum"), !text.isEmpty else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
        guard parts.count == 2, let algorithm = MessageDigest(rawValue: parts[0].lowercased()) else {
            throw arguments.invalid(
                "checksum", "'\(text)' is not algorithm:checksum",
                help: "one of \(MessageDigest.allCases.map(\.rawValue).joined(separator: ", ")), as in sha256:2c26b4…")
        }
        self.algorithm = algorithm
        if ["http://", "https://", "ftp://", "file://"].contains(where: { parts[1].hasPrefix($0) }) {
            (value, listURL) = (nil, parts[1])
            return
        }
        let digits = parts[1].lowercased()
        guard digits.count == algorithm.hexLength, digits.allSatisfy(\.isHexDigit) else {
            throw arguments.invalid(
                "checksum", "a checksum of \(algorithm.rawValue) has \(algorithm.hexLength) hexadecimal digits")
        }
        (value, listURL) = (digits, nil)
    }

    /// The checksum of a file in lines such as `2c26…  name`, `2c26… *name`, `SHA256 (name) = 2c26…`, or one alone.
    func value(in lines: [String], for name: String) -> String? {
        let lines = lines.map(\.trimmed).filter { !$0.isEmpty }
        for line in lines {
            if let open = line.firstRange(of: "(\(name)) = ") {
                return String(line[open.upperBound...]).lowercased()
            }
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2, words[0].count == algorithm.hexLength else { continue }
            var listed = words[1].trimmed
            if listed.hasPrefix("*") { listed.removeFirst() }
            if listed == name || listed.hasSuffix("/\(name)") { return words[0].lowercased() }
        }
        guard lines.count == 1, lines[0].count == algorithm.hexLength else { return nil }
        return lines[0].lowercased()
    }
}
