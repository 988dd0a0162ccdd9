//! The throwaway root of a case: scripts run as root in namespaces and files of their own.

import Glibc
import Modules
import Values

/// A root folder below the case's own, with this machine's programs and nothing else of it. Names, processes, network
/// and mounts are its own as well, and end with it.
struct CaseRoot {
    private let state: TemporaryFolder
    private let unsharing: pid_t
    private let process: String

    /// Why this machine cannot make one.
    static let missing: String? = {
        if geteuid() != 0 { return "root" }
        guard access("/usr/sbin/chroot", X_OK) == 0 else { return "chroot" }
        let trial = try? shell.run(Script("unshare --mount --uts --net --pid --fork true && exec nsenter --version"))
        return trial?.status == 0 ? nil : "namespaces (unshare, nsenter)"
    }()

    private static let shell = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/")

    /// - Parameter hidden: programs of this machine that the root lacks.
    init(in folder: TemporaryFolder, files: Value, hidden: [String]) throws {
        state = try TemporaryFolder()
        try folder.lay(["root/": [:]])
        var own: OrderedMap = [:]
        for (name, value) in files.dict ?? [:] { own[.string("root/\(name.string ?? "")")] = value }
        try folder.lay(.dict(own))
        let variables = ["DIR=\(folder.path)", "STATE=\(state.path)", "HIDDEN=\(hidden.joined(separator: " "))"]
        let environment = ["PATH=\(Self.shell.path)"] + variables
        unsharing = try Self.shell.start(Self.script, environment: environment, in: state)
        process = try Self.process(below: unsharing, in: state)
    }

    /// The first process of the root holds its namespaces. Mounts are invisible outside, so that the folder has the
    /// root's own files only.
    private static let script = """
        cd "$DIR/root" && mkdir -p usr proc dev etc tmp "./$DIR" && chmod 1777 tmp || exit
        ln -s usr/bin usr/sbin usr/lib . && { [ ! -e /usr/lib64 ] || ln -s usr/lib64 .; } || exit
        [ ! -d /etc/alternatives ] || mkdir etc/alternatives || exit
        exec unshare --mount --uts --net --pid --fork --kill-child sh -c '
        read -r process rest </proc/self/stat; export process
        mount --bind -o ro /usr usr && mount --bind /dev dev && mount --bind "$DIR" "./$DIR" || exit
        [ ! -d etc/alternatives ] || mount --bind -o ro /etc/alternatives etc/alternatives || exit
        for name in $HIDDEN; do for folder in usr/bin usr/sbin; do
        [ ! -e "$folder/$name" ] || mount --bind /dev/null "$folder/$name" || exit; done; done
        mount -t proc proc proc || exit
        [ ! -e etc/hostname ] || hostname "$(cat etc/hostname)"
        exec 3>"$STATE/process"
        exec chroot . sh -c "cd / && echo \\"\\$process\\" >&3 && exec sleep 600 3>&-"'
        """

    /// Waits until the root says which process of this machine is its first.
    static func process(below unsharing: pid_t, in state: TemporaryFolder) throws -> String {
        for _ in 0..<2000 {
            if let text = state.text("process"), text.hasSuffix("\n") { return String(text.dropLast()) }
            var status: Int32 = 0
            if waitpid(unsharing, &status, WNOHANG) == unsharing { break }
            usleep(5000)
        }
        defer { state.remove() }
        throw TestFailure(message: "cannot make the case's root: \(state.text("errors") ?? "")")
    }

    /// The shell, inside.
    func enter(_ shell: LocalShell) -> LocalShell { Self.enter(shell, process) }

    static func enter(_ shell: LocalShell, _ process: String, ownNetwork: Bool = true) -> LocalShell {
        var shell = shell
        let namespaces = ["--mount", "--uts", "--pid", "--root", "--wd"] + (ownNetwork ? ["--net"] : [])
        shell.command = ["/usr/bin/nsenter", "--target", process] + namespaces + shell.command
        shell.directory = "/"
        return shell
    }

    func remove() {
        kill(unsharing, SIGKILL)
        LocalShell.wait(for: unsharing)
        state.remove()
    }
}
