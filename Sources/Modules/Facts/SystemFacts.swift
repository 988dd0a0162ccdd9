//! Names, kernel, user, shell environment, security frameworks and managers of a host.

import Values

enum SystemFacts {
    static func facts(_ report: HostReport, distribution: DistributionFacts) -> OrderedMap {
        var facts = names(report)
        facts.merge(kernel(report))
        facts.merge(user(report))
        facts.merge(security(report))
        facts.merge(ManagerFacts.facts(report, distribution: distribution))
        facts["dns"] = .dict(nameServers(report))
        facts["env"] = .dict(environment(report))
        facts["is_chroot"] = .bool(isChroot(report, environment: facts["env"]?.dict ?? [:]))
        facts["lsb"] = .dict(lsb(report))
        if let uptime = report.file("/proc/uptime")?.split(separator: ".").first.flatMap({ Int($0) }) {
            facts["uptime_seconds"] = .int(uptime)
        }
        let loads = (report.file("/proc/loadavg") ?? "").blankSeparatedWords.prefix(3).compactMap { Double($0) }
        if loads.count == 3 {
            facts["loadavg"] = ["1m": .float(loads[0]), "5m": .float(loads[1]), "15m": .float(loads[2])]
        }
        facts.merge(python(report))
        return facts
    }

    private static func names(_ report: HostReport) -> OrderedMap {
        let node = report.section("name").withoutOuterBlanks
        let short = node.split(separator: ".").first.map(String.init) ?? node
        let fqdn = qualifiedName(node, report)
        let domain = fqdn.firstIndex(of: ".").map { String(fqdn[fqdn.index(after: $0)...]) } ?? ""
        let machineID = report.file("/etc/machine-id") ?? report.file("/var/lib/dbus/machine-id")
        var facts: OrderedMap = [
            "hostname": .string(short), "nodename": .string(node), "fqdn": .string(fqdn), "domain": .string(domain),
        ]
        if let machineID { facts["machine_id"] = .string(machineID) }
        return facts
    }

    /// What the resolver calls the address of the node's own name: its first name with a dot, else the first one.
    private static func qualifiedName(_ node: String, _ report: HostReport) -> String {
        var names = report.lines("reverse").first?.blankSeparatedWords.dropFirst().map { $0 } ?? []
        if names.isEmpty {
            let entries = (report.files["/etc/hosts"] ?? "").split(separator: "\n").map { line in
                line.prefix { $0 != "#" }.blankSeparatedWords
            }
            let address = entries.first { $0.dropFirst().contains(node) }?.first
            names = entries.first { $0.first == address }?.dropFirst().map { $0 } ?? []
        }
        return names.first { $0.contains(".") } ?? names.first ?? node
    }

    private static func kernel(_ report: HostReport) -> OrderedMap {
        let machine = report.section("machine").withoutOuterBlanks
        let architecture = machine == "i686" || machine == "i586" ? "i386" : machine
        let bits = report.section("bits").withoutOuterBlanks
        let userspace = bits.isEmpty ? (machine.hasSuffix("64") ? "64" : "32") : bits
        let command = report.file("/proc/cmdline") ?? ""
        return [
            "system": .string(report.section("system").withoutOuterBlanks),
            "kernel": .string(report.file("/proc/sys/kernel/osrelease") ?? "NA"),
            "kernel_version": .string(report.file("/proc/sys/kernel/version") ?? "NA"),
            "machine": .string(machine), "architecture": .string(architecture),
            "userspace_bits": .string(userspace),
            "userspace_architecture": .string(userspace == "32" && machine == "x86_64" ? "i386" : architecture),
            "cmdline": .dict(commandLine(command, collecting: false)),
            "proc_cmdline": .dict(commandLine(command, collecting: true)),
        ]
    }

    /// The kernel's arguments; a repeated one keeps its last value, or all where `collecting`.
    private static func commandLine(_ text: String, collecting: Bool) -> OrderedMap {
        var facts: OrderedMap = [:]
        for word in text.blankSeparatedWords {
            guard let equals = word.firstIndex(of: "=") else {
                facts[word] = true
                continue
            }
            let key = String(word[..<equals])
            let value = Value.string(String(word[word.index(after: equals)...].filter { $0 != "\"" }))
            if collecting, let old = facts[key] {
                facts[key] = .list((old.list ?? [old]) + [value])
            } else {
                facts[key] = value
            }
        }
        return facts
    }

    private static func user(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [:]
        let fields = report.section("user").withoutOuterBlanks.split(separator: ":", omittingEmptySubsequences: false)
            .map(String.init)
        if fields.count >= 7, let uid = Int(fields[2]), let gid = Int(fields[3]) {
            facts = [
                "user_id": .string(fields[0]), "user_uid": .int(uid), "user_gid": .int(gid),
                "user_gecos": .string(fields[4]), "user_dir": .string(fields[5]), "user_shell": .string(fields[6]),
            ]
        }
        for (field, kind) in [("Uid", "user"), ("Gid", "group")] {
            let numbers = (report.statusField(field) ?? "").blankSeparatedWords.compactMap { Int($0) }
            guard numbers.count >= 2 else { continue }
            facts["real_\(kind)_id"] = .int(numbers[0])
            facts["effective_\(kind)_id"] = .int(numbers[1])
        }
        return facts
    }

