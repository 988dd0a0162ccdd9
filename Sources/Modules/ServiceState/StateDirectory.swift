//! The folder in which a host keeps locks, fences and records of its services.

import Connections
import Diagnostics
import Values

/// The folder as a task names it.
struct StateDirectory: Sendable {
    static let standard = "/var/lib/drover/services"

    static let argument = ArgumentSpec(
        "directory", .string, "Where the host keeps locks and records of services", default: .string(standard))

    let path: String

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        path = arguments.string("directory") ?? Self.standard
        guard path.hasPrefix("/") else {
            throw arguments.invalid("directory", "'\(path)' is not an absolute path")
        }
    }

    /// Sets `$d`, and complains where only its owner may look into the folder.
    var opening: String {
        """
        d=\(path.shellQuoted)
        if [ -d "$d" ] && [ ! -x "$d" ]; then echo "$d: Permission denied" >&2; fi
        # One line: a file's line breaks would end the answer.
        content() { if [ -e "$1" ]; then tr '\\n\\000' '  ' <"$1"; fi; }

        """
    }

    /// Names that can be part of a file's name.
    static func names(_ argument: String, _ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        var names: [String] = []
        for name in arguments.strings(argument) ?? [] where !names.contains(name) {
            names.append(try checked(name, argument, arguments))
        }
        return names
    }

    /// A name that is no path and no option.
    static func checked(_ name: String, _ argument: String, _ arguments: ModuleArguments) throws(Diagnostic) -> String {
        let allowed = name.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        guard allowed, let first = name.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
            throw arguments.invalid(
                argument, "'\(name)' is not the name of a service",
                help: "letters, digits, '_', '.' and '-', the first a letter or digit")
        }
        return name
    }
}
