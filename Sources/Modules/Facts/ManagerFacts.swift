//! Which package manager and which service manager a host has.

import Values

/// `pkg_mgr` and `service_mgr`.
enum ManagerFacts {
    static func facts(_ report: HostReport, distribution: DistributionFacts) -> OrderedMap {
        [
            "pkg_mgr": .string(packageManager(report, distribution)),
            "service_mgr": .string(serviceManager(report, distribution)),
        ]
    }

    private static func packageManager(_ report: HostReport, _ distribution: DistributionFacts) -> String {
        let exists = report.existing.contains
        if exists("/run/ostree-booted"), exists("/usr/bin/rpm-ostree") { return "atomic_container" }
        let byFamily: [(String, String)] =
            switch distribution.family {
            case "Debian": [("/usr/bin/apt-get", "apt")]
            case "RedHat":
                [
                    ("/usr/bin/dnf5", "dnf5"), ("/usr/bin/dnf", "dnf"), ("/usr/bin/dnf-3", "dnf"),
                    ("/usr/bin/microdnf", "dnf"), ("/usr/bin/yum", "yum"),
                ]
            case "Suse": [("/usr/bin/zypper", "zypper")]
            case "Alpine": [("/sbin/apk", "apk"), ("/usr/bin/apk", "apk")]
            case "Archlinux": [("/usr/bin/pacman", "pacman")]
            default: []
            }
        let all =
            byFamily + [
                ("/usr/bin/apt-get", "apt"), ("/usr/bin/dnf5", "dnf5"), ("/usr/bin/dnf", "dnf"),
                ("/usr/bin/yum", "yum"), ("/usr/bin/zypper", "zypper"), ("/sbin/apk", "apk"),
                ("/usr/bin/pacman", "pacman"), ("/usr/bin/emerge", "portage"), ("/usr/bin/xbps-install", "xbps"),
                ("/bin/opkg", "opkg"), ("/usr/sbin/urpmi", "urpmi"), ("/usr/sbin/pkg", "pkgng"),
                ("/usr/sbin/swupd", "swupd"),
            ]
        return all.first { exists($0.0) }?.1 ?? "unknown"
    }

    private static func serviceManager(_ report: HostReport, _ distribution: DistributionFacts) -> String {
        let exists = report.existing.contains
        let first = report.file("/proc/1/comm").map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        if exists("/run/systemd/system"), exists("/usr/bin/systemctl") || exists("/bin/systemctl") { return "systemd" }
        if let first, !first.isEmpty, first != "init", !first.hasSuffix("sh") {
            let known = ["procd": "openwrt_init", "runit-init": "runit", "svscan": "svc", "openrc-init": "openrc"]
            return known[first] ?? first
        }
        if exists("/sbin/initctl"), exists("/etc/init") { return "upstart" }
        if exists("/sbin/openrc") || exists("/sbin/openrc-run") { return "openrc" }
        if exists("/sbin/runit-init") { return "runit" }
        if exists("/lib/systemd/systemd") || exists("/usr/lib/systemd/systemd") { return "systemd" }
        if exists("/etc/init.d") { return "sysvinit" }
        return "service"
    }
}
