//! The scripts that change containers. Each prints `stage NAME` before an act that can fail.

import Connections
import Values

/// Shell code for one container.
struct ContainerScripts: Sendable {
    let endpoint: DockerEndpoint
    let request: ContainerRequest

    private var name: String { request.name.shellQuoted }
    private var next: String { "\(request.name).drover-new".shellQuoted }
    private var previous: String { "\(request.name).drover-old".shellQuoted }

    /// `stage`, and `listeners`, which shows who holds a port.
    static let functions = """
        stage() { printf 'stage %s\\n' "$1"; }
        listeners() {
          dk ps --format 'listener {{.Names}} {{.Ports}}' </dev/null
          { ss -Hltunp || netstat -ltunp; } 2>/dev/null | sed 's/^/listener /'
        }

        """

    /// What every script ends with: the container as it is now.
    private var report: String { "dk container inspect --format 'container {{json .}}' \(name) </dev/null\n" }

    func script(_ body: String, creation: ContainerCreation? = nil) -> Script {
        endpoint.script(
            Self.functions + body, input: creation?.environment.file ?? [],
            environment: creation?.environment.exported ?? [])
    }

    func pull(_ image: String) -> Script {
        let platform = request.platform.map { "--platform \($0.shellQuoted) " } ?? ""
        return endpoint.script("dk pull --quiet \(platform)\(image.shellQuoted) </dev/null")
    }

    var remove: Script {
        let volumes = request.keepVolumes ? "" : "--volumes "
        return script(
            """
            stage stop
            \(stop(name)) || [ "$(dk container inspect --format '{{.State.Running}}' \(name) 2>/dev/null)" != true ] || exit 1
            stage remove
            dk rm \(volumes)--force \(name) >/dev/null 2>&1 </dev/null
            ! dk container inspect \(name) >/dev/null 2>&1 || exit 1
            """)
    }

    private func stop(_ container: String) -> String {
        if request.forceKill {
            let signal = request.killSignal.map { "--signal \($0.shellQuoted) " } ?? ""
            return "dk kill \(signal)\(container) >/dev/null </dev/null"
        }
        let timeout = request.stopTimeout.map { "--time \($0) " } ?? ""
        return "dk stop \(timeout)\(container) >/dev/null </dev/null"
    }

    private var start: String {
        guard !request.detach else { return "dk start \(name) >/dev/null </dev/null" }
        return "{ dk start --attach \(name) 2>&1 </dev/null; printf '\\nexit %s\\n' \"$?\"; } | sed 's/^/out /'"
    }

    /// A container where there was none.
    func create(_ creation: ContainerCreation, starts: Bool) -> Script {
        var body = """
            stage create
            \(creation.command(name: name)) || exit 1

            """
        body += connect(creation, to: name, undo: "dk rm --force \(name) >/dev/null 2>&1")
        if starts {
            body += """
                stage start
                if dk container inspect \(previous) >/dev/null 2>&1 </dev/null; then
                  # An interrupted replacement left its predecessor behind, which may hold the ports.
                  dk stop \(previous) >/dev/null 2>&1 </dev/null
                  \(start) || {
                    listeners; dk rm --force \(name) >/dev/null 2>&1 </dev/null
                    dk rename \(previous) \(name) </dev/null && dk start \(name) >/dev/null </dev/null && echo 'restored yes'
                    exit 1; }
                  dk rm --force \(previous) >/dev/null 2>&1 </dev/null
                else
                  \(start) || { listeners; dk rm --force \(name) >/dev/null 2>&1 </dev/null; exit 1; }
                fi

                """
        }
        return script(body + ending, creation: creation)
    }

    private var ending: String {
        request.cleanup ? "dk rm --force \(name) >/dev/null 2>&1 </dev/null; :\n" : report
    }

    private func connect(_ creation: ContainerCreation, to container: String, undo: String) -> String {
        guard !creation.furtherNetworks.isEmpty else { return "" }
        let commands = creation.furtherNetworks.map {
            "dk network connect \(shellWords($0.connectFlags + [$0.name])) \(container) </dev/null || { \(undo); exit 1; }\n"
        }
        return "stage networks\n" + commands.joined()
    }

