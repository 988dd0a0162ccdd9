//! File modes as Ansible writes them: octal, symbolic, or `preserve`.

import Diagnostics

/// A wanted mode.
package enum FileMode: Sendable, Equatable {
    case octal(Int)
    case symbolic([Clause])
    /// The mode of the source.
    case preserve

    /// `u=rw`, `go-w`, `+X`.
    package struct Clause: Sendable, Equatable {
        var who: Set<Character>
        var operation: Character
        var permissions: [Character]
    }

    /// Reads the argument `name`; nil where it was not given.
    package init?(_ arguments: ModuleArguments, _ name: String = "mode") throws(Diagnostic) {
        guard let text = arguments.string(name) else { return nil }
        guard let mode = FileMode(text) else {
            throw arguments.invalid(
                name, "mode must be in octal or symbolic form: '\(text)'",
                help: "write it as '0644', 'u=rw,g=r,o=' or 'preserve'")
        }
        self = mode
    }

    package init?(_ text: String) {
        if text == "preserve" {
            self = .preserve
        } else if text.utf8.first?.isDigit == true {
            let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
            guard let bits = Int(digits, radix: 8), bits <= 0o7777 else { return nil }
            self = .octal(bits)
        } else {
            var clauses: [Clause] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let parsed = Self.clauses(String(part)) else { return nil }
                clauses += parsed
            }
            self = .symbolic(clauses)
        }
    }

    /// One comma-free part; several operations may follow one another (`u+r-w`).
    private static func clauses(_ text: String) -> [Clause]? {
        var rest = Substring(text)
        let who = rest.prefix { "ugoa".contains($0) }
        rest = rest.dropFirst(who.count)
        var result: [Clause] = []
        while let operation = rest.first {
            guard "+-=".contains(operation) else { return nil }
            rest = rest.dropFirst()
            let permissions = rest.prefix { !"+-=".contains($0) }
            guard permissions.allSatisfy({ "rwxXstugo".contains($0) }) else { return nil }
            rest = rest.dropFirst(permissions.count)
            result.append(Clause(who: Set(who), operation: operation, permissions: Array(permissions)))
        }
        return result.isEmpty ? nil : result
    }

    /// The permission bits that result from `current`.
    package func applied(to current: Int, isDirectory: Bool, umask: Int) -> Int {
        switch self {
        case .octal(let bits): bits
        case .preserve: current
        case .symbolic(let clauses):
            clauses.reduce(current) { $1.applied(to: $0, isDirectory: isDirectory, umask: umask) }
        }
    }
}

extension FileMode.Clause {
    private static let classes: [(name: Character, shift: Int)] = [("u", 6), ("g", 3), ("o", 0)]

    fileprivate func applied(to current: Int, isDirectory: Bool, umask: Int) -> Int {
        let everyone = who.isEmpty || who.contains("a")
        var bits = 0
        var mask = 0
        for (name, shift) in Self.classes where everyone || who.contains(name) {
            mask |= 7 << shift
            bits |= triple(of: current, isDirectory: isDirectory) << shift
            if permissions.contains("s") { bits |= name == "u" ? 0o4000 : name == "g" ? 0o2000 : 0 }
            if name == "u" { mask |= 0o4000 }
            if name == "g" { mask |= 0o2000 }
        }
        if permissions.contains("t") { bits |= 0o1000 }
        if everyone { mask |= 0o1000 }
        // Without "who" the umask's bits are left alone, as chmod does.
        if who.isEmpty {
            bits &= ~umask
            mask &= ~umask
        }
        switch operation {
        case "+": return current | bits
        case "-": return current & ~bits
        default: return (current & ~mask) | bits
        }
    }

    /// The rwx bits that the permissions stand for.
    private func triple(of current: Int, isDirectory: Bool) -> Int {
        permissions.reduce(0) { bits, permission in
            switch permission {
            case "r": bits | 4
            case "w": bits | 2
            case "x": bits | 1
            case "X": isDirectory || current & 0o111 != 0 ? bits | 1 : bits
            case "u": bits | current >> 6 & 7
            case "g": bits | current >> 3 & 7
            case "o": bits | current & 7
            default: bits
            }
        }
    }
}
