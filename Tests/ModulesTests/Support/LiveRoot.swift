//! A whole system to change: an overlay of the lab's root, with namespaces of its own.

import FoundationEssentials
import Glibc
import Modules
import Testing
import Values

/// A fresh copy of the root that `Tests/Fleet/fleet root` makes. What a test changes there goes with the test.
struct LiveRoot {
    let shell: LocalShell
    private let unsharing: pid_t
    private let state: TemporaryFolder

    /// Where the root is.
    static var path: String? { ProcessInfo.processInfo.environment["DROVER_TEST_ROOT"] }

    static var isThere: Bool { path != nil && CaseRoot.missing == nil }

    static let reason: Comment =
        "DROVER_TEST_ROOT names no root (Tests/Fleet/fleet root), or root or unshare is missing"

    /// - Parameters:
    ///   - hidden: programs that the root is to lack.
    ///   - network: whether this machine's network is there, for packages from Debian's mirror.
    ///   - systemd: whether systemd runs there as the first process; `waitForSystemd` waits for it.
    init(hiding hidden: [String] = [], network: Bool = false, systemd: Bool = false) throws {
        state = try TemporaryFolder()
        try state.lay(["exchange/": [:]])
        let environment = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "STATE=\(state.path)", "LOWER=\(Self.path ?? "")",
            "HIDDEN=\(hidden.joined(separator: " "))", "NETWORK=\(network ? "" : "--net")",
            "INIT=\(systemd ? "systemd" : "")", "MAKING=\(Self.making)",
        ]
        let local = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/")
        unsharing = try local.start(Self.script, environment: environment, in: state)
        let process = try CaseRoot.process(below: unsharing, in: state)
        var inside = CaseRoot.enter(local, process, ownNetwork: !network)
        inside.exchange = state.absolute("exchange")
        shell = inside
    }

    /// Changes are kept in memory, and all mounts end with the namespace. systemd gets a branch of the control groups
    /// and a /dev of its own, and cannot reach the kernel's settings.
    private static let script = """
        [ -n "$INIT" ] || exec sh -c "$MAKING"
        mkdir "$STATE/groups" && exec unshare --mount sh -c '
        mount -t cgroup2 cgroup2 "$STATE/groups" && cd "$STATE/groups" && mkdir "${STATE##*/}" || exit
        echo $$ >"${STATE##*/}/cgroup.procs" && exec unshare --cgroup sh -c "$MAKING"'
        """

    private static let making = """
        exec unshare --mount --uts --ipc --pid $NETWORK --fork --kill-child sh -c '
        read -r process rest </proc/self/stat; export process
        cd "$STATE" && mkdir over && mount -t tmpfs over over && mkdir over/upper over/work over/root || exit
        mount -t overlay -o "lowerdir=$LOWER,upperdir=over/upper,workdir=over/work" overlay over/root || exit
        mkdir -p "over/root/$STATE/exchange" && mount --bind exchange "over/root/$STATE/exchange" || exit
        cd over/root && mount -t proc proc proc && mount -t tmpfs run run || exit
        for name in $HIDDEN; do for folder in usr/bin usr/sbin; do
        [ ! -e "$folder/$name" ] || rm "$folder/$name" || exit; done; done
        if [ -n "$NETWORK" ]; then ip link set lo up || exit; else cp /etc/resolv.conf /etc/hosts etc; fi
        exec 3>"$STATE/process"
        if [ -z "$INIT" ]; then mount --bind /dev dev || exit
        exec chroot . sh -c "cd / && echo \\"\\$process\\" >&3 && exec sleep 600 3>&-"; fi
        mount -t tmpfs dev dev && mkdir dev/pts dev/shm || exit
        for name in null zero full random urandom tty; do
        : >dev/$name && mount --bind /dev/$name dev/$name || exit; done
        mount -t sysfs -o ro sysfs sys && mount -t cgroup2 cgroup2 sys/fs/cgroup || exit
        mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys || exit
        echo "$process" >&3
        exec env -i container=test PATH=/usr/sbin:/usr/bin chroot . /lib/systemd/systemd --unit=basic.target 3>&-'
        """

    /// Waits until systemd has reached its target.
    func waitForSystemd() throws {
        try run(
            "for i in $(seq 300); do systemctl is-active -q basic.target 2>/dev/null && exit; sleep 0.1; done; exit 1")
    }

    func remove() {
        kill(unsharing, SIGKILL)
        LocalShell.wait(for: unsharing)
        leaveGroups()
        state.remove()
    }

    /// Control groups stay behind when their processes have ended.
    private func leaveGroups() {
        guard state.status("groups") != nil else { return }
        let text = """
            unshare --mount sh -c 'mount -t cgroup2 cgroup2 "$0/groups" && cd "$0/groups" || exit
            for i in 1 2 3 4 5 6 7 8 9; do find "${0##*/}" -depth -type d -exec rmdir {} + 2>/dev/null && exit
            sleep 0.1; done' \(state.path)
            """
        _ = try? LocalShell(name: "sh", command: ["/bin/sh"], directory: "/").run(Script(text))
    }

    /// What a script prints; an error where it fails.
    @discardableResult func run(_ script: String) throws -> String {
        let outcome = try shell.run(Script(script))
        guard outcome.status == 0 else {
            throw TestFailure(message: "\(script): status \(outcome.status): \(outcome.errorText)\(outcome.text)")
        }
        return outcome.text
    }

    /// A module in check mode, for real, and once more: check mode foretells and changes nothing, the second run
    /// finds nothing to do. The result of the real run.
    @discardableResult func converge<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ModuleResult {
        let foretold = try await apply(type, arguments, checkMode: true)
        let real = try await apply(type, arguments)
        #expect(!real.failed, "\(arguments): \(Self.text(real))", sourceLocation: sourceLocation)
        #expect(
            foretold.changed == real.changed && !foretold.failed, "check mode: \(Self.text(foretold))",
            sourceLocation: sourceLocation)
        if real.changed {
            let again = try await apply(type, arguments)
            #expect(
                !again.changed && !again.failed, "once more: \(Self.text(again))",
                sourceLocation: sourceLocation)
        }
        return real
    }

    static func text(_ result: ModuleResult) -> String { (try? Value.dict(result.fields).representation()) ?? "" }

    func apply<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, checkMode: Bool = false
    ) async throws -> ModuleResult {
        try await StepDriver(shell, checkMode: checkMode, showsDifferences: true).run(module(type, arguments))
    }
}
