//! All builtins, file by file.

extension Builtin {
    package static let filters: [Builtin] = []
    package static let tests: [Builtin] = []
    package static let globals: [Builtin] = []
}
