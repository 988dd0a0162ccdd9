//! What a server answered, as a host's curl or wget told it.

import Values

struct HTTPAnswer: Sendable {
    let status: Int
    let url: String
    let redirected: Bool
    let seconds: Int
    /// Of the last answer, in order.
    let headers: [(name: String, value: String)]
    let reason: String

    /// `meta` is what `HTTPRequest.fetch` printed, `head` the file of headers.
    init(meta: String, head: String) {
        let lines = meta.split(separator: "\n").map(String.init)
        status = lines.first.flatMap { Int($0) } ?? 0
        url = lines.count > 1 ? lines[1] : ""
        redirected = lines.count > 2 && (Int(lines[2]) ?? 0) > 0
        seconds = lines.count > 3 ? Int(Double(lines[3]) ?? 0) : 0
        var headers: [(name: String, value: String)] = []
        var reason = ""
        for line in head.split(whereSeparator: \.isNewline).map({ String($0).trimmed }) {
            if line.hasPrefix("HTTP/") {
                headers = []
                reason = line.split(separator: " ", maxSplits: 2).dropFirst(2).first.map(String.init) ?? ""
            } else if let colon = line.firstIndex(of: ":") {
                headers.append((String(line[..<colon]), String(line[line.index(after: colon)...]).trimmed))
            }
        }
        self.headers = headers
        self.reason = reason
    }

    func header(_ name: String) -> String? { headers.last { $0.name.lowercased() == name }?.value }

    /// Headers as result keys: lower case, `_` for `-`; several of one name joined.
    var fields: OrderedMap {
        var fields: OrderedMap = [:]
        for (name, value) in headers {
            let key = name.lowercased().replacing("-", with: "_")
            fields[key] = .string(fields[key]?.string.map { "\($0), \(value)" } ?? value)
        }
        return fields
    }

    var cookies: [(name: String, value: String)] {
        headers.filter { $0.name.lowercased() == "set-cookie" }.compactMap { header in
            let pair = header.value.split(separator: ";").first?.split(separator: "=", maxSplits: 1)
            guard let pair, let name = pair.first else { return nil }
            return (String(name).trimmed, pair.count > 1 ? String(pair[1]) : "")
        }
    }

    /// Why there was no answer at all.
    static func failure(_ observation: Observation, url: String) -> String {
        let said = observation.errorText.trimmed
        let reason = said.split(separator: "\n").last.map(String.init) ?? ""
        let bare = reason.hasPrefix("curl: ") ? String(reason.drop { $0 != ")" }.dropFirst(2)) : reason
        return switch observation.status {
        case 127:
            "cannot request \(url): the host has neither curl nor a wget that can do this; install curl"
        case 60, 77: "cannot request \(url): \(bare); give 'ca_path', or 'validate_certs: false' for a test"
        case 28: "cannot request \(url): \(bare); the server is too slow, or 'timeout' too short"
        default: "cannot request \(url): \(bare.isEmpty ? "exit status \(observation.status)" : bare)"
        }
    }
}
