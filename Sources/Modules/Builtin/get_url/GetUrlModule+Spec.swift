//! The arguments of `get_url`.

import Values

extension GetUrlModule {
    package static let spec = ModuleSpec(
        ["ansible.builtin.get_url"], "Downloads a file to the host",
        arguments: HTTPArguments.shared + [
            ArgumentSpec("dest", .path, "File or folder on the host", required: true),
            ArgumentSpec("checksum", .string, "algorithm:checksum, or algorithm:URL of a list", default: ""),
            ArgumentSpec("force", .bool, "Download even if the file is there", default: false),
            ArgumentSpec("backup", .bool, "Keep a copy of what is replaced", default: false),
            ArgumentSpec("tmp_dest", .path, "Folder for the download until it is complete"),
            ArgumentSpec("timeout", .int, "Seconds to wait for a connection", default: 10),
            ArgumentSpec("url_username", .string, "User", aliases: ["username"]),
            ArgumentSpec("url_password", .string, "Password", aliases: ["password"], secret: true),
        ] + ArgumentSpec.fileAttributes,
        pinnable: [.download("url", checksum: "checksum")])
}
