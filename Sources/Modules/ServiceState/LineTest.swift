//! Opens TCP connections with whatever a host has: bash, curl, nc, python3 or perl.

import Connections
import Diagnostics
import Values

/// One line from a service to an address.
struct LineTest: Sendable {
    /// The consumer, in whose container's network the line begins.
    let service: String?
    let address: String
    let port: Int
    let transport: String

    /// The argument `lines`.
    static func all(_ arguments: ModuleArguments) throws(Diagnostic) -> [LineTest] {
        var lines: [LineTest] = []
        for value in arguments.list("lines") ?? [] { lines.append(try LineTest(value.dict ?? [:], arguments)) }
        return lines
    }

    private static let keys = ["service", "address", "port", "protocol"]

    private init(_ line: OrderedMap, _ arguments: ModuleArguments) throws(Diagnostic) {
        for case let key? in line.keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "lines", "'\(key)' is no option of a line", help: Suggestion.help(for: key, among: Self.keys))
        }
        address = line["address"]?.string ?? ""
        let allowed = address.utf8.allSatisfy { $0.isNameByte || ".:-".utf8.contains($0) }
        guard allowed, !address.isEmpty, !address.hasPrefix("-") else {
            throw arguments.invalid(
                "lines", "'\(address)' is not an address", help: "a name, or an address without brackets")
        }
        guard let port = line["port"]?.scalarText.flatMap({ Int($0) }), (1...65535).contains(port) else {
            throw arguments.invalid("lines", "the line to '\(address)' needs a 'port' from 1 to 65535")
        }
        self.port = port
        transport = line["protocol"]?.string ?? "tcp"
        service = line["service"]?.string
        if let service { _ = try StateDirectory.checked(service, "lines", arguments) }
    }

    /// How many connections are tried at once.
    private static let atOnce = 32

    /// All of a batch at once; the pipe ends when the last of them has ended, which `wait` of some shells does not
    /// notice where signals of children are blocked.
    static func probe(_ lines: [LineTest], seconds: Int, _ endpoint: DockerEndpoint) -> Probe {
        var script = tools + "t=\(seconds)\n"
        let services = Set(lines.compactMap(\.service)).sorted()
        for (number, service) in services.enumerated() {
            // Lines can be tested on hosts without Docker, too.
            let question = endpoint.probe(
                "dk container inspect --format '{{.State.Pid}}' \(service.shellQuoted)")
            script += "p\(number)=$(\n\(question.script)\n) 2>/dev/null </dev/null\n"
        }
        let tested = lines.enumerated().filter { $0.element.transport == "tcp" }
        for start in stride(from: 0, to: tested.count, by: atOnce) {
            script += "{\n"
            for (index, line) in tested[start..<min(start + atOnce, tested.count)] {
                let process = services.firstIndex { $0 == line.service }.map { "\"$p\($0)\"" } ?? "''"
                script += "line \(index) \(line.address.shellQuoted) \(line.port) \(process) </dev/null &\n"
            }
            script += "} | cat\n"
        }
        return Probe(script + ":", environment: endpoint.probe("").environment)
    }

    /// `line` tries one connection, in the network of a container's process where there is one. `scans` tells whether
    /// a nc can close at once; that of busybox is built with and without.
    private static let tools = #"""
        LC_ALL=C; export LC_ALL
        have() { command -v "$1" >/dev/null 2>&1; }
        scans() { "$@" -h 2>&1 </dev/null | grep -q -e '-[A-Za-z0-9]*z'; }
        if have bash && have timeout; then tool=bash
        elif have curl; then tool=curl
        elif have nc && scans nc; then tool=nc
        elif have busybox && scans busybox nc; then tool=busybox
        elif have python3; then tool=python3
        elif have perl; then tool=perl
        else tool=none; fi
        line() {
        way= from=host
        case $4 in ''|0|*[!0-9]*) ;; *)
        if have nsenter && nsenter -t "$4" -n true 2>/dev/null; then way="nsenter -t $4 -n" from=container; fi;;
        esac
        case $tool in
        bash) r=$($way timeout "$t" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>&1);;
        curl) a=$2; case $a in *:*) a="[$a]";; esac
        r=$($way curl -sv --max-time "$t" -o /dev/null -w ' connected=%{time_connect}' "telnet://$a:$3" 2>&1);;
        nc) r=$($way nc -v -z -w "$t" "$2" "$3" 2>&1);;
        busybox) r=$($way busybox nc -v -z -w "$t" "$2" "$3" 2>&1);;
        python3) r=$($way python3 -c 'import socket, sys
        try: socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))
        except OSError as e: sys.exit(str(e))' "$2" "$3" "$t" 2>&1);;
        perl) r=$($way perl -MIO::Socket::IP -e 'IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => $ARGV[2]) or die "$@ $!\n"' "$2" "$3" "$t" 2>&1);;
        none) r=;;
        esac
        printf 'line:%s %s %s %s %s\n' "$1" "$from" "$tool" "$?" "$(printf %s "$r" | tr '\n\r' '  ')"
        }

        """#
}

/// How a try ended.
struct LineOutcome: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        case open
        case cut(String)
        case untested(String)
    }

    let verdict: Verdict
    /// `container` or `host`.
    let from: String?
    let tool: String?

    init(_ line: LineTest, _ answer: String?) {
        guard line.transport == "tcp" else {
            self.init(.untested("\(line.transport) cannot be tested by opening a connection"))
            return
        }
        let parts = (answer ?? "").split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count >= 3, let status = Int(parts[2]) else {
            self.init(.untested("the host gave no answer about it"))
            return
        }
        guard parts[1] != "none" else {
            self.init(.untested("the host has none of bash, curl, nc, python3 and perl"))
            return
        }
        let said = parts.count > 3 ? parts[3] : ""
        self.init(Self.verdict(parts[1], status, said), from: parts[0], tool: parts[1])
    }

    private init(_ verdict: Verdict, from: String? = nil, tool: String? = nil) {
        self.verdict = verdict
        self.from = from
        self.tool = tool
    }

    private static let reasons: [(reason: String, words: [String])] = [
        ("refused", ["refused"]),
        (
            "name not known",
            [
                "name or service not known", "could not resolve", "unknown host", "bad address", "name resolution",
                "no address associated", "nodename nor servname", "host lookup failed",
            ]
        ),
        ("no route", ["no route to host", "unreachable"]),
        ("no answer", ["timed out", "timeout"]),
    ]

    private static func verdict(_ tool: String, _ status: Int, _ said: String) -> Verdict {
        let text = said.lowercased()
        if tool == "curl", let time = text.split(separator: "connected=").last, text.contains("connected=") {
            // It stays for what the other side may say, and is ended by its time.
            if time.contains(where: { ("1"..."9").contains($0) }) { return .open }
        } else if status == 0 {
            return .open
        }
        // What `timeout` of coreutils and of busybox end with.
        if tool == "bash", [124, 137, 143].contains(status) { return .cut("no answer") }
        for (reason, words) in reasons where words.contains(where: text.contains) { return .cut(reason) }
        let end = said.trimmed
        return .cut(end.isEmpty ? "it cannot be opened" : String(end.prefix(200)))
    }
}
