//! The one POSIX sh script that gathers everything facts are made of.

import Connections

/// Composes the script for the wanted groups. It starts few processes: small files are read by a single `grep`,
/// existence is asked by the shell itself.
enum FactsProbe {
    static func script(for groups: Set<FactGroup>, factPath: String, timeout: Int) -> String {
        var files = minimalFiles
        var parts = [identity]
        if groups.contains(.network) {
            files += networkFiles
            parts.append(network)
        }
        if groups.contains(.hardware) {
            files += hardwareFiles
            parts.append(hardware(timeout: timeout))
        }
        if groups.contains(.virtual) { files += virtualFiles }
        if groups.contains(.hardware) || groups.contains(.virtual) { parts.append(processor) }
        parts.append("s files; grep -s '' /dev/null \(files.joined(separator: " "))")
        parts.append("s exists; for p in \(existing.joined(separator: " ")); do [ ! -e \"$p\" ] || echo \"$p\"; done")
        if groups.contains(.local) { parts.append(local(factPath)) }
        return """
            s() { printf '\\n\\036%s\\n' "$1"; }
            has() { command -v "$1" >/dev/null 2>&1; }
            (
            export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
            \(parts.joined(separator: "\n"))
            ) 2>/dev/null
            s environment; cat /proc/self/environ 2>/dev/null
            :
            """
    }

    private static let identity = """
        s machine; uname -m
        s system; uname -s
        s date; date '+%Y|%m|%d|%H|%M|%S|%N|%s|%A|%w|%W|%Z|%z'
        t=$(date +%s); s halfyear; date -d "@$((t + 15724800))" '+%Z|%z'
        s bits; getconf LONG_BIT
        s user; u=$(id -u); getent passwd "$u" || grep "^[^:]*:[^:]*:$u:" /etc/passwd
        s name; n=$(cat /proc/sys/kernel/hostname || hostname); echo "$n"
        a=$(getent hosts "$n"); s reverse; [ -z "$a" ] || getent hosts "${a%% *}"
        s python; p=$(command -v python3 || command -v /usr/libexec/platform-python) && { echo "$p"; "$p" --version 2>&1; }
        s capabilities; if has capsh; then capsh --print; fi
        s roots; stat -L -c '%d %i' / /proc/1/root/.
        s container; tr '\\000' '\\n' </proc/1/environ | sed -n 's/^container=//p'
        s lsb; if has lsb_release; then echo lsb_release; fi
        """

    private static let network = """
        if has ip; then
        s addresses; ip -o addr
        s default4; ip -4 route get 8.8.8.8
        s default6; ip -6 route get 2404:6800:400a:800::1012
        s local4; ip -4 route show table local
        s local6; ip -6 route show table local
        fi
        s netlinks; ls -ld /sys/class/net/*/device /sys/class/net/*/device/driver/module
        s netdirs; for d in /sys/class/net/*; do echo "$d"; for x in bridge bonding brif bonding_slave; do
        [ ! -d "$d/$x" ] || echo "$d/$x"; done; for x in "$d"/brif/*; do [ ! -e "$x" ] || echo "$x"; done; done
        """

    private static func hardware(timeout: Int) -> String {
        """
        s mounts; cat /proc/self/mountinfo
        s sizes; set --; while read -r d m rest; do case $d in /*|*:/*)
        case $m in *\\*) m=$(printf '%b' "$m");; esac; set -- "$@" "$m";; esac
        done </proc/self/mounts
        if [ $# -gt 0 ]; then if has timeout; then limit='timeout \(timeout)'; else limit=; fi
        $limit stat -f -c '%s %S %b %a %c %d %n' "$@"; fi
        s disklinks; ls -l /dev/disk/by-id /dev/disk/by-uuid /dev/disk/by-label
        s holders; for d in /sys/block/*/holders/* /sys/block/*/*/holders/*; do [ ! -e "$d" ] || echo "$d"; done
        if [ "$(id -u)" = 0 ] && has vgs; then s lvm
        vgs --noheadings --nosuffix --units g --separator , -o vg_name,pv_count,lv_count,vg_size,vg_free
        s lvs; lvs --noheadings --nosuffix --units g --separator , -o lv_name,vg_name,lv_size
        s pvs; pvs --noheadings --nosuffix --units g --separator , -o pv_name,vg_name,pv_size,pv_free; fi
        """
    }

    private static let processor = """
        s cpu; grep -E '^(processor|vendor_id|model name|Model Name|Processor|cpu|cpu model|physical id|siblings|core id|cpu cores|# processors)[[:blank:]]*:' /proc/cpuinfo
        s cpuflags; sed -n -e '/^flags[[:blank:]]*:/{p;q;}' -e '/^Features[[:blank:]]*:/{p;q;}' -e '/^features[[:blank:]]*:/{p;q;}' /proc/cpuinfo
        """

