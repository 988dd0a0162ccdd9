//! `first_found`: the first of several files that exists.

import Diagnostics
import Values

enum FirstFoundLookup {
    static let lookup = Lookup(
        "first_found", options: [("files", []), ("paths", []), ("skip", false)],
        isPure: true, summary: "The first file that exists.",
        example: "{{ query('first_found', ['/nowhere'], skip=true) }} → []"
    ) { call throws(Diagnostic) in
        let search = try Search(call)
        for name in search.names {
            for kind in ["files", "templates", "vars"] {
                if let path = call.find(name, kind: kind) { return [.string(Path.normalized(path))] }
            }
        }
        if search.skips { return [] }
        throw call.mistake(
            "No file was found when using first_found.", help: "looked for \(search.names.joined(separator: ", "))")
    }

    private struct Search {
        var names: [String] = []
        var skips: Bool

        init(_ call: LookupCall) throws(Diagnostic) {
            skips = try call.option("skip").isTruthy()
            let (files, paths) = (try texts(call.option("files")), try texts(call.option("paths")))
            names = combined(files, paths)
            for term in call.terms { try add(term, paths: call.terms.isEmpty ? [] : paths) }
        }

        private mutating func add(_ term: Value, paths: [String]) throws(Diagnostic) {
            switch term {
            case .list(let items): for item in items { try add(item, paths: paths) }
            case .dict(let map):
                if let skip = map["skip"] { skips = try skip.isTruthy() || skips }
                names += combined(try texts(map["files"] ?? .none), try texts(map["paths"] ?? .none))
            default: names += combined(try texts(term), paths)
            }
        }

        private func combined(_ files: [String], _ paths: [String]) -> [String] {
            if paths.isEmpty { return files }
            if files.isEmpty { return paths }
            return paths.flatMap { path in files.map { Path.join(path, $0) } }
        }

        /// Lists, or texts with commas or semicolons between names.
        private func texts(_ value: Value) throws(Diagnostic) -> [String] {
            switch value {
            case .none: return []
            case .list(let items):
                var texts: [String] = []
                for item in items { texts += try self.texts(item) }
                return texts
            default: return try value.text().split { $0 == "," || $0 == ";" }.map { TextTools.strip(String($0), nil) }
            }
        }
    }
}
