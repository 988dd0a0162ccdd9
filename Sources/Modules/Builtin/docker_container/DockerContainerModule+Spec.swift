//! The arguments of `docker_container`: those of the table of options, and those that say what to do.

import Values

extension DockerContainerModule {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_container"), "Manages a container: created, replaced, started, stopped, removed",
        arguments: acts + images + judging + ContainerOptions.all.map(\.argument) + DockerEndpoint.arguments,
        pinnable: [.image("image")])

    private static let acts: [ArgumentSpec] = [
        ArgumentSpec("name", .string, "Name of the container", required: true),
        ArgumentSpec(
            "state", .string, "What shall be", default: "started",
            choices: ["absent", "present", "healthy", "stopped", "started"]),
        ArgumentSpec("recreate", .bool, "Replace the container even if nothing differs", default: false),
        ArgumentSpec("restart", .bool, "Restart the container if it is not replaced or started", default: false),
        ArgumentSpec("paused", .bool, "Whether the program is paused"),
        ArgumentSpec("detach", .bool, "Leave the program running; false waits for its end", default: true),
        ArgumentSpec("cleanup", .bool, "Remove the container after 'detach: false'", default: false),
        ArgumentSpec("output_logs", .bool, "Report the program's output after 'detach: false'", default: false),
        ArgumentSpec("force_kill", .bool, "Kill instead of stopping", default: false, aliases: ["forcekill"]),
        ArgumentSpec("kill_signal", .string, "Signal for 'force_kill'"),
        ArgumentSpec("keep_volumes", .bool, "Keep anonymous volumes of removed containers", default: true),
        ArgumentSpec("healthy_wait_timeout", .float, "Seconds to wait for 'state: healthy'", default: 300),
    ]

    private static let images: [ArgumentSpec] = [
        ArgumentSpec("image", .string, "Image: name with tag or digest, or an id"),
        ArgumentSpec("pull", .raw, "always (true), missing (false) or never", default: "missing"),
        ArgumentSpec("platform", .string, "Platform of the image: os[/arch[/variant]]"),
        ArgumentSpec(
            "image_name_mismatch", .string, "What another name of the same image means", default: "recreate",
            choices: ["ignore", "recreate"]),
        ArgumentSpec(
            "image_comparison", .string, "Whose defaults strict comparisons add", default: "desired-image",
            choices: ["desired-image", "current-image"]),
        ArgumentSpec("ignore_image", .bool, "The same as comparing image with ignore", default: false),
    ]

    private static let judging: [ArgumentSpec] = [
        ArgumentSpec("comparisons", .dict, "How options are compared: strict, ignore, allow_more_present"),
        ArgumentSpec(
            "container_default_behavior", .string, "What options that are not given mean", default: "no_defaults",
            choices: ["compatibility", "no_defaults"]),
        ArgumentSpec(
            "command_handling", .string, "Accepted for compatibility", default: "correct", choices: ["correct"]),
        ArgumentSpec("env_file", .path, "File of environment variables on the host"),
        ArgumentSpec("restart_retries", .int, "Limit of restarts for on-failure"),
        ArgumentSpec(
            "networks", .list(of: .dict), "Networks: name, ipv4_address, ipv6_address, aliases, links, driver_opts"),
        ArgumentSpec("networks_cli_compatible", .bool, "The first network replaces the default one", default: true),
        ArgumentSpec("purge_networks", .bool, "Leave networks that are not listed", default: false),
        ArgumentSpec("default_host_ip", .string, "Address of published ports that name none"),
    ]
}
