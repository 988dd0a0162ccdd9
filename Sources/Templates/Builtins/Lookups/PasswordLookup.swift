//! `password`: made once, kept in a file, or always the same for a seed.

import Diagnostics
import Digests
import Glibc
import Values

enum PasswordLookup {
    static let lookup = Lookup(
        "password",
        options: [
            ("length", 20), ("chars", ["ascii_letters", "digits", ".,:-_"]), ("encrypt", .none), ("ident", .none),
            ("seed", .none),
        ],
        summary: "A random password, kept in a file for the next time; /dev/null keeps nothing.",
        example: "{{ lookup('password', '/dev/null length=5 seed=x') }} → O9iX6"
    ) { call throws(Diagnostic) in
        var passwords: [Value] = []
        for term in try call.names() {
            let (path, options) = try call.splittingOptions(term)
            passwords.append(.string(try password(call, path: path, options)))
        }
        return passwords
    }

    private static func password(
        _ call: LookupCall, path: String, _ options: [String: Value]
    ) throws(Diagnostic) -> String {
        let expanded = Path.expandingUser(path)
        let base = call.context.searchPaths(for: "files").last ?? "."
        let file = expanded.hasPrefix("/") ? expanded : Path.join(base, expanded)
        var entry = PasswordFile.Entry(password: "")
        let exists = file != "/dev/null" && Path.kind(file) != nil
        if exists {
            entry = PasswordFile.parse(String(decoding: try call.context.read(file), as: UTF8.self))
        } else {
            entry.password = try random(options, call)
        }
        let scheme = try self.scheme(options, call)
        let isSalted = scheme == nil || entry.salt != nil
        if let scheme, entry.salt == nil { entry.salt = PasswordHash.randomSalt(length: min(scheme.saltLength, 22)) }
        if scheme == .blowfish, entry.ident == nil { entry.ident = options["ident"]?.string ?? "2b" }
        if file != "/dev/null", !exists || !isSalted { try PasswordFile.write(entry, to: file) }
        guard let scheme else { return entry.password }
        do throws(PasswordHash.Mistake) {
            return try PasswordHash.hash(entry.password, scheme: scheme, salt: entry.salt, ident: entry.ident)
        } catch { throw call.mistake(error.message) }
    }

    private static func scheme(_ options: [String: Value], _ call: LookupCall) throws(Diagnostic) -> PasswordScheme? {
        guard let option = options["encrypt"], !option.isNone else { return nil }
        let name = try option.text()
        if let scheme = PasswordScheme(name: name) { return scheme }
        throw call.mistake(
            "unknown scheme '\(name)' in encrypt=",
            help: Suggestion.help(for: name, among: PasswordScheme.allCases.map(\.rawValue)))
    }

    private static func random(_ options: [String: Value], _ call: LookupCall) throws(Diagnostic) -> String {
        let letters = Array(try characters(options["chars"] ?? .none))
        guard !letters.isEmpty else { throw call.mistake("chars= leaves nothing to choose from") }
        guard let length = Int(try options["length"]?.text() ?? "20"), (0...1_000_000).contains(length) else {
            throw call.mistake("length= is no sensible number")
        }
        var generator = try ValueFilters.generator(seed: options["seed"] ?? .none)
        let drawn = (0..<length).map { _ in letters[generator.below(letters.count)] }
        return String(String.UnicodeScalarView(drawn))
    }

    /// Names of Python's `string` module stand for their letters, everything else for itself.
    private static func characters(_ chars: Value) throws(Diagnostic) -> String.UnicodeScalarView {
        var groups: [String] = []
        if case .list(let items) = chars {
            for item in items { groups.append(try item.text()) }
        } else {
            let text = try chars.text()
            let hasComma = text.contains(",,")
            groups = text.split(separator: ",").map(String.init) + (hasComma ? [","] : [])
        }
        let lower = "abcdefghijklmnopqrstuvwxyz"
        let punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
        let known = [
            "ascii_letters": lower + lower.uppercased(), "ascii_lowercase": lower,
            "ascii_uppercase": lower.uppercased(), "digits": "0123456789", "hexdigits": "0123456789abcdefABCDEF",
            "octdigits": "01234567", "punctuation": punctuation, "whitespace": " \t\n\r\u{B}\u{C}",
            "printable": "0123456789" + lower + lower.uppercased() + punctuation + " \t\n\r\u{B}\u{C}",
        ]
        let text = groups.map { known[$0] ?? $0 }.joined()
        return String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\"" && $0 != "'" })
    }
}

/// The file that keeps a password: `password salt=… ident=…`.
enum PasswordFile {
    struct Entry {
        var password: String
        var salt: String?
        var ident: String?
    }

    static func parse(_ text: String) -> Entry {
        var entry = Entry(password: TextTools.stripRight(text))
        for (key, path) in [(" ident=", \Entry.ident), (" salt=", \Entry.salt)]
            as [(String, WritableKeyPath<Entry, String?>)]
        {
            let parts = TextTools.split(entry.password, key, limit: -1)
            guard parts.count > 1, let last = parts.last else { continue }
            entry[keyPath: path] = last
            entry.password = parts.dropLast().joined(separator: key)
        }
        return entry
    }

    /// Only the owner may read it, from its first moment on.
    static func write(_ entry: Entry, to path: String) throws(Diagnostic) {
        try makeFolder(Path.split(path).head)
        let text =
            entry.password + (entry.salt.map { " salt=\($0)" } ?? "") + (entry.ident.map { " ident=\($0)" } ?? "")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw failure(path) }
            bytes = bytes.dropFirst(written)
        }
    }

    private static func makeFolder(_ path: String) throws(Diagnostic) {
        if path.isEmpty || Path.kind(path) != nil { return }
        try makeFolder(Path.split(path).head)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
    }

    private static func failure(_ path: String) -> Diagnostic {
        Diagnostic(.templateRuntime, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
