//! One look at all that a host knows of services: containers, records, locks, what was written inside.

import Connections
import Values

/// What a host runs, and what it remembers.
struct ServiceSurvey: Sendable {
    /// Only what is told leaves the host: of the environment the names, since its values may be secrets.
    private static let container =
        #"container {"id":{{json .Id}},"name":{{json .Name}},"state":{{json .State.Status}},"#
        + #""running":{{json .State.Running}},"started":{{json .State.StartedAt}},"exit_code":{{json .State.ExitCode}},"#
        + #""finished":{{json .State.FinishedAt}},"image":{{json .Config.Image}},"#
        + #""image_id":{{json .Image}},"labels":{{json .Config.Labels}},"restart_count":{{json .RestartCount}},"#
        + #""ports":{{json .HostConfig.PortBindings}},"#
        + #""mounts":[{{range $i, $m := .Mounts}}{{if $i}},{{end}}{{json $m.Destination}}{{end}}],"#
        + #""environment":[{{range $i, $e := .Config.Env}}{{if $i}},{{end}}{{json (index (split $e "=") 0)}}{{end}}]}"#

    /// Why the host could not be asked at all.
    let complaint: String?
    /// Why its engine could not; records and locks are told all the same.
    let engineComplaint: String?
    let now: Int
    private let reply: DockerReply
    private let containers: [OrderedMap]

    static func probe(in directory: StateDirectory, _ endpoint: DockerEndpoint) -> Probe {
        endpoint.probe(
            directory.opening + """
                printf 'now %s\\n' "$(date +%s)"
                for f in "$d"/*.json "$d"/*.lock; do
                [ -e "$f" ] || continue
                n=${f##*/}
                printf '%s:%s %s\\n' "${n##*.}" "${n%.*}" "$(content "$f")"
                done
                ids=$(dk ps --all --quiet --no-trunc </dev/null) || exit 1
                [ -z "$ids" ] || dk container inspect --format \(container.shellQuoted) $ids </dev/null
                dk ps --all --filter label=drover.service --format '{{.Names}} {{.Label "drover.service"}}' </dev/null \\
                | while read -r n s; do
                [ "$n" != "$s" ] || dk container diff "$n" </dev/null | grep -Ev \(WrittenPaths.noise.shellQuoted) | head -n 2000 \\
                | sed "s/^/diff:$n /"
                done; :
                """)
    }

    init(_ observation: Observation) {
        reply = DockerReply(observation)
        let text = observation.errorText.trimmed
        let isAway = observation.status != 0 && DockerFailure.isAway(text)
        complaint = isAway ? nil : observation.status == 0 ? reply.complaint : text
        engineComplaint = isAway ? DockerFailure.explain(.init(text)) : nil
        now = reply.text("now").flatMap { Int($0.trimmed) } ?? 0
        containers = reply.texts("container").compactMap { (try? JSON.parse($0))?.dict }
    }

    /// Services that a record or a label names, or those that were asked about.
    func names(_ asked: [String]) -> [String] {
        if !asked.isEmpty { return asked }
        let labelled = containers.compactMap { Self.label("service", $0) }
        return Set(reply.labels(with: "json:") + labelled).sorted()
    }

    func value(of name: String) -> Value {
        let own = containers.filter { Self.label("service", $0) == name || Self.name($0) == name }
        let live = own.first { Self.name($0) == name }
        let kept = own.filter { Self.name($0) != name }
        let lock = reply.text("lock:\(name)").flatMap(DeployLock.init)
        let mounts = (live?["mounts"]?.list ?? []).compactMap(\.string)
        let written = WrittenPaths(live == nil ? [] : reply.texts("diff:\(name)"), mounts: mounts)
        return .dict([
            "record": reply.value("json:\(name)") ?? .none,
            "container": live.map { .dict(Self.told($0)) } ?? .none,
            "containers": .list(own.map(Self.outline)),
            "kept": .list(kept.map { .string(Self.label("release", $0) ?? Self.name($0)) }),
            "lock": lock?.value(at: now) ?? .none,
            "changes": .list(written.lines.prefix(50).map { .string($0) }),
            "written": written.value,
        ])
    }

    /// Whether the engine answered.
    var engine: Value {
        ["running": .bool(engineComplaint == nil), "message": engineComplaint.map { .string($0) } ?? .none]
    }

    /// Containers of services that nobody asked about, by service.
    func others(_ names: [String]) -> Value {
        var others: [String: [Value]] = [:]
        for container in containers {
            guard let service = Self.label("service", container), !names.contains(service) else { continue }
            others[service, default: []].append(Self.outline(container))
        }
        return .dict(OrderedMap(pairs: others.sorted { $0.key < $1.key }.map { (.string($0.key), .list($0.value)) }))
    }

    /// Containers of nobody's service.
    func strangers(_ names: [String]) -> Value {
        .list(
            containers.filter { Self.label("service", $0) == nil && !names.contains(Self.name($0)) }.map {
                .dict(["name": .string(Self.name($0)), "image": $0["image"] ?? "", "state": $0["state"] ?? ""])
            })
    }

    private static func name(_ container: OrderedMap) -> String {
        let name = container["name"]?.string ?? ""
        return name.hasPrefix("/") ? String(name.dropFirst()) : name
    }

    private static func label(_ label: String, _ container: OrderedMap) -> String? {
        container["labels"]?["drover.\(label)"]?.string
    }

    private static func told(_ container: OrderedMap) -> OrderedMap {
        var told = container
        told["name"] = .string(name(container))
        told["digest"] = label("digest", container).map { .string($0) } ?? Value.none
        let ports = PortMapping.actual(container["ports"]?.dict ?? [:])
        told["ports"] = .list(
            ports.map {
                .string("\($0.hostAddress.isEmpty ? "" : "\($0.hostAddress):")\($0.hostPort):\($0.containerPort)")
            })
        return told
    }

    private static func outline(_ container: OrderedMap) -> Value {
        [
            "name": .string(name(container)), "release": label("release", container).map { .string($0) } ?? .none,
            "running": container["running"] ?? .none, "state": container["state"] ?? .none,
        ]
    }
}

extension DockerReply {
    /// What follows this beginning of a label, in order.
    fileprivate func labels(with beginning: String) -> [String] {
        allLabels.filter { $0.hasPrefix(beginning) }.map { String($0.dropFirst(beginning.count)) }
    }
}
