//! Whether a user's program is there and may be run, told apart from what it says and returns itself.

import Connections
import Values

extension UserCommand {
    /// The program that a command line begins with.
    struct Program: Sendable {
        /// As a word of a shell script.
        let word: String
        /// The whole command as a list of words.
        let words: [String]

        /// Shell text that ends with the mark where the program cannot be run.
        func check(mark: String) -> String {
            """
            drover_w=\(word)
            case $drover_w in
            */*) if [ ! -e "$drover_w" ]; then printf '%s' missing-\(mark) >&2; exit 127
            elif [ ! -f "$drover_w" ] || [ ! -x "$drover_w" ]; then printf '%s' denied-\(mark) >&2; exit 126; fi;;
            *) \(search) || { printf '%s' missing-\(mark) >&2; exit 127; };;
            esac

            """
        }

        func failure(_ answer: Observation, mark: String) -> (message: String, fields: OrderedMap)? {
            let reason: (text: String, code: Int)
            if answer.errorText.hasSuffix("missing-\(mark)") {
                reason = ("No such file or directory", 2)
            } else if answer.errorText.hasSuffix("denied-\(mark)") {
                reason = ("Permission denied", 13)
            } else {
                return nil
            }
            let line = words.map(\.shellQuoted).joined(separator: " ")
            return (
                "Error executing command: \(reason.text): '\(words.first ?? "")'",
                ["rc": .int(reason.code), "cmd": .string(line)]
            )
        }

        /// A shell takes its own words for programs; only `exec` finds out that there is none.
        private var search: String {
            guard Self.shellWords.contains(words.first ?? "") else {
                return "command -v -- \"$drover_w\" >/dev/null 2>&1"
            }
            return """
                ( IFS=:; set -f
                for d in $PATH; do [ -f "${d:-.}/$drover_w" ] && [ -x "${d:-.}/$drover_w" ] && exit 0; done; exit 1 )
                """
        }

        private static let shellWords: Set<String> = [
            ".", ":", "[", "[[", "]]", "{", "}", "!", "alias", "bg", "bind", "break", "builtin", "caller", "case", "cd",
            "chdir", "command", "compgen", "complete", "compopt", "continue", "coproc", "declare", "dirs", "disown",
            "do",
            "done", "echo", "elif", "else", "enable", "esac", "eval", "exec", "exit", "export", "false", "fc", "fg",
            "fi",
            "for", "function", "getopts", "hash", "help", "history", "if", "in", "jobs", "kill", "let", "local",
            "logout", "mapfile", "popd", "print", "printf", "pushd", "pwd", "read", "readarray", "readonly", "return",
            "select", "set", "shift", "shopt", "source", "suspend", "test", "then", "time", "times", "trap", "true",
            "type", "typeset", "ulimit", "umask", "unalias", "unset", "until", "wait", "whence", "while",
        ]
    }
}
