//! What `SHOW GRANTS` says about an account.

/// Privileges by what they are about (`*.*`, `` `db`.* ``, `` `db`.`table` ``).
struct MySQLGrants: Sendable {
    static let option = "GRANT OPTION"

    private var byTarget: [String: Set<String>] = [:]
    private(set) var targets: [String] = []

    init(_ lines: [String]) {
        for line in lines {
            guard line.hasPrefix("GRANT "), let on = line.firstRange(of: " ON "), let to = line.firstRange(of: " TO ")
            else {
                continue
            }
            var names = Set(Self.words(String(line[line.index(line.startIndex, offsetBy: 6)..<on.lowerBound])))
            if line.contains("WITH GRANT OPTION") { names.insert(Self.option) }
            let target = String(line[on.upperBound..<to.lowerBound])
            if byTarget[target] == nil { targets.append(target) }
            byTarget[target, default: []].formUnion(names)
        }
    }

    subscript(target: String) -> Set<String> { byTarget[target] ?? [] }

    /// Whether a line is about the account of this host: `` TO `name`@`host` ``, in MySQL and old versions with other
    /// quotes.
    static func isFor(host: String, _ line: String) -> Bool {
        ["`", "'", "\""].contains { line.contains("@\($0)\(host)\($0)") }
    }

    /// Names in capitals, all in one form; columns stay in the parentheses behind theirs.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var depth = 0
        var word = ""
        for character in text {
            if character == "(" { depth += 1 } else if character == ")" { depth -= 1 }
            if character == ",", depth == 0 {
                words.append(normal(word))
                word = ""
            } else {
                word.append(character)
            }
        }
        return (words + [normal(word)]).filter { !$0.isEmpty }
    }

    private static func normal(_ text: String) -> String {
        let word = text.trimmed
        let end = word.firstIndex(of: "(") ?? word.endIndex
        let name = word[..<end].uppercased().trimmed
        switch name {
        case "ALL": return "ALL PRIVILEGES"
        case "GRANT": return option
        default: return end == word.endIndex ? name : "\(name) \(word[end...])"
        }
    }

    /// `db.table` as the server writes it.
    static func quoted(_ target: String) -> String? {
        let plain = target.filter { $0 != "`" }
        guard let (database, table) = plain.halves(at: "."), !database.isEmpty, !table.isEmpty else { return nil }
        return [database, table].map { $0 == "*" ? $0 : MySQLServer.name($0) }.joined(separator: ".")
    }
}
