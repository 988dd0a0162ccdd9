//! One question to a service: is it up? Asked from the host, with what the host has, and soon answered.

import Connections
import Values

/// The script of a health check, and what its answer means.
struct HealthProbe: Sendable {
    enum Answer: Sendable {
        case up
        /// The program runs, since when; it is up once it still does at the next question.
        case running(since: String)
        /// Not yet; why.
        case down(String)
        /// It will not come up any more, or cannot be asked.
        case hopeless(String)
    }

    let check: HealthCheck
    let name: String

    var script: String {
        let name = name.shellQuoted
        let state = "dk container inspect --format 'container {{json .}}' \(name) </dev/null\n"
        switch check.kind {
        case .running, .image: return state
        case .command(let words):
            return state + """
                if o=$(dk exec \(name) \(shellWords(words)) 2>&1 </dev/null); then
                  echo 'answer up'
                else
                  printf 'answer down %s\\n' "$(printf '%s\\n' "$o" | tail -n 1)"
                fi

                """
        case .tcp(let endpoint): return state + tcp(endpoint)
        case .http(let path, let endpoint, let status): return state + http(path, endpoint, status)
        }
    }

    private static let has = "has() { command -v \"$1\" >/dev/null 2>&1; }\n"

    /// A published port answers as soon as the engine's proxy does; so the container's own sockets are looked at first.
    private func tcp(_ endpoint: HealthCheck.Endpoint) -> String {
        let port = String(endpoint.container, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 4 - port.count) + port
        return Self.has + """
            listens() {
              set -- $(dk container inspect --format '{{.State.Pid}} {{.HostConfig.NetworkMode}}' \(name.shellQuoted) </dev/null)
              case ${DOCKER_HOST:-unix:} in unix:*) ;; *) return 2;; esac
              [ "${1:-0}" -gt 0 ] && [ -r "/proc/$1/net/tcp" ] || return 2
              loop='^ *[0-9]+: (0100007F|0{24}01000000):'; [ "$2" != host ] || loop='^$'
              cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null | grep -vE "$loop" |
                grep -qE '^ *[0-9]+: [0-9A-F]+:\(padded) [0-9A-F]+:[0-9A-F]+ 0A '
            }
            connects() {
              if has bash && has timeout; then timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null
              elif has curl; then
                t=$(curl -s -o /dev/null --noproxy '*' --connect-timeout 2 -m 3 -w '%{time_connect}' "telnet://$3" </dev/null)
                case $t in ''|0.000000) return 1;; esac
              elif has nc; then nc -w 2 "$1" "$2" </dev/null >/dev/null 2>&1
              else return 2; fi
            }
            listens; l=$?
            connects \(endpoint.address.shellQuoted) \(endpoint.port) \(endpoint.authority.shellQuoted); c=$?
            case $l$c in
            1*) echo 'answer down nothing in the container listens on port \(endpoint.container)' ;;
            *0|02) echo 'answer up' ;;
            22) echo 'answer lacking curl, bash or nc' ;;
            *) echo 'answer down port \(endpoint.port) of \(endpoint.address) refuses connections' ;;
            esac

            """
    }

    private func http(_ path: String, _ endpoint: HealthCheck.Endpoint, _ status: Int) -> String {
        let url = "http://\(endpoint.authority)\(path)".shellQuoted
        return Self.has + """
            request() { printf 'GET %s HTTP/1.0\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' \(path.shellQuoted) \(endpoint.authority.shellQuoted); }
            status() { head -n 1 | sed -n 's/^HTTP[^ ]* \\([0-9][0-9]*\\).*/\\1/p'; }
            if has curl; then
              s=$(curl -s -o /dev/null --noproxy '*' -m 5 -w '%{http_code}' \(url) </dev/null)
            elif has bash && has timeout; then
              s=$(request | timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1" && cat >&3 && cat <&3' \
                \(endpoint.address.shellQuoted) \(endpoint.port) 2>/dev/null | tr -d '\\000' | status)
            elif has wget; then
              s=$(wget -q -S -T 5 -O /dev/null \(url) 2>&1 </dev/null | sed -n 's/^ *HTTP[^ ]* \\([0-9][0-9]*\\).*/\\1/p' | head -n 1)
            elif has nc; then
              s=$(request | nc -w 5 \(endpoint.address.shellQuoted) \(endpoint.port) 2>/dev/null | status)
            else
              s=lacking
            fi
            case ${s:-000} in
            \(status)) echo 'answer up' ;;
            000) echo 'answer down no answer at '\(url) ;;
            lacking) echo 'answer lacking curl, bash, wget or nc' ;;
            *) echo "answer down $s instead of \(status) at "\(url) ;;
            esac

            """
    }

    /// What the host said.
    func answer(_ observation: Observation) -> Answer {
        let reply = DockerReply(observation)
        guard let container = reply.object("container") else {
            let complaint = reply.complaint ?? ""
            return DockerFailure.isAway(complaint)
                ? .down("the Docker engine does not answer")
                : .hopeless("the container is gone \(complaint)".trimmed)
        }
        let state = container.at("State", "Status")?.string ?? ""
        let code = container.at("State", "ExitCode")?.int ?? 0
        switch state {
        case "running": break
        case "restarting": return .down("the program ends again and again, last with status \(code)")
        case "paused": return .hopeless("the container is paused")
        default: return .hopeless("the program ended with status \(code)")
        }
        switch check.kind {
        case .running: return .running(since: container.at("State", "StartedAt")?.string ?? "")
        case .image: return image(container.at("State", "Health"))
        case .command, .tcp, .http: break
        }
        guard let text = reply.text("answer") else {
            return .down(reply.complaint ?? "no answer")
        }
        if text == "up" { return .up }
        if text.hasPrefix("lacking ") {
            return .hopeless("nothing on the host can ask the service; install \(text.dropFirst(8))")
        }
        return .down(String(text.dropFirst(5)).trimmed)
    }

    private func image(_ health: Value?) -> Answer {
        let last = health?["Log"]?.list?.last?["Output"]?.string?.trimmed ?? ""
        switch health?["Status"]?.string {
        case "healthy": return .up
        case "unhealthy": return .hopeless("the image's health check failed: \(last)")
        case "starting": return .down(last.isEmpty ? "its health check has not succeeded yet" : last)
        default: return .hopeless("the image has no health check; say tcp, http or command in 'health'")
        }
    }
}
