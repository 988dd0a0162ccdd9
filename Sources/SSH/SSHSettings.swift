//! Settings in OpenSSH's words, from the command line and configuration files: the first value wins.

/// Keywords and values, in order of precedence.
package struct SSHSettings: Sendable {
    /// Values by keyword in lower case; several for keywords that add up.
    private var values: [String: [String]] = [:]
    /// Keywords that mean nothing here, for one warning.
    package private(set) var unknown: [String] = []

    package init() {}

    /// Keywords that we act on.
    private static let supported: Set<String> = [
        "addressfamily", "certificatefile", "compression", "connecttimeout", "globalknownhostsfile", "hostkeyalias",
        "hostname", "identitiesonly", "identityagent", "identityfile", "port", "proxycommand", "proxyjump",
        "serveralivecountmax", "serveraliveinterval", "stricthostkeychecking", "user", "userknownhostsfile",
    ]

    /// Keywords whose effect we have anyway, or that do not apply to a program that runs commands.
    private static let ignored: Set<String> = [
        "addkeystoagent", "batchmode", "canonicalizehostname", "checkhostip", "ciphers", "clearallforwardings",
        "controlmaster", "controlpath", "controlpersist", "escapechar", "exitonforwardfailure", "fingerprinthash",
        "forwardagent", "forwardx11", "forwardx11trusted", "gssapiauthentication", "gssapidelegatecredentials",
        "gssapikeyexchange", "gssapirenewalforcesrekey", "gssapitrustdns", "hashknownhosts", "hostbasedauthentication",
        "hostkeyalgorithms", "ignoreunknown", "ipqos", "kbdinteractiveauthentication",
        "challengeresponseauthentication",
        "kexalgorithms", "localforward", "loglevel", "macs", "nohostauthenticationforlocalhost",
        "numberofpasswordprompts", "passwordauthentication", "permitlocalcommand", "preferredauthentications",
        "pubkeyacceptedalgorithms", "pubkeyacceptedkeytypes", "pubkeyauthentication", "rekeylimit", "remoteforward",
        "requesttty", "sendenv", "setenv", "tag", "tcpkeepalive", "updatehostkeys", "usekeychain",
        "verifyhostkeydns", "visualhostkey", "warnweakcrypto", "xauthlocation",
    ]

    /// Keywords of which every occurrence counts.
    private static let additive: Set<String> = ["identityfile", "certificatefile"]

    package mutating func add(_ keyword: String, _ value: String) {
        let key = keyword.lowercased()
        if Self.supported.contains(key) {
            if Self.additive.contains(key) {
                if values[key]?.contains(value) != true { values[key, default: []].append(value) }
            } else if values[key] == nil {
                values[key] = [value]
            }
        } else if !Self.ignored.contains(key), !unknown.contains(keyword) {
            unknown.append(keyword)
        }
    }

    /// Adds what `other` says where this says nothing.
    package mutating func add(_ other: SSHSettings) {
        for (key, list) in other.values { for value in list { add(key, value) } }
        for keyword in other.unknown where !unknown.contains(keyword) { unknown.append(keyword) }
    }

    package subscript(keyword: String) -> String? { values[keyword.lowercased()]?.first }

    package func all(_ keyword: String) -> [String] { values[keyword.lowercased()] ?? [] }
}