    /// Every fact script gets its own end of section; its exit status follows in a section of its own.
    private static func local(_ path: String) -> String {
        """
        for f in \(path.shellQuoted)/*.fact; do [ -f "$f" ] || continue
        if [ -x "$f" ]; then s "localx $f"; "$f" </dev/null; s "localstatus $f"; echo $?
        elif [ -r "$f" ]; then s "localf $f"; cat "$f"; else s "localstatus $f"; echo unreadable; fi; done
        """
    }

    private static let minimalFiles = [
        "/proc/sys/kernel/osrelease", "/proc/sys/kernel/version", "/proc/self/status", "/proc/cmdline", "/proc/uptime",
        "/proc/loadavg", "/proc/meminfo", "/proc/1/comm", "/etc/resolv.conf", "/etc/hosts", "/etc/machine-id",
        "/var/lib/dbus/machine-id",
        "/etc/os-release", "/usr/lib/os-release", "/etc/lsb-release", "/etc/debian_version", "/etc/alpine-release",
        "/etc/redhat-release", "/etc/centos-release", "/etc/oracle-release", "/etc/system-release",
        "/etc/arch-release", "/etc/SuSE-release", "/etc/gentoo-release", "/etc/slackware-version",
        "/etc/ssh/ssh_host_*_key.pub", "/etc/openssh/ssh_host_*_key.pub", "/etc/ssh_host_*_key.pub",
        "/etc/selinux/config", "/sys/fs/selinux/enforce", "/sys/fs/selinux/policyvers",
        "/proc/sys/crypto/fips_enabled",
    ]

    private static let networkFiles = [
        "/sys/class/net/*/address", "/sys/class/net/*/mtu", "/sys/class/net/*/operstate", "/sys/class/net/*/type",
        "/sys/class/net/*/flags", "/sys/class/net/*/speed", "/sys/class/net/*/bridge/bridge_id",
        "/sys/class/net/*/bridge/stp_state", "/sys/class/net/*/bonding/mode", "/sys/class/net/*/bonding/miimon",
        "/sys/class/net/*/bonding/slaves", "/sys/class/net/*/bonding/active_slave",
        "/sys/class/net/*/bonding/lacp_rate",
        "/sys/class/net/*/bonding/primary",
        "/sys/class/fc_host/*/port_name", "/etc/iscsi/initiatorname.iscsi", "/etc/nvme/hostnqn",
    ]

    private static let hardwareFiles = [
        "/sys/class/dmi/id/*", "/sys/block/*/removable", "/sys/block/*/size", "/sys/block/*/queue/rotational",
        "/sys/block/*/queue/scheduler", "/sys/block/*/queue/physical_block_size",
        "/sys/block/*/queue/hw_sector_size", "/sys/block/*/queue/discard_granularity", "/sys/block/*/device/vendor",
        "/sys/block/*/device/model", "/sys/block/*/device/serial", "/sys/block/*/device/wwid",
        "/sys/block/*/device/sas_address", "/sys/block/*/device/sas_device_handle", "/sys/block/*/*/start",
        "/sys/block/*/*/size", "/sys/block/*/dm/name", "/sys/block/*/dm/uuid", "/etc/fstab",
    ]

    private static let virtualFiles = [
        "/sys/class/dmi/id/product_name", "/sys/class/dmi/id/product_family", "/sys/class/dmi/id/sys_vendor",
        "/sys/class/dmi/id/bios_vendor", "/sys/class/dmi/id/board_vendor", "/sys/hypervisor/type",
        "/proc/1/cgroup", "/run/systemd/container", "/proc/xen/capabilities", "/proc/modules",
        "/proc/sysinfo",
    ]

    private static let existing = [
        "/sys/fs/selinux", "/sys/kernel/security/apparmor", "/run/systemd/system", "/run/openrc", "/sbin/openrc",
        "/sbin/openrc-run", "/etc/init.d", "/sbin/initctl", "/etc/init", "/bin/systemctl", "/usr/bin/systemctl",
        "/usr/lib/systemd/systemd", "/lib/systemd/systemd", "/sbin/runit-init",
        "/usr/bin/apt-get", "/usr/bin/dnf5", "/usr/bin/dnf", "/usr/bin/dnf-3", "/usr/bin/microdnf", "/usr/bin/yum",
        "/usr/bin/rpm-ostree", "/sbin/apk", "/usr/bin/apk", "/usr/bin/zypper", "/usr/bin/pacman", "/usr/bin/emerge",
        "/usr/bin/xbps-install", "/usr/sbin/swupd", "/bin/opkg", "/usr/sbin/pkg", "/usr/sbin/urpmi",
        "/usr/bin/apt-rpm", "/run/ostree-booted", "/usr/bin/installp", "/nix",
        "/.dockerenv", "/.dockerinit", "/run/.containerenv", "/proc/vz", "/proc/bc", "/proc/lve", "/proc/xen",
        "/dev/kvm", "/dev/vboxdrv", "/proc/xen/capabilities", "/dev/lxd/sock", "/etc/arch-release",
        "/etc/debian_version", "/etc/redhat-release",
    ]
}
