//! `timezone`: the time zone of a host, and what its hardware clock tells.

import Connections
import Diagnostics
import Values

package struct TimezoneModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.timezone"], "Sets the time zone",
        arguments: [
            ArgumentSpec("name", .string, "Name of the zone, e.g. Europe/Berlin"),
            ArgumentSpec(
                "hwclock", .string, "What the hardware clock tells", choices: ["local", "UTC"], aliases: ["rtc"]),
        ],
        requiredOneOf: [["hwclock", "name"]], readsAhead: true)

    private let name: String?
    private let hardwareClock: String?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name")
        hardwareClock = arguments.string("hwclock")
        if let name {
            let isGood = name.utf8.allSatisfy { $0.isNameByte || "/+-".utf8.contains($0) }
            guard isGood, !name.isEmpty, !name.hasPrefix("/"), !name.hasPrefix("-") else {
                throw arguments.invalid("name", "'\(name)' is no time zone", help: "for example: Europe/Berlin or UTC")
            }
        }
    }

    private static let zones = "/usr/share/zoneinfo"

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            readlink -f /etc/localtime || echo; cat /etc/timezone 2>/dev/null | head -n 1 || :; echo
            [ ! -e \(Self.zones)/\((name ?? "UTC").shellQuoted) ] || echo zone
            [ ! -e /etc/timezone ] || echo file
            ! grep -qs '^LOCAL' /etc/adjtime || echo local
            """
        return .observe(Probe(probe)) { observation in decide(observation.text) }
    }

    private func decide(_ text: String) -> Step {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let words = Set(lines.dropFirst(2))
        let target = lines.first ?? ""
        let current = target.hasPrefix(Self.zones + "/") ? String(target.dropFirst(Self.zones.count + 1)) : ""
        let written = words.contains("file") ? lines[1] : current
        var plan = CommandList(commands: [], complaint: "cannot set the time zone")
        var (before, after) = ("", "")
        if let name, current != name || written != name {
            guard words.contains("zone") else {
                return .done(
                    .failure(
                        "there is no time zone '\(name)' below \(Self.zones) of the host: is the package tzdata missing?"
                    ))
            }
            plan.commands.append(setZone(name, writesFile: words.contains("file")))
            (before, after) = ("name: \(current.isEmpty ? "n/a" : current)\n", "name: \(name)\n")
        }
        if let hardwareClock, (hardwareClock == "local") != words.contains("local") {
            plan.commands.append(setClock(isLocal: hardwareClock == "local"))
            before += "hwclock: \(hardwareClock == "local" ? "UTC" : "local")\n"
            after += "hwclock: \(hardwareClock)\n"
        }
        plan.differences = [Difference(beforeHeader: "before", afterHeader: "after", before: before, after: after)]
        return plan.step()
    }

    private static let hasDaemon = "[ -d /run/systemd/system ] && command -v timedatectl >/dev/null"

    /// Where several links lead to one zone, the daemon keeps the name that was asked for.
    private func setZone(_ name: String, writesFile: Bool) -> String {
        let file = writesFile ? " && printf '%s\\n' \(name) >/etc/timezone" : ""
        return """
            if \(Self.hasDaemon); then timedatectl set-timezone \(name) || exit $?
            else ln -sfn \(Self.zones)/\(name) /etc/localtime.drover && mv -f /etc/localtime.drover /etc/localtime; fi\(file)
            """
    }

    private func setClock(isLocal: Bool) -> String {
        """
        if \(Self.hasDaemon); then timedatectl set-local-rtc \(isLocal ? 1 : 0)
        else hwclock --systohc --\(isLocal ? "localtime" : "utc"); fi
        """
    }
}
