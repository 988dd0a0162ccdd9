//! Lookups with a context that knows a few files and variables.

import Diagnostics
import Glibc
import Templates
import Testing
import Values

@Suite struct Lookups {
    @Test(arguments: [
        ("query('items', [1, [2]], 3)", "[1, [2], 3]"), ("query('list', [1, [2]], 3)", "[[1, [2]], 3]"),
        ("query('flattened', [1, [2, [3]]])", "[1, 2, 3]"),
        ("query('together', ['a', 'b'], [1])", #"[["a", 1], ["b", null]]"#),
        ("query('indexed_items', ['a', 'b'])", #"[[0, "a"], [1, "b"]]"#),
        ("query('nested', ['a', 'b'], [1, 2])", #"[["a", 1], ["a", 2], ["b", 1], ["b", 2]]"#),
        ("query('dict', {'a': 1})", #"[{"key": "a", "value": 1}]"#),
        ("query('subelements', [{'a': [1, 2]}, {}], 'a', {'skip_missing': true})", "[[{}, 1], [{}, 2]]"),
        ("query('sequence', 'start=1 end=3 format=x%02x')", #"["x01", "x02", "x03"]"#),
        ("query('sequence', '2-10/3:h%02d')", #"["h02", "h05", "h08"]"#), ("query('sequence', '2')", #"["1", "2"]"#),
        ("query('sequence', start=1, count=3, stride=2)", #"["1", "3", "5"]"#),
        ("query('sequence', start=5, end=3, stride=-1)", #"["5", "4", "3"]"#), ("query('sequence', 'count=0')", "[]"),
        ("query('env', 'HOME', 'NOPE', default='d')", #"["/h", "d"]"#),
        ("query('vars', 'x', 'nope', default=0)", "[5, 0]"),
        ("query('varnames', '^x')", #"["x", "xy"]"#), ("query('pipe', 'printf out')", #"["out"]"#),
        ("query('lines', 'printf out')", #"["out"]"#),
        ("query('password', '/dev/null length=5 seed=x')", #"["O9iX6"]"#),
        ("query('password', '/dev/null', length=10, seed='y', chars=['digits'])", #"["3591775917"]"#),
        ("query('password', '/dev/null chars=ab,c seed=q')", #"["bbaaaccaccbcbcbbbbac"]"#),
        ("query('first_found', ['/nope', '/dev/null'])", #"["/dev/null"]"#),
        ("query('first_found', '/dev/../dev/./null')", #"["/dev/null"]"#),
        ("query('first_found', ['/nope'], skip=true)", "[]"),
        ("query('first_found', {'files': ['nope', 'null'], 'paths': ['/dev']})", #"["/dev/null"]"#),
        ("query('inventory_hostnames', 'all', 'x')", #"["all:x"]"#),
        ("query('config', 'nope', on_missing='skip')", "[]"),
    ])
    func answer(expression: String, expected: String) throws {
        #expect(try run(expression).json() == expected)
    }

    @Test(arguments: [
        "query('together')", "query('sequence', 'start=5 end=1')", "query('first_found', ['/nope'])",
        "query('vars', 'nope')",
        "query('file', '/nope')", "query('items', [1], nosuch=1)", "query('pipe', 'fail')", "query('config', 'nope')",
        "query('subelements', [{'a': [1]}, {}], 'a')", "query('password', '/dev/null encrypt=nosuch')",
    ])
    func mistakes(expression: String) { #expect(throws: Diagnostic.self) { try run(expression) } }

    /// Examples that show a result; the others need files, hosts or a network.
    private static let examples = Lookup.all.map(\.example).filter { $0.contains(" → ") }

    @Test(arguments: examples) func examplesAreTrue(_ example: String) throws {
        let parts = example.split(separator: " → ", maxSplits: 1, omittingEmptySubsequences: false)
        let template = Template(String(parts[0]) + "|", at: nil)
        let rendered = try template.render(in: RenderScope(source(Context()), environment: .standard))
        #expect(rendered == parts[1] + "|")
    }

    @Test func mostLookupsShowAResult() { #expect(Self.examples.count >= 18) }

    @Test func variableNamesAreTexts() {
        #expect(throws: Diagnostic.self) { try run("query('vars', 5)") }
    }

    @Test func filesAreFoundInTheSearchPath() throws {
        let folder = try Scratch()
        try folder.write("t.ini", "[s]\nUser = bob\nuid=5\npath=%(user)s/x\n")
        try folder.write("t.csv", "k,v1,\"v,2\"\nj,w\n")
        try folder.write("t.txt", "text\n\n")
        let context = Context(folder: folder.path)
        #expect(try run("query('file', 't.txt')", context) == ["text"])
        #expect(try run("query('unvault', 't.txt')", context) == ["text\n\n"])
        #expect(try run("query('ini', 'user section=s file=t.ini')", context) == ["bob"])
        #expect(try run("query('ini', 'path', section='s', file='t.ini')", context) == ["bob/x"])
        #expect(try run("query('ini', '^u.*', section='s', file='t.ini', re=true)", context) == ["bob", "5"])
        #expect(try run("query('ini', 'no', section='s', file='t.ini', default='D')", context) == ["D"])
        #expect(try run("query('csvfile', 'k file=t.csv delimiter=, col=2')", context) == ["v,2"])
        #expect(try run("query('fileglob', '*.csv')", context) == [.string(folder.path + "/t.csv")])
    }

    @Test func passwordsAreKeptForTheOwnerOnly() throws {
        let folder = try Scratch()
        let context = Context(folder: folder.path)
        let first = try run("query('password', 'secrets/p length=12')", context)
        #expect(first.list?.first?.string?.count == 12)
        #expect(try run("query('password', 'secrets/p length=12')", context) == first)
        var status = stat()
        #expect(stat(folder.path + "/secrets/p", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let hash = try run("query('password', 'secrets/p encrypt=sha256_crypt')", context)
        #expect(try run("query('password', 'secrets/p encrypt=sha256_crypt')", context) == hash)
    }

    private func source(_ context: Context) -> DictionarySource {
        DictionarySource([:]) { plugin, arguments, _ throws(Diagnostic) in
            guard let lookup = Lookup.standard[plugin] else { throw Diagnostic(.templatePlugin, "no lookup \(plugin)") }
            return try lookup.invoke(arguments, context: context)
        }
    }

    private func run(_ expression: String, _ context: Context = Context()) throws(Diagnostic) -> Value {
        try Template("{{ \(expression) }}", at: nil)
            .evaluate(in: RenderScope(source(context), environment: .standard)).materialized()
    }
}

/// A folder that is removed with its files.
private final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/lookups.XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        for name in ["t.ini", "t.csv", "t.txt", "secrets/p"] { unlink("\(path)/\(name)") }
        rmdir("\(path)/secrets")
        rmdir(path)
    }

    func write(_ name: String, _ text: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        fputs(text, file)
        fclose(file)
    }
}

private struct Context: LookupContext {
    var folder = "/nowhere"
    let variableNames = ["x", "xy", "a"]

    func searchPaths(for kind: String) -> [String] { [folder] }
    func environmentVariable(_ name: String) -> String? { name == "HOME" ? "/h" : nil }
    func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        guard let file = fopen(path, "r") else { throw Diagnostic(.fileUnreadable, path) }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return Array(buffer.prefix(count))
    }
    func run(_ command: String) throws(Diagnostic) -> (status: Int32, output: [UInt8]) {
        let outputs = ["echo a": "a\n", "echo a; echo b": "a\nb\n"]
        return command == "fail" ? (3, []) : (0, Array((outputs[command] ?? "out\n").utf8))
    }
    func fetch(_ url: String, options: [String: Value]) throws(Diagnostic) -> [UInt8] { Array(url.utf8) }
    func hostNames(matching pattern: String) throws(Diagnostic) -> [String] { [pattern] }
    func render(
        _ path: String, options: TemplateOptions, variables: OrderedMap
    ) throws(Diagnostic) -> Value { .string(path) }
    func variable(_ name: String) throws(Diagnostic) -> Value? { name == "x" ? 5 : nil }
    func setting(_ name: String) throws(Diagnostic) -> Value? { nil }
}
