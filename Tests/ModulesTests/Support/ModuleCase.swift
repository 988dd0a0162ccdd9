//! One case of a `module.cases.yml`, read from YAML.

import Diagnostics
import FoundationEssentials
import Glibc
import Testing
import Values
import YAML

// The format of `module.cases.yml`: a list of cases. `$DIR` stands for the case's own folder, where scripts also start;
// `$URL` and `$PORT` for the web server of a case with `serves`; `$REGISTRY` for the registry of the Docker engine.
//
//     - name: adds a line                       # what the module is to do
//       needs: [root, git]                      # optional: skipped, by name, where one is missing
//       files:                                  # before; the same notation as `after`
//         hosts: "127.0.0.1 localhost\n"        #   a file with this content
//         bin/run: {content: "x", mode: "0755"} #   … and this mode
//         empty/: {mode: "0700"}                #   a folder
//         current: {link: hosts}                #   a symbolic link
//       programs:                               # scripts found before the programs of this machine
//         getent: "echo 10.0.0.1 db\n"          #   `#!/bin/sh` is put before; null: there is none (with root)
//       root: {etc/passwd: "root:x:0:0::/:\n"}  # runs as root in a throwaway root that has these files, /usr and
//                                               # nothing else of this machine; `after` names them root/etc/passwd
//       prepare: git init $DIR/x                # a script that runs before, in the same place
//       controller: {web.conf: "listen 80\n"}   # files of the control node (files/ and templates/)
//       variables: {port: 80}                   # variables that templates and conditions see
//       serves: {a.txt: "x\n", cgi-bin/e: {…}}  # files of a web server on the loopback interface (`busybox httpd`)
//       engine:                                 # docker_…: command lines that make what the engine has before.
//         - docker create --name drovercase-a … #   Names begin with "drovercase-"; images drovercase:1 and :2 are there
//       asked: [/^create --name/]               # docker_…: each matches a line that the docker command was called with
//       arguments: {path: $DIR/hosts, line: x}  # what the author writes; or
//       free: chdir=$DIR echo hi                # … the one-line form
//       result: {changed: true, msg: /added/}   # keys that the result must have; /…/ is a regular expression,
//                                               # null means that the key is none or missing
//       fails: /does not exist/                 # the host says no with this msg (result is then optional)
//       mistake: /mutually exclusive/           # the author's mistake: thrown, nothing runs
//       after: {hosts: "…", gone: null}         # state afterwards; null: nothing is there
//       check: {changed: true}                  # result in check mode; default: the same `changed`.
//                                               # Check mode never changes anything, which the runner asserts.
//       again: {changed: false}                 # second run; default: unchanged. `again: false` leaves it out
//       diff: {before: /old/, after: /new/}     # texts of the first difference
struct ModuleCase: Sendable, CustomTestStringConvertible {
    let module: String
    let name: String
    private let entries: OrderedMap

    var testDescription: String { "\(module): \(name)" }

    init(_ value: Value, module: String) throws {
        guard let entries = value.dict, let name = entries["name"]?.string else {
            throw TestFailure(message: "a case of \(module) has no name")
        }
        let known = [
            "name", "needs", "files", "programs", "root", "prepare", "controller", "variables", "serves", "engine",
            "asked", "arguments", "free", "result", "fails", "mistake", "after", "check", "again", "diff",
        ]
        for key in entries.keys where !known.contains(key.string ?? "") {
            throw TestFailure(message: "\(module): \(name): unknown key \(key)")
        }
        self.module = module
        self.name = name
        self.entries = entries
    }

    /// The entry with `$DIR` and its like replaced.
    func entry(_ key: String, in places: [String: String]) -> Value? {
        entries[key].map { value in
            places.sorted { $0.key < $1.key }.reduce(value) { Self.replace("$\($1.key)", $1.value, in: $0) }
        }
    }

    /// Whether its module calls the docker command.
    var usesDocker: Bool { module.hasPrefix("docker_") || Self.onDocker.contains(module) }

    private static let onDocker = ["drover_service", "drover_image_build"]

    /// Whether a web server has to run beside it.
    var needsServer: Bool { entries["serves"] != nil }

    func mentions(_ place: String) -> Bool {
        (try? Value.dict(entries).representation())?.contains("$\(place)") == true
    }

    /// The first thing the case needs and this machine lacks.
    var missing: String? {
        if entries["root"] != nil, let missing = CaseRoot.missing { return missing }
        if needsServer, !WebServer.isThere { return "busybox httpd and curl" }
        for need in entries["needs"]?.list?.compactMap(\.string) ?? [] {
            if need == "root" {
                if geteuid() != 0 { return "root" }
            } else if !["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"].contains(where: { access($0 + need, X_OK) == 0 })
            {
                return need
            }
        }
        return nil
    }

    private static func replace(_ name: String, _ folder: String, in value: Value) -> Value {
        switch value {
        case .string(let text): return .string(text.replacing(name, with: folder))
        case .list(let items): return .list(items.map { replace(name, folder, in: $0) })
        case .dict(let map):
            var result: OrderedMap = [:]
            for (key, item) in map { result[replace(name, folder, in: key)] = replace(name, folder, in: item) }
            return .dict(result)
        default: return value
        }
    }

    /// All cases of all modules; a file that cannot be read is a failing case.
    static let all: Result<[ModuleCase], any Error> = Result {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let builtin = tests.appending(path: "../../Sources/Modules/Builtin").path
        var cases: [ModuleCase] = []
        for module in try FileManager.default.contentsOfDirectory(atPath: builtin).sorted() {
            let path = "\(builtin)/\(module)/module.cases.yml"
            guard let bytes = FileManager.default.contents(atPath: path) else { continue }
            let file = SourceFile(path: path, bytes: Array(bytes))
            guard let node = try YAMLReader.document(of: file).node, let list = try node.value().list else {
                throw TestFailure(message: "\(path) is not a list")
            }
            cases += try list.map { try ModuleCase($0, module: module) }
        }
        return cases
    }
}
