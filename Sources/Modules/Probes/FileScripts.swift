//! Shell functions that file probes and acts share; POSIX sh, with a way out for every tool that may be missing.

import Connections

enum FileScripts {
    /// `drover_stat FLAG PATH`: mode in hex, ids, size, times, links, inode, device, blocks; then owner; then group.
    static let status = """
        drover_stat() {
        if stat -c %f / >/dev/null 2>&1; then
        stat $1 -c '%f %u %g %s %.9X %.9Y %.9Z %h %i %d %b %o %t
        %U
        %G' -- "$2" 2>/dev/null
        else
        stat $1 -f '%Xp %u %g %z %Fa %Fm %Fc %l %i %d %b %k %Hr
        %Su
        %Sg' "$2" 2>/dev/null
        fi
        }
        """

    /// Lists everything below `$d`: status as above, then the path, each record ended by `/` and a newline.
    static func listing(flags: String, depth: Int?) -> String {
        let limit = depth.map { "-maxdepth \($0)" } ?? ""
        return """
            if stat -c %f / >/dev/null 2>&1; then
            find \(flags) "$d" -mindepth 1 \(limit) -exec stat \(flags) -c '%f %u %g %s %.9X %.9Y %.9Z %h %i %d %b %o %t
            %U
            %G
            %n/' {} + 2>/dev/null
            else
            find \(flags) "$d" -mindepth 1 \(limit) -exec stat \(flags) -f '%Xp %u %g %z %Fa %Fm %Fc %l %i %d %b %k %Hr
            %Su
            %Sg
            %N/' {} + 2>/dev/null
            fi
            """
    }

    /// `drover_sum ALGORITHM PATH`: prints a line that contains the checksum.
    static let checksum = """
        drover_sum() {
        case $1 in md5) b=md5;; *) b=sha;; esac
        if command -v "$1"sum >/dev/null 2>&1; then "$1"sum < "$2"
        elif command -v openssl >/dev/null 2>&1; then openssl dgst -"$1" < "$2"
        elif [ "$b" = sha ] && command -v shasum >/dev/null 2>&1; then shasum -a "${1#sha}" < "$2"
        elif command -v busybox >/dev/null 2>&1; then busybox "$1"sum < "$2"
        elif command -v "$1" >/dev/null 2>&1; then "$1" -q < "$2"
        fi
        }
        """
}

extension RemotePath {
    /// A word that the shell leaves alone.
    static func literal(_ text: String) -> String { text.shellQuoted }
}
