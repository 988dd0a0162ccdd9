//! Filters for paths; only `fileglob`, `expanduser` and `realpath` look at the control node's files.

import Diagnostics
import Glibc
import Values

enum PathFilters {
    static let all: [Builtin] = [
        path("basename", "The last part of a path.", "{{ '/etc/hosts' | basename }} → hosts") {
            Path.split($0).tail
        },
        path("dirname", "Everything but the last part of a path.", "{{ '/etc/hosts' | dirname }} → /etc") {
            Path.split($0).head
        },
        path("normpath", "The path without `.`, `..` and double slashes.", "{{ '/a//b/../c' | normpath }} → /a/c") {
            Path.normalized($0)
        },
        path("expanduser", "The path with `~` replaced by a home directory.", "{{ '/x' | expanduser }} → /x") {
            Path.expandingUser($0)
        },
        path(
            "expandvars", "The text with `$NAME` and `${NAME}` replaced from the environment.",
            "{{ 'a$' | expandvars }} → a$"
        ) { Path.expandingVariables($0) },
        path("realpath", "The absolute path with all links followed.", "{{ '/proc/../etc' | realpath }} → /etc") {
            Path.real($0)
        },
        .filter(
            "relpath", value: "path", [.optional("start", ".")], summary: "The path as seen from a directory.",
            example: "{{ '/a/b' | relpath('/a/c') }} → ../b"
        ) { call throws(Diagnostic) in
            let text = try pathText(call.value)
            if text.isEmpty { throw call.mistake("no path specified") }
            return .string(Path.relative(text, from: try pathText(call[1])))
        },
        .filter(
            "splitext", value: "p", summary: "A path without its extension, and the extension.",
            example: "{{ 'a/b.tar.gz' | splitext }} → ['a/b.tar', '.gz']"
        ) { call throws(Diagnostic) in
            let (root, ending) = Path.splitExtension(try pathText(call.value))
            return .tuple([.string(root), .string(ending)])
        },
        .filter(
            "path_join", value: "paths", summary: "The parts as one path; an absolute part begins anew.",
            example: "{{ ['a', 'b'] | path_join }} → a/b"
        ) { call throws(Diagnostic) in
            if case .string(let text) = call.value { return .string(text) }
            guard call.value.isSequence else {
                throw call.mistake("|path_join expects string or sequence, got \(call.value.typeName) instead.")
            }
            let parts = try pathTexts(call)
            guard let first = parts.first else {
                throw call.mistake("join() missing 1 required positional argument: 'a'")
            }
            return .string(parts.dropFirst().reduce(first, Path.join))
        },
        .filter(
            "commonpath", value: "paths", summary: "The longest path that all paths begin with.",
            example: "{{ ['/a/b', '/a/c'] | commonpath }} → /a"
        ) { call throws(Diagnostic) in
            guard call.value.isSequence else {
                throw call.mistake("|path_join expects sequence, got \(call.value.typeName) instead.")
            }
            let paths = try pathTexts(call)
            guard !paths.isEmpty else { throw call.mistake("commonpath() arg is an empty sequence") }
            guard Set(paths.map { $0.hasPrefix("/") }).count == 1 else {
                throw call.mistake("Can't mix absolute and relative paths")
            }
            return .string(Path.common(paths))
        },
        .filter(
            "fileglob", value: "pathname", summary: "The control node's files that match a pattern.",
            example: "{{ '/nowhere/*.conf' | fileglob }} → []"
        ) { call throws(Diagnostic) in
            .list(Path.glob(try pathText(call.value)).filter(Path.isFile).map(Value.string))
        },
        path("win_basename", "The last part of a Windows path.", "{{ 'c:/x/y' | win_basename }} → y") {
            WindowsPath.split($0).tail
        },
        path("win_dirname", "Everything but the last part of a Windows path.", "{{ 'c:/x/y' | win_dirname }} → c:/x") {
            WindowsPath.split($0).head
        },
        .filter(
            "win_splitdrive", value: "p", summary: "The drive of a Windows path, and the rest.",
            example: "{{ 'c:/x' | win_splitdrive }} → ['c:', '/x']"
        ) { call throws(Diagnostic) in
            let (drive, rest) = WindowsPath.splitDrive(try pathText(call.value))
            return .tuple([.string(drive), .string(rest)])
        },
    ]

    private static func path(
        _ name: String, _ summary: String, _ example: String, _ body: @escaping @Sendable (String) -> String
    ) -> Builtin {
        .filter(name, value: "p", summary: summary, example: example) { call throws(Diagnostic) in
            .string(body(try pathText(call.value)))
        }
    }

    private static func pathText(_ value: Value) throws(Diagnostic) -> String {
        if case .string(let text) = try value.forced() { return text }
        throw Diagnostic(
            .templateRuntime, "expected str, bytes or os.PathLike object, not \(value.typeName)")
    }

    private static func pathTexts(_ call: BuiltinCall) throws(Diagnostic) -> [String] {
        var texts: [String] = []
        for item in try call.elements() { texts.append(try pathText(item)) }
        return texts
    }
}
