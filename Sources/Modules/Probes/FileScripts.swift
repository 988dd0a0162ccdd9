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

    /// `drover_file FLAG OWNER GROUP LOGIN SUM LIMIT` tells about `$p`, in fields that end with NUL: path, status as
    /// above, target of a link, its real path, access, the folder, umask, ids of owner and group, checksum; then the
    /// content behind a 1 where it has at most LIMIT bytes, else a 0. A checksum that follows from the content is left
    /// out. Processes cost more than all the rest here, so that only what `stat` cannot tell starts one.
    static let file = ShellLibrary(
        #"""
        \#(checksum)
        drover_stat_how=-c drover_stat_end=-- drover_stat_what='%f %u %g %s %.9X %.9Y %.9Z %h %i %d %b %o %t
        %U
        %G'
        stat -c %f / >/dev/null 2>&1 || {
        drover_stat_how=-f drover_stat_end= drover_stat_what='%Xp %u %g %z %Fa %Fm %Fc %l %i %d %b %k %Hr
        %Su
        %Sg'
        }
        drover_newline='
        '
        drover_group() {
        { getent group "$1" 2>/dev/null || grep -F -- "$1:" /etc/group; } \
        | while IFS=: read -r n x g y; do [ "$n" = "$1" ] && printf '%s\n' "$g"; done
        }
        drover_file() {
        s= u= g= z=0 c=
        printf '%s\000' "$p"
        if [ -e "$p" ] || [ -L "$p" ]; then
        s=$(stat $1 $drover_stat_how "$drover_stat_what" $drover_stat_end "$p" 2>/dev/null) ||
        s=$(stat $drover_stat_how "$drover_stat_what" $drover_stat_end "$p" 2>/dev/null)
        u=${s#*"$drover_newline"} g=${s##*"$drover_newline"}
        u=${u%%"$drover_newline"*}
        printf '%s\000' "$s"
        if [ -L "$p" ]; then
        readlink -- "$p" 2>/dev/null || readlink "$p"
        printf '\000'
        readlink -f -- "$p" 2>/dev/null || readlink -f "$p" 2>/dev/null || realpath "$p" 2>/dev/null
        printf '\000'
        else printf '\000\000'; fi
        [ -r "$p" ] && printf r; [ -w "$p" ] && printf w; [ -x "$p" ] && printf x; printf '\000'
        else printf '\000\000\000\000'; fi
        case $p in /) d=/;; */*) d=${p%/}; case $d in */*) d=${d%/*};; *) d=.;; esac; d=${d:-/};; *) d=.;; esac
        [ -d "$d" ] && printf d; [ -w "$d" ] && printf w; printf '\000'
        umask; printf '\000'
        o=$2 w=$3 l=$4 a=$5 m=$6
        set -- $s
        if [ -z "$o" ]; then :
        elif [ "$u" = "$o" ] && [ "$u" != UNKNOWN ]; then printf %s "$2"
        else id -u -- "$o" 2>/dev/null; fi
        printf '\000'
        if [ -n "$l" ] && [ -n "$o" ]; then id -g -- "$o" 2>/dev/null
        elif [ -z "$w" ]; then :
        elif [ "$g" = "$w" ] && [ "$g" != UNKNOWN ]; then printf %s "$3"
        else drover_group "$w"; fi
        printf '\000'
        if [ -n "$m" ] && [ -f "$p" ] && [ -r "$p" ]; then
        z=$4
        [ -L "$p" ] && z=$(wc -c < "$p")
        [ "$z" -le "$m" ] && c=1
        fi
        [ -z "$a" ] || [ -n "$c" ] || { [ -f "$p" ] && [ -r "$p" ] && drover_sum "$a" "$p"; }
        printf '\000'
        if [ -n "$c" ]; then printf 1; cat < "$p"; elif [ -n "$m" ]; then printf 0; fi
        }
        """#)

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