    private static func security(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [
            "apparmor": [
                "status": report.existing.contains("/sys/kernel/security/apparmor") ? "enabled" : "disabled"
            ],
            "fips": .bool(report.file("/proc/sys/crypto/fips_enabled") == "1"),
            "selinux": .dict(selinux(report)), "selinux_python_present": true,
        ]
        for (path, content) in report.files.sorted(by: { $0.key < $1.key }) {
            guard path.hasSuffix("_key.pub"), let start = path.firstRange(of: "ssh_host_") else { continue }
            let kind = path[start.upperBound...].dropLast("_key.pub".count)
            let words = content.blankSeparatedWords
            guard words.count >= 2 else { continue }
            facts["ssh_host_key_\(kind)_public"] = .string(words[1])
            facts["ssh_host_key_\(kind)_public_keytype"] = .string(words[0])
        }
        let current = report.lines("capabilities").first { $0.hasPrefix("Current:") }
        if let current {
            let text = current.dropFirst("Current:".count).withoutOuterBlanks
            let all = text == "=ep" || text == "=eip" || text == "= ep"
            let list = text.drop { $0 == "=" }.split(separator: ",").map { $0.withoutOuterBlanks }
            facts["system_capabilities"] = .strings(all ? [] : list)
            facts["system_capabilities_enforced"] = .string(all ? "False" : "True")
        } else {
            facts["system_capabilities"] = "N/A"
            facts["system_capabilities_enforced"] = "N/A"
        }
        return facts
    }

    private static func selinux(_ report: HostReport) -> OrderedMap {
        guard report.existing.contains("/sys/fs/selinux"), let mode = report.file("/sys/fs/selinux/enforce") else {
            return ["status": "disabled"]
        }
        let configuration = OSRelease(report.files["/etc/selinux/config"] ?? "")
        var facts: OrderedMap = ["status": "enabled", "mode": mode == "1" ? "enforcing" : "permissive"]
        if let version = report.file("/sys/fs/selinux/policyvers").flatMap({ Int($0) }) {
            facts["policyvers"] = .int(version)
        }
        facts["config_mode"] = .string(configuration["SELINUX"] ?? "unknown")
        facts["type"] = .string(configuration["SELINUXTYPE"] ?? "unknown")
        return facts
    }

    private static func nameServers(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [:]
        for line in (report.files["/etc/resolv.conf"] ?? "").split(separator: "\n") {
            let words = line.blankSeparatedWords
            guard let keyword = words.first, !keyword.hasPrefix("#"), !keyword.hasPrefix(";") else { continue }
            switch keyword {
            case "nameserver":
                facts["nameservers"] = .list((facts["nameservers"]?.list ?? []) + words.dropFirst().map { .string($0) })
            case "domain": facts["domain"] = words.count > 1 ? .string(words[1]) : nil
            case "search", "sortlist": facts[keyword] = .strings(words.dropFirst())
            case "options":
                var options = facts["options"]?.dict ?? [:]
                for option in words.dropFirst() {
                    if let (name, value) = option.halves(at: ":") {
                        options[name] = .string(value)
                    } else {
                        options[option] = true
                    }
                }
                facts["options"] = .dict(options)
            default: break
            }
        }
        return facts
    }

    private static func environment(_ report: HostReport) -> OrderedMap {
        var facts: OrderedMap = [:]
        for entry in report.section("environment").split(separator: "\0") {
            guard let equals = entry.firstIndex(of: "=") else { continue }
            facts[String(entry[..<equals])] = .string(String(entry[entry.index(after: equals)...]))
        }
        return facts
    }

    private static func isChroot(_ report: HostReport, environment: OrderedMap) -> Bool {
        if environment["debian_chroot"] != nil { return true }
        let roots = report.lines("roots").map(\.blankSeparatedWords)
        if roots.count == 2 { return roots[0] != roots[1] }
        // The first process may not be looked at: roots of common file systems have well-known inodes.
        guard let inode = roots.first?.last else { return false }
        return !["2", "128", "256"].contains(inode)
    }

    private static func lsb(_ report: HostReport) -> OrderedMap {
        let file = OSRelease(report.files["/etc/lsb-release"] ?? "")
        let os = OSRelease(report.files["/etc/os-release"] ?? report.files["/usr/lib/os-release"] ?? "")
        let hasCommand = !report.section("lsb").withoutOuterBlanks.isEmpty
        guard hasCommand || file["DISTRIB_ID"] != nil else { return [:] }
        let id = file["DISTRIB_ID"] ?? (DistributionFacts(report).name)
        var facts: OrderedMap = ["id": .string(id)]
        if let release = file["DISTRIB_RELEASE"] ?? os["VERSION_ID"] {
            facts["release"] = .string(release)
            facts["major_release"] = .string(release.split(separator: ".").first.map(String.init) ?? release)
        }
        if let codename = file["DISTRIB_CODENAME"] ?? os["VERSION_CODENAME"] { facts["codename"] = .string(codename) }
        if let text = file["DISTRIB_DESCRIPTION"] ?? os["PRETTY_NAME"] { facts["description"] = .string(text) }
        return facts
    }

    /// The host's own Python, where there is one; drover needs none. Without it the major version is still 3, since
    /// playbooks read it to choose between a distribution's `python-x` and `python3-x` packages.
    private static func python(_ report: HostReport) -> OrderedMap {
        let lines = report.lines("python").map(String.init)
        guard lines.count >= 2, let version = lines[1].blankSeparatedWords.last else {
            return ["python": ["executable": .none, "type": .none, "version": ["major": 3]]]
        }
        let numbers = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        guard numbers.count >= 3 else { return [:] }
        return [
            "python": [
                "executable": .string(lines[0]), "type": "cpython", "has_sslcontext": true,
                "version": [
                    "major": .int(numbers[0]), "minor": .int(numbers[1]), "micro": .int(numbers[2]),
                    "releaselevel": "final", "serial": 0,
                ],
                "version_info": [.int(numbers[0]), .int(numbers[1]), .int(numbers[2]), "final", 0],
            ],
            "python_version": .string(version),
        ]
    }
}
