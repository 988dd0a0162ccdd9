//! Shell patterns, as `--start-at-task` takes them.

import Glibc

enum Glob {
    static func matches(_ pattern: String, _ text: String) -> Bool { fnmatch(pattern, text, 0) == 0 }
}
