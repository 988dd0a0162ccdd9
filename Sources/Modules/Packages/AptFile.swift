//! `apt: deb=`: one package file, on the host or at an address.

import Connections
import Values

struct AptFile: Sendable {
    private let source: String
    private let options: AptOptions
    private let allowsDowngrade: Bool

    init(_ source: String, _ options: AptOptions, _ arguments: ModuleArguments) {
        self.source = source
        self.options = options
        allowsDowngrade = (arguments.bool("allow_downgrade") ?? false) || (arguments.bool("force") ?? false)
    }

    /// Sets `$f` to the file; one from an address is fetched by apt's own helper and removed at the end.
    private var fetch: String {
        guard source.contains("://") else {
            return "f=\(source.shellQuoted); [ -f \"$f\" ] || { echo absent; exit 3; }"
        }
        return """
            d=$(mktemp -d) && chmod 755 "$d" || exit 4; trap 'rm -rf "$d"' EXIT; f=$d/package.deb
            /usr/lib/apt/apt-helper download-file \(source.shellQuoted) "$f" >/dev/null || { echo absent; exit 3; }
            """
    }

    func start(_ report: AptReport) -> Step {
        let probe = """
            export LC_ALL=C
            \(fetch)
            c=$(dpkg-deb -f "$f") || exit 5
            p=$(printf '%s\n' "$c" | sed -n 's/^Package: *//p'); echo "$p"
            printf '%s\n' "$c" | sed -n 's/^Version: *//p'; dpkg-query -W -f '${db:Status-Status} ${Version}' "$p" 2>/dev/null; :
            """
        return .observe(Probe(probe)) { [self] observation in
            let lines = observation.text.split(separator: "\n").map(String.init)
            guard observation.status == 0, lines.count >= 2 else {
                let reason = observation.status == 3 ? "cannot be read" : "is no Debian package"
                return .done(
                    report.failed("\(source) \(reason): \(observation.errorText.withoutOuterBlanks)", observation))
            }
            let state = lines.dropFirst(2).first?.blankSeparatedWords ?? []
            if state.count == 2, state[0] == "installed" {
                let (installed, offered) = (DebianVersion(state[1]), DebianVersion(lines[1]))
                if installed == offered || (installed > offered && !allowsDowngrade) { return .done(report.result) }
            }
            return install(lines[0], lines[1], report)
        }
    }

    private func install(_ name: String, _ version: String, _ report: AptReport) -> Step {
        let words = options.words("install") + " \"$f\""
        var script = options.script(words)
        script.text = fetch + "\ncase $f in /*) ;; *) f=./$f;; esac\n" + script.text
        let difference = Difference(
            beforeHeader: "", afterHeader: "", before: "", after: "", prepared: "+ \(name) \(version)\n")
        return .apply(Change(differences: [difference], fields: report.fields, provides: [.anything]), script) {
            outcome in
            guard outcome.status == 0 else {
                return .done(
                    report.failed("cannot install \(source): \(outcome.errorText.withoutOuterBlanks)", outcome))
            }
            var report = report
            report.changed = true
            return .done(report.result(outcome))
        }
    }
}
