//! The arguments that `uri` and `get_url` share.

import Values

enum HTTPArguments {
    static let shared: [ArgumentSpec] = [
        ArgumentSpec("url", .string, "http or https URL", required: true),
        ArgumentSpec("headers", .dict, "Further headers"),
        ArgumentSpec("http_agent", .string, "User agent", default: "ansible-httpget"),
        ArgumentSpec("force_basic_auth", .bool, "Send credentials with the first request", default: false),
        ArgumentSpec("validate_certs", .bool, "Check the server's certificate", default: true),
        ArgumentSpec("client_cert", .path, "Client certificate on the host"),
        ArgumentSpec("client_key", .path, "Client key on the host"),
        ArgumentSpec("ca_path", .path, "CA certificate on the host"),
        ArgumentSpec("ciphers", .list(of: .string), "TLS ciphers"),
        ArgumentSpec("use_proxy", .bool, "Use the proxy of the environment", default: true),
        ArgumentSpec("use_netrc", .bool, "Use ~/.netrc", default: true),
        ArgumentSpec("decompress", .bool, "Unpack compressed answers", default: true),
    ]
}
