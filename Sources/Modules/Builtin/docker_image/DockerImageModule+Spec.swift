//! The arguments of `docker_image`.

import Values

extension DockerImageModule {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image"), "Pulls, builds, loads, tags, pushes, archives and removes images",
        arguments: [
            ArgumentSpec("name", .string, "Image, or its id", required: true),
            ArgumentSpec("tag", .string, "Tag, where the name has none", default: "latest"),
            ArgumentSpec(
                "state", .string, "Whether it shall be there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec(
                "source", .string, "Where a missing image comes from", choices: ["build", "load", "pull", "local"]),
            ArgumentSpec(
                "build", .dict,
                "path, dockerfile, args, target, pull, nocache, rm, network, labels, platform, cache_from, etc_hosts"),
            ArgumentSpec("pull", .dict, "platform"),
            ArgumentSpec("load_path", .path, "Archive on the host to load"),
            ArgumentSpec("archive_path", .path, "File on the host to save the image to"),
            ArgumentSpec("repository", .string, "Further name of the image, with or without tag"),
            ArgumentSpec("push", .bool, "Push to the registry of the (further) name", default: false),
            ArgumentSpec("force_source", .bool, "Pull, build or load even if the image is there", default: false),
            ArgumentSpec("force_absent", .bool, "Remove even if other names or containers use it", default: false),
            ArgumentSpec("force_tag", .bool, "Tag even if the further name is taken by another image", default: false),
        ] + DockerEndpoint.arguments,
        requiredIf: [.init("source", is: "build", ["build"]), .init("source", is: "load", ["load_path"])],
        pinnable: [.image("name", tag: "tag", only: .init("source", is: "pull", []))])
}
