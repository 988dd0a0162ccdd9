//! The arguments of `uri`.

import Values

extension UriModule {
    package static let spec = ModuleSpec(
        ["ansible.builtin.uri"], "Makes a request to a web service from the host",
        arguments: HTTPArguments.shared + [
            ArgumentSpec("method", .string, "HTTP method", default: "GET"),
            ArgumentSpec("body", .raw, "Body of the request"),
            ArgumentSpec(
                "body_format", .string, "How the body is written", default: "raw",
                choices: ["form-urlencoded", "json", "raw", "form-multipart"]),
            ArgumentSpec("src", .path, "File to send as body"),
            ArgumentSpec("remote_src", .bool, "'src' is on the host", default: false),
            ArgumentSpec("status_code", .list(of: .int), "Status codes that are a success", default: [200]),
            ArgumentSpec("return_content", .bool, "Report the answer's content", default: false),
            ArgumentSpec("dest", .path, "File or folder on the host for the content"),
            ArgumentSpec("creates", .path, "Do nothing if this exists"),
            ArgumentSpec("removes", .path, "Do nothing if this does not exist"),
            ArgumentSpec(
                "follow_redirects", .string, "Which redirects to follow", default: "safe",
                choices: ["all", "no", "none", "safe", "urllib2", "yes"]),
            ArgumentSpec("force", .bool, "Ask caches for a fresh answer", default: false),
            ArgumentSpec("timeout", .int, "Seconds to wait for a connection", default: 30),
            ArgumentSpec("unix_socket", .path, "Socket on the host to connect to"),
            ArgumentSpec("url_username", .string, "User", aliases: ["user"]),
            ArgumentSpec("url_password", .string, "Password", aliases: ["password"], secret: true),
        ] + ArgumentSpec.fileAttributes,
        mutuallyExclusive: [["body", "src"]])
}
