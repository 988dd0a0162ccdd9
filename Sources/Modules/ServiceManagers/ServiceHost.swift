//! What a host says about one service, whichever manager it has.

import Connections
import Values

struct ServiceHost: Sendable {
    enum Manager: String, Sendable { case systemd, openrc, sysvinit }

    let manager: Manager
    let exists: Bool
    let isRunning: Bool
    let isEnabled: Bool
    let isMasked: Bool
    /// systemd's properties of the unit.
    let properties: OrderedMap
    /// systemd's files are there, but it does not run: a container or a chroot.
    let isOffline: Bool
    /// `systemctl`, `update-rc.d` or `chkconfig`: what enables services where systemd does not run.
    let enabler: String

    init(_ text: String) {
        var manager = Manager.sysvinit
        var properties: OrderedMap = [:]
        var facts: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let (kind, body) = line.halves(at: " ") else { continue }
            switch kind {
            case "M": manager = Manager(rawValue: body) ?? .sysvinit
            case "A":
                guard let equals = body.firstIndex(of: "=") else { continue }
                properties[String(body[..<equals])] = .string(String(body[body.index(after: equals)...]))
            default: facts[kind] = body
            }
        }
        self.manager = manager
        self.properties = properties
        let unitState = facts["enabled"] ?? ""
        isOffline = facts["offline"] != nil
        enabler = facts["enabler"] ?? ""
        isMasked = unitState.hasPrefix("masked") || properties["LoadState"] == "masked"
        if manager == .systemd {
            let load = properties["LoadState"]?.string ?? ""
            let known = ["enabled", "disabled", "static", "masked", "generated", "indirect", "alias", "linked"]
            exists = (!load.isEmpty && load != "not-found") || known.contains(unitState)
            isRunning = ["active", "activating", "reloading", "deactivating"].contains(
                properties["ActiveState"]?.string ?? "")
        } else {
            exists = facts["script"] != nil
            isRunning = facts["status"] == "0" || facts["matched"] != nil
        }
        isEnabled = ["enabled", "enabled-runtime", "static", "alias", "generated", "linked"].contains(unitState)
    }

    static func probe(_ wish: ServiceWish) -> String {
        let name = (wish.name ?? "").shellQuoted
        return """
            export LC_ALL=C
            \(ServiceCommands.variables(wish))
            n=\(name); m=\((wish.manager ?? "").shellQuoted)
            if [ -z "$m" ]; then if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then m=systemd
            elif command -v rc-service >/dev/null; then m=openrc; else m=sysvinit; fi; fi
            if [ "$m" = systemd ] && [ ! -d /run/systemd/system ]; then echo 'offline yes'; m=sysvinit; fi
            [ -n "$n" ] || { echo "M $m"; exit 0; }
            case $m in
            systemd) echo 'M systemd'; \(ServiceCommands.systemctl(wish)) show "$n" --no-pager 2>/dev/null | sed 's/^/A /'
            echo "enabled $(\(ServiceCommands.systemctl(wish)) is-enabled "$n" 2>/dev/null | head -n 1)";;
            openrc) echo 'M openrc'; [ ! -e "/etc/init.d/$n" ] || echo 'script yes'
            rc-service "$n" status >/dev/null 2>&1; echo "status $?"
            [ ! -e "/etc/runlevels/\(wish.runlevel)/$n" ] || echo 'enabled enabled';;
            *) echo 'M sysvinit'; \(sysvinit(wish));;
            esac
            :
            """
    }

    /// A script in `/etc/init.d` is asked for its status; links in `/etc/rc?.d` say what starts at boot.
    private static func sysvinit(_ wish: ServiceWish) -> String {
        let byPattern = wish.pattern.map { pattern in
            """
            for c in /proc/[0-9]*/cmdline; do case $(tr '\\000' ' ' <"$c" 2>/dev/null) in *\(pattern.shellQuoted)*)
            [ "$c" = "/proc/$$/cmdline" ] || { echo 'matched yes'; break; };; esac; done
            """
        }
        return """
            if [ -x "/etc/init.d/$n" ]; then echo 'script yes'
            \(byPattern ?? "\(ServiceCommands.initScript) status >/dev/null 2>&1; echo \"status $?\"")
            fi
            if command -v systemctl >/dev/null; then echo 'enabler systemctl'
            echo "enabled $(systemctl is-enabled "$n" 2>/dev/null | tail -n 1)"
            else if command -v update-rc.d >/dev/null; then echo 'enabler update-rc.d'
            elif command -v chkconfig >/dev/null; then echo 'enabler chkconfig'; fi
            for l in /etc/rc[2345].d/S[0-9][0-9]"$n" /etc/rc.d/rc[2345].d/S[0-9][0-9]"$n"; do
            if [ -e "$l" ]; then echo 'enabled enabled'; break; fi; done
            fi
            """
    }
}
