//! The shell side of the protocol: what the loop is made of, and how a request is written for it.

/// Texts for the remote `sh`. They run under dash, busybox, bash and mksh.
enum ShellScript {
    /// Reads one line and obeys it. No newline, no `!`: csh, fish and bash pass it on unharmed.
    static let bootstrap = #"IFS= read -r l; eval "$l""#

    /// A number that nobody can guess; goes over standard input only.
    static func nonce() -> String {
        var random = SystemRandomNumberGenerator()
        let halves = (random.next(), random.next())
        let digits = [halves.0, halves.1].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return "drover" + digits.joined()
    }

    /// The first bytes that a new shell gets: one line that reads the rest, and the rest, which is the loop.
    /// It answers with `ready` and the shell's process id.
    static func prelude(ready: String, folder: String, shell: String) -> String {
        let end = nonce()
        return reading(upTo: end) + "\n" + loop(ready: ready, folder: folder, shell: shell) + "\n\(end)\n"
    }

    /// One line that reads the lines up to `end` and obeys them.
    static func reading(upTo end: String) -> String {
        #"_drover_n=$(printf '\nx');_drover_n=${_drover_n%x};_drover_s=;while IFS= read -r _drover_l;do "#
            + #"case $_drover_l in \#(end))break;;esac;_drover_s=$_drover_s$_drover_l$_drover_n;done;eval "$_drover_s""#
    }

