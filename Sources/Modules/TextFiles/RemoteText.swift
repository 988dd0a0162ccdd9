//! A text file on a host that is read, decided about here, and replaced unless somebody else changed it meanwhile.

import Connections
import Diagnostics

/// What was read: the text, and a mark of the very content.
struct RemoteText: Sendable {
    let path: String
    /// nil where there is no file.
    let text: String?
    private let mark: String

    /// Prints the mark and then the file as it is. `$f` is the file itself where the path is a link.
    static func probe(_ path: String) -> String {
        """
        \(location(path))
        if [ -e "$f" ]; then cksum <"$f" && cat "$f"; else echo absent; fi
        """
    }

    private static func location(_ path: String) -> String {
        "export LC_ALL=C; f=\(path.shellQuoted); [ ! -L \"$f\" ] || f=$(readlink -f \"$f\")"
    }

    /// nil where the file cannot be read.
    init?(_ path: String, _ observation: Observation) {
        guard observation.status == 0, let end = observation.output.firstIndex(of: UInt8(ascii: "\n")) else {
            return nil
        }
        self.path = path
        mark = String(decoding: observation.output[..<end], as: UTF8.self)
        text = mark == "absent" ? nil : String(decoding: observation.output[(end + 1)...], as: UTF8.self)
    }

    /// The status with which `replacement` ends where the file is no longer what was read.
    static let moved: Int32 = 75

    /// Replaces the file in one step and keeps owner and mode; a new one gets `mode`. `after` runs when that is done.
    func replacement(_ content: String, mode: String = "644", backup: Bool = false, after: String = "") -> Script {
        let name = "b=\"$f.$$.$(date +%Y-%m-%d@%H:%M:%S)~\""
        let copy =
            backup ? "[ ! -e \"$f\" ] || { \(name) && cp -p \"$f\" \"$b\" && echo \"backup $b\"; } || exit 1" : ":"
        return Script(
            """
            \(Self.location(path))
            if [ -e "$f" ]; then now=$(cksum <"$f"); else now=absent; fi
            [ "$now" = \(mark.shellQuoted) ] || exit \(Self.moved)
            \(copy)
            t=$(mktemp "$f.XXXXXX") || exit 1
            cat >"$t" && if [ -e "$f" ]; then chmod "$(stat -c %a "$f")" "$t" && chown "$(stat -c %u:%g "$f")" "$t"
            else chmod \(mode) "$t"; fi && mv -f "$t" "$f" || { rm -f "$t"; exit 1; }
            \(after)
            """, input: Array(content.utf8))
    }

    func difference(to content: String) -> Difference {
        Difference(beforeHeader: path, afterHeader: path, before: text ?? "", after: content)
    }
}
