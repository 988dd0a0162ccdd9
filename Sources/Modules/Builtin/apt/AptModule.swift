//! `apt`: packages of Debian and its children.

import Diagnostics
import Values

package struct AptModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.apt"], "Installs, upgrades and removes packages with apt",
        arguments: [
            ArgumentSpec(
                "name", .list(of: .string), "Packages: name, name=version, name>=version, patterns",
                aliases: ["package", "pkg"]),
            ArgumentSpec(
                "state", .string, "What to reach", default: "present",
                choices: ["absent", "build-dep", "fixed", "latest", "present", "installed", "removed"]),
            ArgumentSpec("update_cache", .bool, "Update the package lists first", aliases: ["update-cache"]),
            ArgumentSpec("cache_valid_time", .int, "Update the lists only if older (seconds)", default: 0),
            ArgumentSpec("update_cache_retries", .int, "How often to try a failed update again", default: 5),
            ArgumentSpec("update_cache_retry_max_delay", .int, "Longest pause between tries (seconds)", default: 12),
            ArgumentSpec("purge", .bool, "Remove configuration files as well", default: false),
            ArgumentSpec("default_release", .string, "Release to prefer (apt-get -t)", aliases: ["default-release"]),
            ArgumentSpec(
                "install_recommends", .bool, "Install recommended packages; the host decides if absent",
                aliases: ["install-recommends"]),
            ArgumentSpec("force", .bool, "Accept unauthenticated packages and downgrades", default: false),
            ArgumentSpec(
                "allow_unauthenticated", .bool, "Accept unauthenticated packages", default: false,
                aliases: ["allow-unauthenticated"]),
            ArgumentSpec(
                "allow_downgrade", .bool, "Allow a lower version", default: false,
                aliases: ["allow-downgrade", "allow_downgrades", "allow-downgrades"]),
            ArgumentSpec("allow_change_held_packages", .bool, "Change packages on hold", default: false),
            ArgumentSpec(
                "upgrade", .string, "Upgrade all packages", default: "no",
                choices: ["dist", "full", "no", "safe", "yes"]),
            ArgumentSpec("dpkg_options", .string, "Options for dpkg", default: "force-confdef,force-confold"),
            ArgumentSpec("deb", .path, "A .deb file on the host, or its address"),
            ArgumentSpec("autoremove", .bool, "Remove packages nothing needs any more", default: false),
            ArgumentSpec("autoclean", .bool, "Remove package files that cannot be fetched any more", default: false),
            ArgumentSpec("clean", .bool, "Remove fetched package files", default: false),
            ArgumentSpec("fail_on_autoremove", .bool, "Fail rather than remove packages", default: false),
            ArgumentSpec("only_upgrade", .bool, "Leave alone what is not installed", default: false),
            ArgumentSpec("policy_rc_d", .int, "Exit status of policy-rc.d meanwhile (101 starts no service)"),
            ArgumentSpec("lock_timeout", .int, "Seconds to wait for another apt or dpkg", default: 60),
            ArgumentSpec("force_apt_get", .bool, "Accepted; apt-get is all that is used", default: false),
            ArgumentSpec("auto_install_module_deps", .bool, "Accepted; nothing is needed on the host", default: true),
        ],
        mutuallyExclusive: [["deb", "name"]],
        pinnable: [.packages("name", .equals), .download("deb", checksum: nil), .upgrade("upgrade")], readsAhead: true)

    private let plan: AptPlan

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        plan = try AptPlan(arguments)
    }

    package func start() throws(Diagnostic) -> Step { plan.start() }
}
