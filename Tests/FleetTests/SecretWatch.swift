//! Looks for secrets where others could see them, while something runs and afterwards.

import FoundationEssentials
import Glibc
import TestPrograms
import Testing

/// Reads every command line and environment of the machine, and every new file that `nobody` may read, again and
/// again. Programs that end too soon for that are called through `shims`, where they note what they were called with.
final class SecretWatch: Sendable {
    static let isPossible =
        getuid() == 0
        && ["/usr/bin/setpriv", "/usr/bin/find", "/usr/bin/grep"].allSatisfy { (path: String) in access(path, X_OK) == 0
        }

    /// Everything of the test: `inputs` hold the secrets, `shims` come first in a PATH, `home` and `work` are for the run,
    /// `dest` is for what it is to write.
    let folder: String

    var shims: String { "\(folder)/shims" }

    init() throws {
        folder = "/tmp/drover-secrets-\(UInt64.random(in: 0...UInt64.max))"
        for name in ["", "/inputs", "/shims", "/home", "/work", "/dest"] { mkdir(folder + name, 0o755) }
        chmod("\(folder)/inputs", 0o700)
        mkdir("\(folder)/watch", 0o755)
        try write("", to: "watch/called")
        try write("", to: "watch/environments")
        chmod("\(folder)/watch/called", 0o666)
        chmod("\(folder)/watch/environments", 0o666)
        try TestProgram.write(Self.shim(folder), to: "\(folder)/watch/shim")
        for programs in ["/usr/sbin", "/usr/bin"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: programs) {
                symlink("../watch/shim", "\(folder)/shims/\(name)")
            }
        }
    }

    /// - Parameters:
    ///   - hidden: texts that must show up nowhere.
    ///   - exported: texts that may be in the environment of those who need them, and nowhere else.
    func start(hidden: [String], exported: [String]) throws {
        try write((hidden + exported).joined(separator: "\n") + "\n", to: "watch/all")
        try write(hidden.joined(separator: "\n") + "\n", to: "watch/hidden")
        // Files' times move in ticks: only what is made after this one is newer than `hidden`.
        usleep(20_000)
        let script = "cd \"$0/watch\"; \(Self.processes) & \(Self.files) & wait; : >ended"
        LoopbackServer.call(["/bin/sh", "-c", "{ \(script); } </dev/null >/dev/null 2>&1 &", folder])
    }

    deinit {
        _ = stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    /// Waits until everything has been looked at so many times more; on a busy machine that takes seconds.
    func look(times: Int) async throws {
        let wanted = ["rounds", "walks"].map { ($0, lines(of: $0).count + times) }
        for _ in 0..<3000 where wanted.contains(where: { lines(of: $0.0).count < $0.1 }) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Ends the watching; what was seen, and how often was looked.
    func stop() -> (findings: [String], rounds: Int) {
        if access("\(folder)/watch/stop", F_OK) != 0 {
            LoopbackServer.call(["/bin/sh", "-c", ": >\"$0/watch/stop\"", folder])
            for _ in 0..<1000 where access("\(folder)/watch/ended", F_OK) != 0 { usleep(20_000) }
            LoopbackServer.call(["/bin/sh", "-c", Self.review, folder])
        }
        return (Set(lines(of: "findings")).sorted(), lines(of: "rounds").count)
    }

    private func lines(of name: String) -> [String] {
        ((try? String(contentsOfFile: "\(folder)/watch/\(name)", encoding: .utf8)) ?? "").split(separator: "\n")
            .map(String.init)
    }

    /// Nothing was seen, and the output has none of the secrets.
    func expectSilence(in outcome: Outcome, of secrets: [String: String]) {
        let (findings, rounds) = stop()
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        #expect(rounds > 5, "the watch looked \(rounds) times only")
        for (name, secret) in secrets where outcome.text.contains(secret) {
            let line = outcome.text.split(separator: "\n").first { $0.contains(secret) } ?? ""
            Issue.record("the output shows \(name): \(line)")
        }
    }

    /// Notes what a program is called with, then becomes it.
    private static func shim(_ folder: String) -> String {
        """
        #!/bin/sh
        n=${0##*/}
        printf '%s %s\\n' "$n" "$*" >>\(folder)/watch/called
        /usr/bin/cat /proc/$$/environ >>\(folder)/watch/environments
        for d in /usr/bin /usr/sbin; do [ ! -x "$d/$n" ] || exec "$d/$n" "$@"; done
        exit 127

        """
    }

    private static let processes = """
        while [ -e hidden ] && [ ! -e stop ]; do
          grep -azHFf all /proc/[0-9]*/cmdline 2>/dev/null
          grep -azHFf hidden /proc/[0-9]*/environ 2>/dev/null
          echo . >>rounds
        done | tr '\\0' '\\n' | sed 's/^/process: /' >processes
        """

    /// New files where everybody puts them, and in the folders of the run. Folders in which nothing was made since are
    /// left out: there may be many.
    private static let newFiles = """
        find /tmp /var/tmp /dev/shm "$0/home" "$0/work" "$0/dest" -mindepth 1 -type d ! -newer hidden -prune -o \
          -path "$0/watch" -prune -o -newer hidden -type f -size -2048k
        """

    /// What somebody without any rights can read.
    private static let files = """
        while [ -e hidden ] && [ ! -e stop ]; do
          setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \(newFiles) -readable \
        -exec grep -laFf all {} + 2>/dev/null
          echo . >>walks
          sleep 0.02
        done | sed 's/^/readable by others: /' >files
        """

    /// Everything that is left over, by root; what the run was to write is in `dest`.
    private static let review = """
        cd "$0/watch"
        {
          cat processes files
          grep -aFf all called | sed 's/^/called: /'
          tr '\\0' '\\n' <environments | grep -aFf hidden | sed 's/^/environment: /'
          \(newFiles) ! -path "$0/dest/*" -exec grep -laFf all {} + 2>/dev/null | sed 's/^/left behind: /'
        } >findings
        """
}