    /// A folder says whose it is; what loops have left that were killed is removed by the next one of the same user. Of
    /// loops among other processes (a container with the same `/tmp`) nothing is known.
    ///
    /// The loop's own errors go nowhere, so that "Terminated" and its like are not taken for a script's output;
    /// descriptor 4 is the way out for those of scripts.
    private static func loop(ready: String, folder: String, shell: String) -> String {
        #"""
        set +e +u
        exec 4>&2 2>/dev/null
        _drover_d=
        _drover_sh=\#(shell.shellQuoted)
        case $(command -v printf) in
        /*) _drover_print() { print -n -- "$1"; } ;;
        *) _drover_print() { printf %b "$1"; } ;;
        esac
        _drover_folder() {
            [ -n "$_drover_d" ] && [ -d "$_drover_d" ] && return 0
            for _drover_t in "${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm /run "${HOME:-/}"; do
                _drover_sweep "$_drover_t"
                _drover_d=$_drover_t/.\#(folder)
                if (umask 077; mkdir "$_drover_d"); then
                    (_drover_print "$$ $_drover_w\\n" >"$_drover_d/owner") && [ -s "$_drover_d/owner" ] && return 0
                    rm -rf "$_drover_d"
                fi
            done
            _drover_d=
            _drover_print 'drover: no folder takes a temporary file (TMPDIR, /tmp, /var/tmp, /dev/shm, /run, HOME)\n' >&4
            return 1
        }
        _drover_sweep() {
            _drover_w=$(readlink /proc/self/ns/pid)
            for _drover_o in "$1"/.drover*/owner; do
                [ -O "$_drover_o" ] && read -r _drover_p _drover_v <"$_drover_o" || continue
                [ "$_drover_v" != "$_drover_w" ] || kill -0 "$_drover_p" || rm -rf "${_drover_o%/owner}"
            done
        }
        _drover_end() { [ -z "$_drover_d" ] || rm -rf "$_drover_d"; }
        trap '_drover_end; exit 143' HUP TERM PIPE
        _drover_print '\n\#(ready) '$$'\n'
        _drover_print '\n\#(ready) \n' >&4
        while IFS= read -r _drover_h; do
            _drover_s=
            while IFS= read -r _drover_l; do
                case $_drover_l in "$_drover_h") break ;; esac
                _drover_s=$_drover_s$_drover_l$_drover_n
            done
            _drover_c=125
            eval "$_drover_s"
            _drover_print "\\n$_drover_h $_drover_c\\n"
            _drover_print "\\n$_drover_h \\n" >&4
        done
        _drover_end
        exit 0
        """#
    }

    /// Creates the private folder and prints its path.
    static let folderRequest = "_drover_folder && _drover_print \"$_drover_d\"\n_drover_c=$?\n"

    /// Adds a piece to a private file.
    static func appending(_ bytes: [UInt8], to path: String) -> String {
        "(umask 077; _drover_print \(encoded(bytes)) >>\(path.shellQuoted))\n_drover_c=$?\n"
    }

    /// The line after which a shell takes that many bytes into a private file. Counted, where `head` can: not every
    /// server (Packer's is one) lets the shell know that the input has ended.
    static func receiving(_ count: Int, to path: String, begin: String) -> String {
        "echo; echo '\(begin) '; { echo; echo '\(begin) '; } >&2; umask 077; exec >\(path.shellQuoted); case $(echo xy | head -c 1 2>/dev/null) in "
            + "x) exec head -c \(count) ;; *) exec cat ;; esac\n"
    }

    /// A file that a second shell has put into the private folder.
    struct SentFile {
        /// nil: standard input.
        let variable: String?
        let path: String
    }

    /// One request as the loop reads it. Content that is not in `sent` travels inside the text.
    static func request(_ request: ShellRequest, sent: [SentFile]) -> String {
        let isolated = request.capture == .isolated
        let sentInput = sent.first { $0.variable == nil }?.path
        let uploads = request.uploads.enumerated().map { index, upload in
            (upload, sent.first { $0.variable == upload.variable }?.path, "\"$_drover_d/u\(index)\"")
        }
        var preparations: [String] = []
        var exports = request.environment.map { "export \($0.name)=\(verbatim($0.value))\n" }.joined()
        var files: [String] = []
        for (upload, path, place) in uploads {
            let name = path?.shellQuoted ?? place
            if path == nil { preparations.append("(umask 077; _drover_print \(encoded(upload.bytes)) >\(place))") }
            exports += "export \(upload.variable)=\(name)\n"
            files.append(name)
        }
        var body = "eval \(verbatim(request.script))"
        if isolated {
            preparations.append("_drover_print \(encoded(Array(request.script.utf8))) >\"$_drover_d/script\"")
            body = "exec \"$_drover_sh\" \"$_drover_d/script\""
        }
        // Inside the parentheses: mksh would report a killed command on a redirected stream of its own.
        let streams = isolated ? "exec >\"$_drover_d/out\" 2>\"$_drover_d/err\" 4>&-" : "exec 2>&4 4>&-"
        if let sentInput { files.append(sentInput.shellQuoted) }
        var pipe = ""
        var input = sentInput.map { " <\($0.shellQuoted)" } ?? " </dev/null"
        if sentInput == nil, !request.input.isEmpty {
            if isolated {
                preparations.append("_drover_print \(encoded(request.input)) >\"$_drover_d/in\"")
                input = " <\"$_drover_d/in\""
            } else {
                pipe = "_drover_print \(encoded(request.input)) 4>&- | "
                input = ""
            }
        }
        var text = "\(pipe)(\n\(streams)\n_drover_h= _drover_s=\n\(exports)\(body)\n)\(input)\n_drover_c=$?\n"
        if isolated {
            text += "[ ! -s \"$_drover_d/out\" ] || cat \"$_drover_d/out\"\n"
            text += "[ ! -s \"$_drover_d/err\" ] || cat \"$_drover_d/err\" >&4\n"
        }
        if isolated {
            files += ["\"$_drover_d/script\"", "\"$_drover_d/in\"", "\"$_drover_d/out\"", "\"$_drover_d/err\""]
        }
        if !files.isEmpty { text += "rm -f \(files.joined(separator: " "))\n" }
        let needsFolder = isolated || !preparations.isEmpty
        guard needsFolder else { return text }
        return "if \((["_drover_folder"] + preparations).joined(separator: " && "))\nthen\n\(text)fi\n"
    }

    /// A single-quoted word, newlines and all.
    static func verbatim(_ text: String) -> String { text.isEmpty ? "''" : text.shellQuoted }

    /// Any bytes as an argument of `_drover_print`.
    static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = [UInt8(ascii: "'")]
        text.reserveCapacity(bytes.count + bytes.count / 4 + 2)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), 0...8, 11...31, 127...255:
                let zero = UInt8(ascii: "0")
                text.append(UInt8(ascii: "\\"))
                text.append(zero)
                text.append(zero + (byte >> 6))
                text.append(zero + (byte >> 3 & 7))
                text.append(zero + (byte & 7))
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "'"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Ends a process and everything below it: first politely, then for good.
    static func kill(_ process: String) -> String {
        #"""
        pairs() {
            if [ -r /proc/self/status ]; then
                for s in /proc/[0-9]*/status; do
                    pid=${s#/proc/} pid=${pid%/status}
                    { while read -r k v; do case $k in PPid:) echo "$pid $v"; break ;; esac; done <"$s"; } 2>/dev/null
                done
            else
                ps -A -o pid= -o ppid=
            fi
        }
        all=$(pairs)
        tree=' \#(process) '
        while :; do
            before=$tree
            while read -r pid parent; do
                case $tree in *" $pid "*) ;; *" $parent "*) tree="$tree$pid " ;; esac
            done <<END
        $all
        END
            [ "$tree" = "$before" ] && break
        done
        kill -TERM $tree 2>/dev/null
        for i in 1 2 3 4 5; do
            alive=
            for pid in $tree; do kill -0 "$pid" 2>/dev/null && alive=1; done
            [ -z "$alive" ] && exit 0
            sleep 0.2 2>/dev/null || sleep 1
        done
        kill -KILL $tree 2>/dev/null
        """#
    }
}
