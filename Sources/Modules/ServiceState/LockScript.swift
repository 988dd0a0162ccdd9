//! Writes lock files, all of them or none, if they still are as they were seen.

import Connections
import Diagnostics

/// Compares and swaps under a guard that ends with its process.
struct LockScript: Sendable {
    /// How the script ended, other than well.
    enum Refusal {
        /// Another process works on the locks, and does not come to an end.
        static let busy: Int32 = 74
        /// The host has moved on since it was looked at.
        static let moved: Int32 = 75
    }

    /// A file's new content; nil removes it.
    struct Swap: Sendable {
        let file: String
        let seen: String
        let text: String?
    }

    let directory: StateDirectory
    var swaps: [Swap] = []

    var script: Script {
        let comparisons = swaps.map { "same \($0.file.shellQuoted) \($0.seen.shellQuoted)\n" }.joined()
        let writes = swaps.map { swap in
            swap.text.map { "put \(swap.file.shellQuoted) \($0.shellQuoted)\n" } ?? "drop \(swap.file.shellQuoted)\n"
        }.joined()
        return Script(
            """
            umask 077
            \(directory.opening)mkdir -p "$d" || exit 1
            [ -w "$d" ] || { echo "$d: Permission denied" >&2; exit 1; }
            g=
            leave() { [ -z "$g" ] || rmdir "$g"; exit "$1"; }
            same() { [ "$(content "$d/$1")" = "$2" ] || leave \(Refusal.moved); }
            put() { printf '%s\\n' "$2" >"$d/.$1.$$" && mv -f "$d/.$1.$$" "$d/$1" || leave 1; }
            drop() { rm -f "$d/$1" || leave 1; }
            \(Self.guarding)
            \(comparisons)\(writes)leave 0
            """)
    }

    /// A lock of the kernel where `flock` exists; else a folder, which is stale after a minute, since what it guards
    /// takes no second.
    private static let guarding = """
        t=0
        if command -v flock >/dev/null 2>&1; then
          exec 9>"$d/.guard" || exit 1
          until flock -n 9 9>&9; do t=$((t + 1)); [ $t -le 10 ] || exit \(Refusal.busy); sleep 1; done
        else
          until mkdir "$d/.guarded" 2>/dev/null; do
            [ -z "$(find "$d/.guarded" -prune -mmin +1 2>/dev/null)" ] || rmdir "$d/.guarded" 2>/dev/null
            t=$((t + 1)); [ $t -le 10 ] || exit \(Refusal.busy); sleep 1
          done
          g=$d/.guarded
        fi
        """
}
