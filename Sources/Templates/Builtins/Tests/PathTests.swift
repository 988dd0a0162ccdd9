//! Tests of the control node's files.

import Diagnostics
import Glibc
import Values

enum PathTests {
    static let all: [Builtin] = [
        path("file", ["is_file"], "Whether it is a file.", "{{ '/nowhere' is file }} → False") { Path.isFile($0) },
        path("directory", ["is_dir"], "Whether it is a directory.", "{{ '/' is directory }} → True") {
            Path.kind($0) == S_IFDIR
        },
        path("exists", [], "Whether it exists.", "{{ '/' is exists }} → True") { Path.kind($0) != nil },
        path("link", ["is_link"], "Whether it is a symbolic link.", "{{ '/' is link }} → False") {
            Path.kind($0, followingLinks: false) == S_IFLNK
        },
        path("link_exists", [], "Whether it exists, be it a broken link.", "{{ '/' is link_exists }} → True") {
            Path.kind($0, followingLinks: false) != nil
        },
        path("abs", ["is_abs"], "Whether the path is absolute.", "{{ 'a/b' is abs }} → False") { $0.hasPrefix("/") },
        path("mount", ["is_mount"], "Whether something is mounted there.", "{{ '/' is mount }} → True") { isMount($0) },
        .test(
            "vaulted_file", summary: "Whether the file is a vault.",
            example: "{{ '/proc/version' is vaulted_file }} → False"
        ) { call throws(Diagnostic) in
            let path = try call.text()
            guard let start = Path.beginning(of: path, count: Path.vaultMark.utf8.count) else {
                throw call.mistake("Cannot test if the file '\(path)' is a vault: it cannot be read")
            }
            return start == Array(Path.vaultMark.utf8)
        },
        .test(
            "same_file", aliases: ["is_same_file"], [.required("other")],
            summary: "Whether two paths lead to the same file.", example: "{{ '/' is same_file('/.') }} → True"
        ) {
            call throws(Diagnostic) in
            let (left, right) = (identity(try call.string()), identity(try call.string(1)))
            guard let left, let right else { throw call.mistake("No such file or directory") }
            return left == right
        },
    ]

    private static func path(
        _ name: String, _ aliases: [String], _ summary: String, _ example: String,
        _ holds: @escaping @Sendable (String) -> Bool
    ) -> Builtin {
        .test(name, aliases: aliases, summary: summary, example: example) { call throws(Diagnostic) in
            // Python takes an integer for the number of an open file where it follows links.
            let follows = ["file", "directory", "exists"].contains(name)
            if follows, let number = call.value.exactInteger { return holds("/proc/self/fd/\(number)") }
            guard let path = call.value.string else {
                throw call.mistake("path should be a string, not \(call.value.typeName)")
            }
            return holds(path)
        }
    }

    private static func identity(_ path: String) -> [UInt]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return [UInt(status.st_dev), UInt(status.st_ino)]
    }

    private static func isMount(_ path: String) -> Bool {
        guard Path.kind(path, followingLinks: false) == S_IFDIR, let here = identity(path),
            let above = identity(Path.join(path, ".."))
        else { return false }
        return here[0] != above[0] || here[1] == above[1]
    }
}
