//! Options of a container's rights and namespaces.

import Diagnostics
import Values

extension ContainerOptions {
    static let isolation: [ContainerOption] = [
        .toggle("privileged", "All rights of the host", at: ["HostConfig", "Privileged"], flag: "--privileged"),
        .items(
            "capabilities", "Capabilities to add", .set, at: ["HostConfig", "CapAdd"], flag: "--cap-add",
            same: capability),
        .items(
            "cap_drop", "Capabilities to drop", .set, at: ["HostConfig", "CapDrop"], flag: "--cap-drop",
            same: capability),
        securityOptions,
        .items("groups", "Further groups of the program", .set, at: ["HostConfig", "GroupAdd"], flag: "--group-add"),
        .dict("sysctls", "Kernel parameters", at: ["HostConfig", "Sysctls"], flag: "--sysctl"),
        .text("userns_mode", "User namespace", at: ["HostConfig", "UsernsMode"], flag: "--userns"),
        .text("uts", "UTS namespace", at: ["HostConfig", "UTSMode"], flag: "--uts"),
        namespaceOption(
            "ipc_mode", "IPC namespace: none, host, private, shareable, container:NAME", "IpcMode", "--ipc"),
        namespaceOption("pid_mode", "PID namespace: host or container:NAME", "PidMode", "--pid"),
        .text("cgroup_parent", "Parent cgroup", at: ["HostConfig", "CgroupParent"], flag: "--cgroup-parent"),
        .text(
            "cgroupns_mode", "Cgroup namespace", at: ["HostConfig", "CgroupnsMode"], flag: "--cgroupns",
            choices: ["host", "private"]),
    ]

    @Sendable private static func capability(_ name: String) -> String {
        let name = name.uppercased()
        return name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name
    }

    private static func namespaceOption(
        _ name: String, _ summary: String, _ key: String, _ flag: String
    ) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .string, summary), shape: .value,
            wanted: { value, _ in .string(value.string ?? "") },
            actual: { namespace($0, $0.hostConfig(key)?.string ?? "") }, flags: { [flag, $0.string ?? ""] })
    }

    private static let securityOptions = ContainerOption(
        argument: ArgumentSpec("security_opts", .list(of: .string), "Security options: label, apparmor, seccomp"),
        shape: .set, wanted: { value, _ in .list((value.list ?? []).compactMap(\.string).map(securityOption)) },
        actual: { .list(($0.hostConfig("SecurityOpt")?.list ?? []).compactMap(\.string).map(securityOption)) },
        flags: { value in (value.list ?? []).flatMap { ["--security-opt", $0.string ?? ""] } })

    /// `label:disable` and `label=disable` are the same.
    @Sendable private static func securityOption(_ text: String) -> Value {
        if text == "no-new-privileges" { return "no-new-privileges=true" }
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else { return .string(text) }
        return .string("\(text[..<separator])=\(text[text.index(after: separator)...])")
    }
}
