//! One look at a server before services are rolled out to it.

import Connections
import Values

/// Engine, ports, directories, space and time of a host.
struct PreflightView: Sendable {
    struct Volume: Sendable {
        enum Kind: String, Sendable { case directory, missing, other }

        let kind: Kind
        /// The directory that is there: itself or its nearest parent.
        let existing: String
        let isWritable: Bool
    }

    let complaint: String?
    /// `Server` of `docker version`.
    let server: OrderedMap?
    let holders: PortHolders
    /// By the host's clock; nil where it does not tell.
    let now: Int?
    /// When the answer came, by the control node's clock.
    let asked: Int
    let root: String
    let freeKilobytes: Int?
    /// Total and free; nil where the file system does not count them.
    let inodes: (total: Int, free: Int)?
    private let reply: DockerReply

    static func probe(_ services: [PreflightService], _ endpoint: DockerEndpoint) -> Probe {
        var script =
            DockerReply.askFunction + """
                ask version dk version --format '{{json .Server}}'
                dk ps --all --no-trunc --format 'container {{json .}}' 2>/dev/null </dev/null
                r=$(dk info --format '{{.DockerRootDir}}' 2>/dev/null </dev/null)
                if [ -d "$r" ]; then
                printf 'root %s\\n' "$r"
                df -Pk "$r" 2>/dev/null | sed -n '2s/^/space /p'
                df -Pi "$r" 2>/dev/null | sed -n '2s/^/inodes /p'
                fi
                volume() {
                k=missing p=$2
                if [ -d "$p" ]; then k=directory; elif [ -e "$p" ]; then k=other; fi
                while [ ! -d "$p" ]; do p=${p%/*}; p=${p:-/}; done
                w=-; [ ! -w "$p" ] || w=w
                printf 'volume:%s %s %s %s\\n' "$1" "$k" "$w" "$p"
                }

                """ + PortHolders.script
        for (index, service) in services.enumerated() {
            if !service.image.isEmpty {
                script += "ask image:\(index) dk image inspect --format '{{json .}}' \(service.image.shellQuoted)\n"
            }
            for (number, volume) in service.volumes.enumerated() {
                script += "volume \(index):\(number) \(volume.source.shellQuoted)\n"
            }
        }
        // The time comes last, since it is compared with the time of the answer.
        return endpoint.probe(script + "printf 'now %s\\n' \"$(date +%s)\"")
    }

    init(_ observation: Observation, asked: Instant) {
        reply = DockerReply(observation)
        server = reply.object("version")
        complaint = server == nil ? observation.errorText.trimmed : nil
        holders = PortHolders(reply)
        now = reply.text("now").flatMap { Int($0.trimmed) }
        self.asked = asked.microseconds / 1_000_000
        root = reply.text("root") ?? ""
        let space = Self.numbers(reply.text("space"))
        freeKilobytes = space.count >= 3 ? space[2] : nil
        let inodes = Self.numbers(reply.text("inodes"))
        self.inodes = inodes.count >= 3 && inodes[0] > 0 ? (inodes[0], inodes[2]) : nil
    }

    /// The numbers of a line of `df -P`, without the percentage.
    private static func numbers(_ line: String?) -> [Int] {
        (line ?? "").split(separator: " ").dropFirst().prefix(3).compactMap { Int($0) }
    }

    func image(_ index: Int) -> OrderedMap? { reply.object("image:\(index)") }

    func volume(_ index: Int, _ number: Int) -> Volume? {
        let parts = (reply.text("volume:\(index):\(number)") ?? "").split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count == 3, let kind = Volume.Kind(rawValue: parts[0]) else { return nil }
        return Volume(kind: kind, existing: parts[2], isWritable: parts[1] == "w")
    }
}
