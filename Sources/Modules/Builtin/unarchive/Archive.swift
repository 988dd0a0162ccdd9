//! An archive on its way to a host: the scripts that compare it with a folder and that unpack it.

import Connections
import Diagnostics
import Values

struct Archive: Sendable {
    enum Place: Sendable {
        case controller([UInt8])
        case host(RemotePath)
        case url(HTTPRequest)
    }

    var place = Place.controller([])
    private let source: String
    private let exclude: [String]
    private let include: [String]
    private let keepsNewer: Bool
    private let options: [String]

    init(_ arguments: ModuleArguments) {
        source = arguments.string("src") ?? ""
        exclude = arguments.strings("exclude") ?? []
        include = arguments.strings("include") ?? []
        keepsNewer = arguments.bool("keep_newer") ?? false
        options = arguments.strings("extra_opts") ?? []
    }

    /// Prints the handler, differences and entries.
    func comparison(with folder: String) -> Probe {
        Probe("\(preparation)\nt=\(RemotePath.literal(folder))\ndiffer\nentries", input: input)
    }

    /// Unpacks; then prints handler and entries.
    func extraction(into folder: String) -> Script {
        Script("\(preparation)\nt=\(RemotePath.literal(folder))\nunpack \"$t\" >&2 || exit 95\nentries", input: input)
    }

    /// What the scripts' exit status says, if it is bad.
    func failure(_ observation: Observation) -> ModuleResult? {
        let complaint = observation.errorText.trimmed
        let message: String
        switch observation.status {
        case 0: return nil
        case 90: message = "cannot make a temporary folder on the host: \(complaint)"
        case 91: message = "Source '\(source)' does not exist or cannot be read on the host"
        case 93: message = "Failure downloading \(source): \(complaint)"
        case 94: message = "Failed to find handler for \"\(source)\": the host lacks \(complaint)"
        case 95: message = "failed to unpack \(source): \(complaint)"
        default: message = "cannot unpack \(source): \(complaint)"
        }
        return .failure(message, fields: ["src": .string(source)])
    }

    private var input: [UInt8] {
        switch place {
        case .controller(let bytes): bytes
        case .host: []
        case .url(let request): request.fetch().input
        }
    }

    private func words(_ words: [String]) -> String { words.map { " " + $0.shellQuoted }.joined() }

    /// `$a` is the archive, `$d` a folder to work in.
    private var arrival: String {
        switch place {
        case .controller: return "a=$d/archive; cat >\"$a\" || exit 90"
        case .host(let path): return "a=\(path.shellWord); [ -f \"$a\" ] && [ -r \"$a\" ] || exit 91"
        case .url(let request):
            return """
                page=$d/archive; head=$d/head; a=$page
                {
                \(request.fetch().text)
                } >"$d/meta"
                [ $rc = 0 ] || exit 93
                case $(head -n 1 "$d/meta") in 2??|0|000) ;; *) echo "HTTP status $(head -n 1 "$d/meta")" >&2; exit 93;; esac
                """
        }
    }

    private var preparation: String {
        """
        LC_ALL=C; export LC_ALL
        d=$(mktemp -d) || exit 90; trap 'rm -rf "$d"' EXIT; trap 'exit 143' HUP INT TERM
        \(arrival)
        gnu=; case $(tar --version 2>/dev/null) in *GNU*) gnu=1;; esac
        case $(od -An -tx1 -N4 "$a" | tr -d ' \\n') in
        504b*) k=ZipArchive z=; command -v unzip >/dev/null || { echo unzip >&2; exit 94; };;
        1f8b*) k=TgzArchive z=-z;; 425a68*) k=TarBzipArchive z=-j;; fd377a58) k=TarXzArchive z=-J;;
        28b52ffd) k=TarZstdArchive z=--zstd;; *) k=TarArchive z=;;
        esac
        [ $k = ZipArchive ] || command -v tar >/dev/null || { echo tar >&2; exit 94; }
        echo "handler $k"; echo "user $(id -u)"
        \(functions)
        """
    }

    /// The names under which tar unpacks. What its options make of them only GNU tar tells without unpacking.
    private var listing: String {
        let leftOut = words(exclude.map { "--exclude=\($0)" })
        guard !options.isEmpty else { return "tar -t $z\(leftOut) -f \"$a\"\(words(include))" }
        return """
            if [ -n "$gnu" ]; then tar -t $z --show-transformed-names\(words(options))\(leftOut) -f "$a"\(words(include))
            else mkdir "$d/e" && unpack "$d/e" >/dev/null 2>&1 && ( cd "$d/e" && find . ); fi
            """
    }

    /// GNU tar compares by itself; else everything is unpacked beside and compared.
    private var functions: String {
        let leftOut = words(exclude.map { "--exclude=\($0)" })
        let tarOptions = words(options) + leftOut
        let newer = keepsNewer ? " ${gnu:+--keep-newer-files}" : ""
        let zipLeftOut = exclude.isEmpty ? "" : " -x" + words(exclude)
        return """
            unpack() {
            if [ $k = ZipArchive ]; then unzip \(keepsNewer ? "-uo" : "-o")\(words(options)) "$a"\(words(include))\(zipLeftOut) -d "$1"
            else tar -x $z -C "$1"\(newer)\(tarOptions) -f "$a"\(words(include)); fi
            }
            entries() {
            if [ $k = ZipArchive ]; then unzip -Z1 "$a"\(words(include))\(zipLeftOut) 2>/dev/null || unzip -l "$a" | awk 'NR>3 && NF>3 {print $4}'
            else \(listing); fi | while IFS= read -r p; do
            p=${p%/}; p=${p:-.}; { [ -e "$t/$p" ] || [ -L "$t/$p" ]; } || continue
            stat -c '%F|%a|%u|%g|' "$t/$p" 2>/dev/null | sed 's/^/entry /' | tr -d '\\n'; printf '%s\\n' "$p"
            done
            }
            differ() {
            if [ $k != ZipArchive ] && [ -n "$gnu" ]; then
            tar -d $z -C "$t"\(tarOptions) -f "$a"\(words(include)) >"$d/out" 2>&1; s=$?
            [ $s -lt 2 ] || grep -q 'Cannot stat' "$d/out" || { cat "$d/out" >&2; exit 95; }
            sed 's/^/differs /' "$d/out"
            else
            mkdir "$d/x" && unpack "$d/x" >"$d/out" 2>&1 || { cat "$d/out" >&2; exit 95; }
            ( cd "$d/x" && find . ) | while IFS= read -r p; do
            if [ -L "$d/x/$p" ]; then [ "$(readlink "$d/x/$p")" = "$(readlink "$t/$p")" ]
            elif [ -d "$d/x/$p" ]; then [ -d "$t/$p" ]; else cmp -s "$d/x/$p" "$t/$p"; fi ||
            \(keepsNewer ? "[ \"$t/$p\" -nt \"$d/x/$p\" ] || " : "")printf 'differs %s: Contents differ\\n' "$p"
            done; fi
            }
            """
    }
}
