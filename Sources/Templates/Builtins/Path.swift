//! POSIX paths as Python's `os.path` treats them.

import Glibc

enum Path {
    /// Everything before the last slash, and what follows it.
    static func split(_ path: String) -> (head: String, tail: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        var head = path[...slash]
        let tail = path[path.index(after: slash)...]
        if head.contains(where: { $0 != "/" }) { while head.hasSuffix("/") { head = head.dropLast() } }
        return (String(head), String(tail))
    }

    static func splitExtension(_ path: String) -> (root: String, ending: String) {
        let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
        guard let dot = name.lastIndex(of: "."), name[..<dot].contains(where: { $0 != "." }) else { return (path, "") }
        return (String(path[..<dot]), String(path[dot...]))
    }

    static func join(_ left: String, _ right: String) -> String {
        if right.hasPrefix("/") { return right }
        return left.isEmpty || left.hasSuffix("/") ? left + right : left + "/" + right
    }

    static func normalized(_ path: String) -> String {
        if path.isEmpty { return "." }
        let slashes = path.prefix { $0 == "/" }.count
        // POSIX leaves the meaning of exactly two leading slashes to the system, so they stay.
        let root = slashes == 0 ? "" : slashes == 2 ? "//" : "/"
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." || (root.isEmpty && parts.isEmpty) || parts.last == ".." {
                parts.append(part)
            } else if !parts.isEmpty {
                parts.removeLast()
            }
        }
        let joined = root + parts.joined(separator: "/")
        return joined.isEmpty ? "." : joined
    }

    static func absolute(_ path: String) -> String {
        normalized(path.hasPrefix("/") ? path : join(workingDirectory, path))
    }

    static func relative(_ path: String, from start: String) -> String {
        let (to, from) = (absolute(path).split(separator: "/"), absolute(start).split(separator: "/"))
        let common = zip(to, from).prefix { $0 == $1 }.count
        let parts = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }

    static func common(_ paths: [String]) -> String {
        let root = paths.contains { $0.hasPrefix("/") } ? "/" : ""
        let parts = paths.map { $0.split(separator: "/").filter { $0 != "." } }
        guard let first = parts.first else { return "" }
        let count = first.indices.prefix { index in parts.allSatisfy { $0.count > index && $0[index] == first[index] } }
            .count
        return root + first.prefix(count).joined(separator: "/")
    }

    static func expandingUser(_ path: String) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        let home: String? =
            if user.isEmpty, let home = getenv("HOME") { String(cString: home) } else {
                (user.isEmpty ? getpwuid(getuid()) : getpwnam(String(user))).flatMap { entry in
                    entry.pointee.pw_dir.map { String(cString: $0) }
                }
            }
        guard var home else { return path }
        while home.hasSuffix("/") { home.removeLast() }
        let rest = path.dropFirst(1 + user.count)
        return home.isEmpty && rest.isEmpty ? "/" : home + rest
    }

    static func expandingVariables(_ text: String) -> String {
        var output = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            output += rest[..<dollar]
            let after = rest[rest.index(after: dollar)...]
            let isBraced = after.hasPrefix("{")
            let name: Substring
            let end: Substring.Index
            if isBraced, let brace = after.firstIndex(of: "}") {
                name = after.dropFirst()[..<brace]
                end = after.index(after: brace)
            } else {
                name = after.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
                end = name.endIndex
            }
            if !name.isEmpty, let value = getenv(String(name)) {
                output += String(cString: value)
            } else {
                output += rest[dollar..<end]
            }
            rest = rest[end...]
        }
        return output + rest
    }

    static func real(_ path: String) -> String {
        var resolved = "/"
        var pending = Array(absolute(path).split(separator: "/").map(String.init).reversed())
        var links = 0
        while let part = pending.popLast() {
            if part == ".." {
                resolved = split(resolved).head
                continue
            }
            let next = join(resolved, part)
            if links < 40, let target = linkTarget(next) {
                links += 1
                if target.hasPrefix("/") { resolved = "/" }
                pending += target.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
            } else {
                resolved = next
            }
        }
        return resolved
    }

    private static func linkTarget(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
        }
        return length < 0 ? nil : String(decoding: buffer.prefix(length), as: UTF8.self)
    }

    static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    static func glob(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard Glibc.glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv?[index].map { String(cString: $0) } }
    }

    static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }

    /// What encrypted files begin with.
    static let vaultMark = "$ANSIBLE_VAULT;"

    /// The first bytes of a file; nil where it cannot be read.
    static func beginning(of path: String, count: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let length = read(file, &bytes, count)
        return length < 0 ? nil : Array(bytes.prefix(length))
    }

    /// The type bits of what the path leads to; nil where it leads nowhere.
    static func kind(_ path: String, followingLinks: Bool = true) -> mode_t? {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }
}

/// Windows paths as Python's `ntpath` treats them.
enum WindowsPath {
    private static func isSeparator(_ character: Character) -> Bool { character == "/" || character == "\\" }

    static func splitDrive(_ path: String) -> (drive: String, rest: String) {
        let characters = Array(path)
        if characters.count >= 2, isSeparator(characters[0]), isSeparator(characters[1]) {
            guard let share = characters.dropFirst(2).firstIndex(where: isSeparator) else { return (path, "") }
            let end = characters.dropFirst(share + 1).firstIndex(where: isSeparator) ?? characters.count
            return (String(characters[..<end]), String(characters[end...]))
        }
        if characters.count >= 2, characters[1] == ":" {
            return (String(characters.prefix(2)), String(characters.dropFirst(2)))
        }
        return ("", path)
    }

    static func split(_ path: String) -> (head: String, tail: String) {
        let (drive, rest) = splitDrive(path)
        let end = rest.lastIndex(where: isSeparator).map(rest.index(after:)) ?? rest.startIndex
        var head = rest[..<end]
        if head.contains(where: { !isSeparator($0) }) {
            while let last = head.last, isSeparator(last) { head = head.dropLast() }
        }
        return (drive + head, String(rest[end...]))
    }
}
