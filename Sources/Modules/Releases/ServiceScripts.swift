//! The scripts that change a service. Each prints `stage NAME` before an act that can fail, and can be killed
//! anywhere: what it leaves behind, the next run finds and finishes.

import Connections
import Diagnostics
import Values

/// Shell code for one service.
struct ServiceScripts: Sendable {
    let endpoint: DockerEndpoint
    let request: ServiceRequest

    /// How a script ended, other than well.
    enum Refusal {
        /// The host has moved on since it was looked at.
        static let moved: Int32 = 75
        /// A higher number than this deployment's has been seen.
        static let fenced: Int32 = 76
    }

    private var name: String { request.name.shellQuoted }
    private var candidate: String { "\(request.name).drover-new".shellQuoted }

    private func configuration(of release: String) -> String {
        "\(request.directory)/\(request.name)/config/\(release)"
    }

    private var functions: String {
        let quiet = ContainerScripts.functions
        return quiet + """
            umask 077
            d=\(request.directory.shellQuoted)
            id_of() { dk container inspect --format '{{.Name}} {{.Id}}' "$1" 2>/dev/null </dev/null | sed -n "s|^/$1 ||p"; }
            label_of() { dk container inspect --format "{{index .Config.Labels \\"drover.$2\\"}}" "$1" 2>/dev/null </dev/null; }
            keep() { printf '%s\\n' "$1" >"$d/.$2.$$" && mv -f "$d/.$2.$$" "$d/$2" || exit 71; }
            stage fence
            mkdir -p "$d" || exit 71
            # A script of a run that was killed may still be at work; it has to come to its end first.
            if command -v flock >/dev/null 2>&1; then
              exec 9>"$d/.\(request.name).lock" && flock -w 150 9 || { echo 'another run holds the service' >&2; exit 1; }
            fi
            \(fence)
            """ + "\n"
    }

    /// Refuses to act for a deployment that another one has taken over from.
    private var fence: String {
        guard let fence = request.fence else { return "" }
        return """
            f=$(head -n 1 "$d/"\(name).fence 2>/dev/null)
            case $f in ''|*[!0-9]*) f=0;; esac
            [ "$f" -le \(fence) ] || { echo "fence $f"; exit \(Refusal.fenced); }
            [ "$f" -eq \(fence) ] || keep \(fence) \(name).fence
            """
    }

    /// Ends the script where another container has the name by now.
    private func compare(_ live: ServiceContainer?) -> String {
        "stage look\n[ \"$(id_of \(name))\" = \((live?.id ?? "").shellQuoted) ] || exit \(Refusal.moved)\n"
    }

    private func write(_ record: ReleaseRecord) throws(Diagnostic) -> String {
        "stage record\nkeep \(try record.text.shellQuoted) \(name).json\n"
    }

    private var report: String { "dk container inspect --format 'container {{json .}}' \(name) </dev/null\n" }

    private func script(
        _ body: String, input: [UInt8] = [], environment: [(name: String, value: String)] = [],
        uploads: [Script.Upload] = []
    ) -> Script {
        var script = endpoint.script(functions + body, input: input, environment: environment)
        script.uploads = uploads
        return script
    }

    func pull(_ image: String) -> Script {
        let platform = request.container?.platform.map { "--platform \($0.shellQuoted) " } ?? ""
        return endpoint.script("dk pull --quiet \(platform)\(image.shellQuoted) >/dev/null </dev/null")
    }

    // MARK: A new container

    /// What a switch is made of.
    struct Switch: Sendable {
        /// Image, by the name that surely means it.
        let image: String
        let release: Release
        let record: ReleaseRecord
        let live: ServiceContainer?
        /// What runs again if this fails.
        let fallback: ServiceContainer?
        let folders: [ServiceFolder]
    }

