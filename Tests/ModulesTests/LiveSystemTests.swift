//! Services, firewalls and settings with the real programs of the lab's root: OpenRC, ufw, iptables, firewalld, cron, …

import Testing
import Values

@testable import Modules

@Suite(.enabled(if: LiveRoot.isThere, LiveRoot.reason))
struct LiveSystemTests {
    private func withRoot(_ body: (LiveRoot) async throws -> Void) async throws {
        let root = try LiveRoot()
        defer { root.remove() }
        try await body(root)
    }

    /// Each is to change something, and the second run nothing.
    private func change<M: Module>(
        _ root: LiveRoot, _ type: M.Type, _ calls: OrderedMap..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for arguments in calls {
            let result = try await root.converge(type, arguments, sourceLocation: sourceLocation)
            #expect(result.changed, "\(arguments.values)", sourceLocation: sourceLocation)
        }
    }

    @Test func servicesOfOpenRC() async throws {
        try await withRoot { root in
            try root.run(
                """
                printf '%s\\n' '#!/sbin/openrc-run' 'start() { touch /run/web; }' 'stop() { rm -f /run/web; }' \\
                >/etc/init.d/web; chmod 755 /etc/init.d/web; mkdir -p /run/openrc; touch /run/openrc/softlevel
                rc-status >/dev/null 2>&1
                """)
            try await change(
                root, ServiceModule.self, ["name": "web", "enabled": true], ["name": "web", "state": "started"])
            #expect(try root.run("ls /run/web /etc/runlevels/default/web").split(separator: "\n").count == 2)
            #expect(try await root.apply(ServiceModule.self, ["name": "web", "state": "restarted"]).changed)
            try await change(
                root, ServiceModule.self, ["name": "web", "enabled": true, "runlevel": "boot"],
                ["name": "web", "enabled": false], ["name": "web", "state": "stopped"])
            #expect(try root.run("ls /run/web /etc/runlevels/default/web 2>/dev/null; :").isEmpty)
            let missing = try await root.apply(ServiceModule.self, ["name": "nope", "state": "started"])
            #expect(missing.failed)
        }
    }

    @Test func rulesOfUfw() async throws {
        try await withRoot { root in
            try await change(
                root, UfwModule.self, ["rule": "allow", "port": "22", "proto": "tcp"],
                ["state": "enabled", "policy": "deny"],
                [
                    "rule": "allow", "port": "8000:8010", "proto": "udp", "from_ip": "10.0.0.0/8",
                    "comment": "two words",
                ],
                ["rule": "allow", "route": true, "interface_in": "lo", "interface_out": "eth1"],
                ["rule": "allow", "port": "22", "proto": "tcp", "delete": true], ["logging": "medium"])
            let status = try root.run("ufw status verbose")
            #expect(status.contains("Status: active") && status.contains("8000:8010/udp") && !status.contains("22/tcp"))
            #expect(status.contains("deny (incoming)") && status.contains("Logging: on (medium)"), "\(status)")
            try await change(root, UfwModule.self, ["state": "disabled"])
        }
    }

