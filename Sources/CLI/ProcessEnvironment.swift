//! The environment of the process.

import Glibc

/// Read once, when it is first asked for.
enum ProcessEnvironment {
    static let all: [String: String] = {
        var all: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                all[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            next += 1
        }
        return all
    }()
}