    /// A new container in place of the live one: made beside it, then the live one is stopped and keeps a name of its
    /// own, then the new one starts.
    func replace(_ change: Switch) throws(Diagnostic) -> Script {
        let environment = ContainerEnvironment(request.allEnvironment)
        let folder = configuration(of: change.release.id)
        var body = compare(change.live) + (try write(change.record)) + "stage directories\n"
        body += change.folders.map(\.creation).joined()
        body += "stage config\nrm -rf \(folder.shellQuoted)\n"
        for (index, file) in request.files.enumerated() {
            let path = (folder + file.target).shellQuoted
            body += "mkdir -p \((folder + file.target).parentFolder.shellQuoted) && "
            body += "cat <\"$DROVER_FILE_\(index)\" >\(path) && chmod 0644 \(path) || exit 1\n"
        }
        if !environment.file.isEmpty { body += "e=$(cat)\n" }
        for (index, file) in request.files.enumerated() {
            body += check(
                file.replacement(index), image: change.image, environment, source: folder + file.target,
                others: folder)
        }
        body += "stage create\ndk rm --force \(candidate) >/dev/null 2>&1 </dev/null\n"
        body += feed(try creation(change, environment).command(name: candidate), environment, orElse: " || exit 1")
        body += putAside(change.live, fallback: change.fallback)
        body += """
            stage rename
            dk rename \(candidate) \(name) </dev/null || exit 1
            stage start
            dk start \(name) >/dev/null </dev/null || { listeners; exit 1; }

            """
        return script(
            body + report, input: environment.file, environment: environment.exported, uploads: uploads())
    }

    private func uploads() -> [Script.Upload] {
        request.files.enumerated().map { Script.Upload(variable: "DROVER_FILE_\($0)", bytes: $1.content) }
    }

    /// Runs a command with the lines of the environment as input; they pass through no argument and no file of ours.
    private func feed(_ command: String, _ environment: ContainerEnvironment, orElse: String) -> String {
        environment.file.isEmpty
            ? "{ \(command); }\(orElse)\n"
            : "{ \(command); } <<DROVER_ENVIRONMENT\(orElse)\n$e\nDROVER_ENVIRONMENT\n"
    }

    /// The image itself has to accept a file, before anything stops.
    private func check(
        _ file: FileReload, image: String, _ environment: ContainerEnvironment, source: String, others folder: String
    ) -> String {
        guard let words = file.check, let program = words.first else { return "" }
        var options = ["run", "--rm", "--network", "none", "--entrypoint", program]
        if let user = request.container?.value(of: "user")?.string { options += ["--user", user] }
        for other in request.files {
            let path = other.target == file.target ? source : folder + other.target
            options += ["--volume", "\(path):\(other.target):ro"]
        }
        for data in request.folders { options += ["--volume", "\(data.source):\(data.target):ro"] }
        options += environment.exported.flatMap { ["--env", $0.name] }
        let front = environment.file.isEmpty ? "" : "cat | "
        let input = environment.file.isEmpty ? "</dev/null" : "--env-file /dev/stdin"
        let tail = shellWords([image] + words.dropFirst())
        return "stage \("check \(file.target)".shellQuoted)\n"
            + feed(
                "\(front)dk \(shellWords(options)) \(input) \(tail) >&2", environment, orElse: " || exit 1")
    }

    private func creation(
        _ change: Switch, _ environment: ContainerEnvironment
    ) throws(Diagnostic) -> ContainerCreation {
        guard let container = request.container else {
            throw Diagnostic(.invalidArgument, "a service without an image has no container to make")
        }
        let labels = [
            ("service", request.name), ("release", change.release.id), ("run", change.release.run),
            ("digest", change.release.digest), ("specification", change.release.specification),
            ("configuration", request.configuration), ("health", try (request.health ?? HealthCheck(label: "")).label),
            ("secrets", request.secrets.keys.compactMap(\.string).joined(separator: ",")),
            ("restart", container.value(of: "restart_policy")?.string ?? "no"),
        ]
        let folder = configuration(of: change.release.id)
        let mounts = request.files.flatMap { ["--volume", "\(folder)\($0.target):\($0.target):ro"] }
        return ContainerCreation(
            image: change.image, request: container, environment: environment,
            furtherFlags: labels.flatMap { ["--label", "drover.\($0)=\($1)"] } + mounts)
    }

    /// Stops what is live. What was proven keeps a name of its own and does not start by itself; a container that
    /// never answered goes.
    private func putAside(_ live: ServiceContainer?, fallback: ServiceContainer?) -> String {
        guard let live else { return "" }
        let id = live.id.shellQuoted
        let stop = """
            stage stop
            dk stop \(id) >/dev/null </dev/null || [ "$(dk container inspect --format '{{.State.Running}}' \(id) \
            2>/dev/null </dev/null)" = false ] || exit 1

            """
        guard live.id == fallback?.id else { return stop + "dk rm --force \(id) >/dev/null </dev/null || exit 1\n" }
        return stop + """
            stage keep
            dk update --restart=no \(id) >/dev/null </dev/null || exit 1
            dk rename \(id) \(live.keptName(of: request.name).shellQuoted) </dev/null || exit 1

            """
    }

