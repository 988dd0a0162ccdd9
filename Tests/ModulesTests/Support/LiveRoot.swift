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
    init(hiding hidden: [String] = [], network: Bool = false) throws {
        state = try TemporaryFolder()
        let environment = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "STATE=\(state.path)", "LOWER=\(Self.path ?? "")",
            "HIDDEN=\(hidden.joined(separator: " "))", "NETWORK=\(network ? "" : "--net")",
        ]
        let local = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/")
        unsharing = try local.start(Self.script, environment: environment, in: state)
        let process = try CaseRoot.process(below: unsharing, in: state)
        shell = CaseRoot.enter(
            LocalShell(name: "sh", command: ["/bin/sh"], directory: "/"), process, ownNetwork: !network)
    }

    /// Changes are kept in memory, and all mounts end with the namespace.
    private static let script = """
        exec unshare --mount --uts --ipc --pid $NETWORK --fork --kill-child sh -c '
        read -r process rest </proc/self/stat; export process
        cd "$STATE" && mkdir over && mount -t tmpfs over over && mkdir over/upper over/work over/root || exit
        mount -t overlay -o "lowerdir=$LOWER,upperdir=over/upper,workdir=over/work" overlay over/root || exit
        cd over/root && mount -t proc proc proc && mount --bind /dev dev && mount -t tmpfs run run || exit
        for name in $HIDDEN; do for folder in usr/bin usr/sbin; do
        [ ! -e "$folder/$name" ] || rm "$folder/$name" || exit; done; done
        if [ -n "$NETWORK" ]; then ip link set lo up || exit; else cp /etc/resolv.conf /etc/hosts etc; fi
        exec 3>"$STATE/process"
        exec chroot . sh -c "cd / && echo \\"\\$process\\" >&3 && exec sleep 600 3>&-"'
        """

    func remove() {
        kill(unsharing, SIGKILL)
        LocalShell.wait(for: unsharing)
        state.remove()
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
        #expect(!real.failed, "\(arguments): \(real.fields)", sourceLocation: sourceLocation)
        #expect(
            foretold.changed == real.changed && !foretold.failed, "check mode of \(arguments): \(foretold.fields)",
            sourceLocation: sourceLocation)
        if real.changed {
            let again = try await apply(type, arguments)
            #expect(
                !again.changed && !again.failed, "once more \(arguments): \(again.fields)",
                sourceLocation: sourceLocation)
        }
        return real
    }

    func apply<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, checkMode: Bool = false
    ) async throws -> ModuleResult {
        try await StepDriver(shell, checkMode: checkMode, showsDifferences: true).run(module(type, arguments))
    }
}