    @Test func rulesOfIptables() async throws {
        try await withRoot { root in
            let web: OrderedMap = [
                "chain": "INPUT", "protocol": "tcp", "destination_port": "80", "jump": "ACCEPT", "comment": "web site",
            ]
            try await change(
                root, IptablesModule.self, web, ["chain": "INPUT", "policy": "DROP"],
                ["chain": "INPUT", "ctstate": ["ESTABLISHED", "RELATED"], "jump": "ACCEPT", "action": "insert"],
                ["chain": "MINE", "chain_management": true],
                ["table": "nat", "chain": "POSTROUTING", "out_interface": "lo", "jump": "MASQUERADE"],
                [
                    "chain": "INPUT", "ip_version": "ipv6", "protocol": "tcp", "jump": "REJECT",
                    "reject_with": "tcp-reset",
                ],
                web.merging(["state": "absent"]))
            #expect(
                try root.run("iptables -S") == """
                    -P INPUT DROP
                    -P FORWARD ACCEPT
                    -P OUTPUT ACCEPT
                    -N MINE
                    -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT

                    """)
        }
    }

    @Test func zonesOfFirewalld() async throws {
        try await withRoot { root in
            try await change(
                root, FirewalldModule.self,
                ["service": "http", "state": "enabled", "permanent": true, "offline": true],
                ["zone": "mine", "state": "present", "permanent": true, "offline": true])
            try root.run(
                """
                mkdir -p /run/dbus; dbus-daemon --system --fork; firewalld --nopid >/dev/null 2>&1
                for i in $(seq 100); do firewall-cmd --state >/dev/null 2>&1 && exit; sleep 0.1; done; exit 1
                """)
            try await change(
                root, FirewalldModule.self,
                ["service": "https", "state": "enabled", "permanent": true, "immediate": true],
                ["masquerade": true, "state": "enabled"],
                ["target": "DROP", "zone": "mine", "state": "enabled", "permanent": true])
            #expect(try root.run("firewall-cmd --list-services") == "dhcpv6-client http https ssh\n")
            let unknown = try await root.apply(FirewalldModule.self, ["service": "nope", "state": "enabled"])
            #expect(unknown.failed && unknown.fields["msg"] == "Error: INVALID_SERVICE: nope")
        }
    }

    @Test func settingsOfTheKernelAndMounts() async throws {
        try await withRoot { root in
            try await change(root, SysctlModule.self, ["name": "net.ipv4.ip_forward", "value": "1"])
            #expect(try root.run("cat /proc/sys/net/ipv4/ip_forward") == "1\n")
            let bound: OrderedMap = [
                "path": "/mnt/a b", "src": "/srv", "fstype": "none", "opts": "bind", "state": "mounted",
            ]
            try await change(root, MountModule.self, bound)
            #expect(try root.run("ls '/mnt/a b'") == "packages\n")
            try await change(
                root, MountModule.self, ["path": "/mnt/a b", "state": "unmounted"],
                ["path": "/mnt/a b", "state": "absent"])
        }
    }

    @Test func settingsOfDebian() async throws {
        try await withRoot { root in
            try await change(
                root, CronModule.self, ["name": "job", "minute": "*/5", "job": "true"],
                ["name": "PATH", "env": true, "job": "/bin"])
            #expect(try root.run("crontab -l") == "PATH=\"/bin\"\n#Ansible: job\n*/5 * * * * true\n")
            let mine: OrderedMap = ["name": "mine", "path": "/bin/cat", "link": "/usr/bin/mine", "priority": 5]
            try await change(
                root, AlternativesModule.self, mine,
                ["name": "mine", "path": "/bin/more", "link": "/usr/bin/mine", "priority": 3, "state": "selected"],
                ["name": "mine", "path": "/bin/more", "state": "absent"])
            #expect(try root.run("readlink -f /usr/bin/mine") == "/usr/bin/cat\n")
            try await change(root, TimezoneModule.self, ["name": "Europe/Berlin"])
            #expect(try root.run("readlink /etc/localtime") == "/usr/share/zoneinfo/Europe/Berlin\n")
            try await change(
                root, DebconfModule.self,
                ["name": "tzdata", "question": "tzdata/Areas", "value": "Asia", "vtype": "select"])
            try await change(root, LocaleGenModule.self, ["name": "de_DE.UTF-8"])
            #expect(try root.run("locale -a").contains("de_DE.utf8"))
            let key = "/etc/apt/trusted.gpg.d/mine.gpg"
            try await change(
                root, AptKeyModule.self, ["file": "/srv/packages/key.asc", "keyring": .string(key)])
            #expect(
                try root.run("gpg --no-default-keyring --keyring \(key) -k 2>/dev/null").contains("packages@example"))
        }
    }

    @Test func unitsOfARunningSystemd() async throws {
        let root = try LiveRoot(systemd: true)
        defer { root.remove() }
        let unit = "[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        try root.run(
            """
            printf '\(unit)' | tee /usr/lib/systemd/system/web.service >/etc/systemd/user/mine.service
            mkdir -p /etc/systemd/system/user@0.service.d
            printf '[Service]\\nEnvironment=XDG_RUNTIME_DIR=/run/user/0\\n' >/etc/systemd/system/user@0.service.d/a.conf
            """)
        try root.waitForSystemd()
        let reload = try await root.apply(SystemdServiceModule.self, ["daemon_reload": true])
        #expect(!reload.failed && !reload.changed)
        try await change(
            root, SystemdServiceModule.self,
            ["name": "web", "state": "started", "enabled": true, "daemon_reload": true])
        let same = try await root.apply(SystemdServiceModule.self, ["name": "web.service", "state": "started"])
        #expect(
            same.fields["status"]?["ActiveState"] == "active" && same.fields["status"]?["UnitFileState"] == "enabled")
        for state in ["restarted", "reloaded"] {
            #expect(try await root.apply(ServiceModule.self, ["name": "web", "state": .string(state)]).changed)
        }
        try await change(
            root, SystemdServiceModule.self, ["name": "web", "state": "stopped", "enabled": false],
            ["name": "web", "masked": true])
        let masked = try await root.apply(SystemdServiceModule.self, ["name": "web", "state": "started"])
        #expect(masked.failed, "\(LiveRoot.text(masked))")
        try await change(root, SystemdServiceModule.self, ["name": "web", "masked": false])
        let broken = try await root.apply(SystemdServiceModule.self, ["name": "nope", "state": "started"])
        #expect(broken.failed)
        try root.run("mkdir -p /run/user/0 && systemctl start user@0")
        try await change(
            root, SystemdServiceModule.self, ["name": "mine", "scope": "user", "state": "started"],
            ["name": "mine", "scope": "global", "enabled": true], ["name": "mine", "scope": "user", "state": "stopped"])
    }
}