    // MARK: Back

    /// A kept container takes the name again.
    func goBack(
        to kept: ServiceContainer, from live: ServiceContainer?, record: ReleaseRecord
    ) throws(Diagnostic) -> Script {
        script(
            compare(live) + (try write(record)) + putAside(live, fallback: live) + start(kept, stage: "rename") + report
        )
    }

    private func start(_ container: ServiceContainer, stage: String) -> String {
        let id = container.id.shellQuoted
        return """
            stage \(stage)
            dk update --restart=\(container.restartPolicy.shellQuoted) \(id) >/dev/null </dev/null || exit 1
            [ "$(id_of \(name))" = \(id) ] || dk rename \(id) \(name) </dev/null || exit 1
            stage start
            dk start \(id) >/dev/null </dev/null || { listeners; exit 1; }

            """
    }

    /// Takes away what a failed release left, and starts what ran before it, however far the switch came.
    func restore(
        _ fallback: ServiceContainer?, failed: String, aside: ServiceContainer? = nil, record: ReleaseRecord
    ) throws(Diagnostic) -> Script {
        let isFailed =
            aside.map { "[ \"$n\" = \($0.id.shellQuoted) ]" }
            ?? "[ -n \"$n\" ] && [ \"$(label_of \"$n\" release)\" = \(failed.shellQuoted) ]"
        var body = """
            n=$(id_of \(name))
            if \(isFailed); then
              dk logs --tail 20 "$n" 2>&1 </dev/null | sed 's/^/log /'
              dk container inspect --format 'ended {{json .State}}' "$n" </dev/null

            """
        if let aside {
            // A kept release that does not answer any more stays what it was.
            body += """
                  stage stop
                  dk stop "$n" >/dev/null </dev/null || exit 1
                  dk rename "$n" \(aside.keptName(of: request.name).shellQuoted) </dev/null || exit 1
                fi
                dk update --restart=no \(aside.id.shellQuoted) >/dev/null </dev/null

                """
        } else {
            body += """
                  stage remove
                  dk rm --force "$n" >/dev/null </dev/null || exit 1
                fi
                dk rm --force \(candidate) >/dev/null 2>&1 </dev/null
                rm -rf \(configuration(of: failed).shellQuoted)

                """
        }
        body += try write(record)
        if let fallback { body += start(fallback, stage: "restore") + "echo 'restored yes'\n" }
        return script(body + "\(report):\n")
    }

    // MARK: Without a new container

    /// Starts the live container, or changes its limits.
    func adjust(_ live: ServiceContainer, updates: [String], record: ReleaseRecord) throws(Diagnostic) -> Script {
        let update =
            updates.isEmpty
            ? "" : "stage update\ndk update \(shellWords(updates)) \(name) >/dev/null </dev/null || exit 1\n"
        let start = "stage start\ndk start \(name) >/dev/null </dev/null || { listeners; exit 1; }\n"
        return script(compare(live) + (try write(record)) + update + start + report)
    }

    /// Other content for files that the program reads again. Each is replaced in place, since a mounted file is known
    /// by its inode; the content from before stays beside it.
    func reload(
        _ files: [FileReload], of live: ServiceContainer, image: String, record: ReleaseRecord
    ) throws(Diagnostic) -> Script {
        let environment = ContainerEnvironment(request.allEnvironment)
        let folder = configuration(of: live.release ?? "")
        var body = compare(live) + (try write(record)) + "stage config\n"
        if !environment.file.isEmpty { body += "e=$(cat)\n" }
        for file in files {
            let path = (folder + file.target).shellQuoted
            let source: String
            switch file.content {
            case .upload(let variable): source = "\"$\(variable)\""
            case .kept: source = "\(path).drover-kept"
            case .undone:
                // The way back may have been cut off before anything was changed, or before that was proven.
                source = "\"$s\""
                body +=
                    "for s in \(path).drover-undone \(path).drover-before \(path); do [ ! -e \"$s\" ] || break; done\n"
            }
            body += "cat <\(source) >\(path).drover-new && chmod 0644 \(path).drover-new || exit 1\n"
        }
        for file in files {
            let source = "\(folder)\(file.target).drover-new"
            body += check(file, image: image, environment, source: source, others: folder)
        }
        body += "stage place\n"
        for file in files {
            let path = (folder + file.target).shellQuoted
            body += """
                if ! [ -e \(path).drover-before ]; then
                  cp -p \(path) \(path).drover-copy && mv -f \(path).drover-copy \(path).drover-before || exit 1
                fi
                cat \(path).drover-new >\(path) && rm -f \(path).drover-new || exit 1

                """
        }
        return script(
            body + reloading(files) + report, input: environment.file, environment: environment.exported,
            uploads: uploads())
    }