    /// A new container in place of `old`: created beside it first, so that nothing stops before it must. If the new
    /// one does not run, the old one gets its name back and runs again.
    func replace(_ old: String, wasRunning: Bool, with creation: ContainerCreation, starts: Bool) -> Script {
        let volumes = request.keepVolumes ? "" : "--volumes "
        var body = """
            old=\(old.shellQuoted)
            dk rm --force \(next) \(previous) >/dev/null 2>&1 </dev/null
            stage create
            \(creation.command(name: next)) || exit 1

            """
        body += connect(creation, to: next, undo: "dk rm --force \(next) >/dev/null 2>&1 </dev/null")
        body += """
            restore() {
              dk rm --force \(name) >/dev/null 2>&1 </dev/null
              dk rename "$old" \(name) </dev/null && \(wasRunning ? "dk start \(name) >/dev/null </dev/null" : ":") &&
                echo 'restored yes'
            }
            stage rename
            dk rename "$old" \(previous) </dev/null || {
              dk rm --force \(next) >/dev/null 2>&1 </dev/null; echo 'untouched yes'; exit 1; }
            dk rename \(next) \(name) </dev/null || { dk rm --force \(next) >/dev/null 2>&1 </dev/null; restore; exit 1; }

            """
        if wasRunning { body += "stage stop\n\(stop("\"$old\"")) || { restore; exit 1; }\n" }
        if starts { body += starting(checks: wasRunning && request.detach) }
        // A container that has to become healthy first keeps its predecessor until then.
        if !(starts && request.state == .healthy) {
            body += "dk rm \(volumes)--force \"$old\" >/dev/null 2>&1 </dev/null\n"
        }
        return script(body + ending, creation: creation)
    }

    private func starting(checks: Bool) -> String {
        let check = """
            sleep 0.3 2>/dev/null || sleep 1
            case $(dk container inspect --format '{{.State.Status}} {{.State.ExitCode}}' \(name) </dev/null) in
            'exited 0') ;;
            exited*|dead*|restarting*)
              stage run
              dk logs --tail 20 \(name) 2>&1 </dev/null | sed 's/^/log /'
              restore; exit 1;;
            esac

            """
        return """
            stage start
            \(start) || { listeners; restore; exit 1; }

            """ + (checks ? check : "")
    }

    /// Ends the wait for health: the predecessor goes.
    func forget(_ old: String) -> Script {
        let volumes = request.keepVolumes ? "" : "--volumes "
        return script("dk rm \(volumes)--force \(old.shellQuoted) >/dev/null 2>&1 </dev/null; :\n")
    }

    /// The new container did not become healthy: the predecessor comes back.
    func restore(_ old: String, wasRunning: Bool) -> Script {
        script(
            """
            dk logs --tail 20 \(name) 2>&1 </dev/null | sed 's/^/log /'
            dk rm --force \(name) >/dev/null 2>&1 </dev/null
            dk rename \(old.shellQuoted) \(name) </dev/null || exit 1
            \(wasRunning ? "dk start \(name) >/dev/null </dev/null || exit 1" : "")
            echo 'restored yes'
            """)
    }

    /// Small changes of a container that stays: limits, networks, running or not.
    func adjust(_ steps: [ContainerAdjustment]) -> Script {
        var body = ""
        for step in steps {
            switch step {
            case .update(let words):
                body += "stage update\ndk update \(shellWords(words)) \(name) >/dev/null </dev/null || exit 1\n"
            case .networks(let changes):
                body += "stage networks\n"
                body += changes.commands(container: name).map { "\($0) </dev/null || exit 1\n" }.joined()
            case .start: body += "stage start\n\(start) || { listeners; exit 1; }\n"
            case .restart:
                let timeout = request.stopTimeout.map { "--time \($0) " } ?? ""
                body += "stage start\ndk restart \(timeout)\(name) >/dev/null </dev/null || { listeners; exit 1; }\n"
            case .stop: body += "stage stop\n\(stop(name)) || exit 1\n"
            case .pause: body += "stage pause\ndk pause \(name) >/dev/null </dev/null || exit 1\n"
            case .unpause: body += "stage pause\ndk unpause \(name) >/dev/null </dev/null || exit 1\n"
            }
        }
        return script(body + ending)
    }

    var look: Probe { endpoint.probe(report) }
}

/// One small change of a container that stays.
enum ContainerAdjustment: Sendable {
    case update([String])
    case networks(ContainerNetworkChanges)
    case start, restart, stop, pause, unpause
}