    private func reloading(_ files: [FileReload]) -> String {
        var commands: [String] = []
        for file in files {
            let command =
                switch file.reload {
                case .restart: ":"
                case .signal(let signal): "dk kill --signal \(signal.shellQuoted) \(name) >/dev/null </dev/null"
                case .command(let words): "dk exec \(name) \(shellWords(words)) >/dev/null </dev/null"
                }
            if !commands.contains(command) { commands.append(command) }
        }
        return "stage reload\n" + commands.map { "\($0) || exit 1\n" }.joined()
    }

    /// The old content again, read again.
    func undo(_ files: [FileReload], of live: ServiceContainer, record: ReleaseRecord) throws(Diagnostic) -> Script {
        let folder = configuration(of: live.release ?? "")
        var body = "dk logs --tail 20 \(name) 2>&1 </dev/null | sed 's/^/log /'\n" + (try write(record))
        body += "stage restore\nr=no\n"
        for file in files {
            let path = (folder + file.target).shellQuoted
            body += """
                rm -f \(path).drover-new
                if [ -e \(path).drover-before ]; then
                  cat \(path).drover-before >\(path) || exit 1
                  r=yes
                fi

                """
        }
        // The copies go last: as long as they are there, the program may still have the other content.
        body += "if [ $r = yes ]; then\n\(reloading(files))fi\n"
        for file in files { body += "rm -f \((folder + file.target).shellQuoted).drover-before\n" }
        return script(body + "echo 'restored yes'\n" + report)
    }

    // MARK: Ends

    /// The release is proven: that is noted, and what nobody will go back to goes.
    func settle(
        _ live: ServiceContainer, record: ReleaseRecord, reloaded: [FileReload], removing old: [ServiceContainer],
        images: [String]
    ) throws(Diagnostic) -> Script {
        var body = compare(live) + (try write(record)) + "stage prune\n"
        let folder = configuration(of: live.release ?? "")
        for file in reloaded {
            let path = (folder + file.target).shellQuoted
            let (before, kept, undone) = ("\(path).drover-before", "\(path).drover-kept", "\(path).drover-undone")
            switch file.content {
            case .upload: body += "rm -f \(undone)\nif [ -e \(before) ]; then mv -f \(before) \(kept); fi\n"
            case .kept: body += "rm -f \(kept)\nif [ -e \(before) ]; then mv -f \(before) \(undone); fi\n"
            case .undone:
                body += "if [ -e \(undone) ]; then mv -f \(before) \(kept); rm -f \(undone); else rm -f \(before); fi\n"
            }
        }
        for container in old {
            body += "dk rm --force \(container.id.shellQuoted) >/dev/null 2>&1 </dev/null\n"
            if let release = container.release { body += "rm -rf \(configuration(of: release).shellQuoted)\n" }
        }
        // Images that something else still uses stay: the engine refuses.
        for image in images { body += "dk image rm \(image.shellQuoted) >/dev/null 2>&1 </dev/null\n" }
        return script(body + report)
    }

    func remove(_ live: ServiceContainer?, all: [ServiceContainer], record: ReleaseRecord) throws(Diagnostic) -> Script
    {
        var body = compare(live)
        if let live {
            body += "stage stop\ndk stop \(live.id.shellQuoted) >/dev/null 2>&1 </dev/null\n"
        }
        body += "stage remove\n"
        for container in all { body += "dk rm --force \(container.id.shellQuoted) >/dev/null </dev/null || exit 1\n" }
        body += "rm -rf \("\(request.directory)/\(request.name)/config".shellQuoted)\n"
        return script(body + (try write(record)))
    }
}
