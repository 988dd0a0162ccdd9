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
        "addressfamily", "certificatefile", "ciphers", "compression", "connecttimeout", "globalknownhostsfile",
        "hostkeyalgorithms", "hostkeyalias", "hostname", "identitiesonly", "identityagent", "identityfile",
        "kexalgorithms", "macs", "port", "proxycommand", "proxyjump", "pubkeyacceptedalgorithms",
        "pubkeyacceptedkeytypes", "serveralivecountmax", "serveraliveinterval", "stricthostkeychecking", "user",
        "userknownhostsfile",
    ]

    /// Keywords whose effect we have anyway, or that do not apply to a program that runs commands.
    private static let ignored: Set<String> = [
        "addkeystoagent", "batchmode", "canonicalizehostname", "challengeresponseauthentication", "checkhostip",
        "clearallforwardings", "controlmaster", "controlpath", "controlpersist", "escapechar", "exitonforwardfailure",
        "fingerprinthash", "forwardx11", "forwardx11trusted", "gssapiauthentication",
        "gssapidelegatecredentials", "gssapikeyexchange", "gssapirenewalforcesrekey", "gssapitrustdns",
        "hashknownhosts", "hostbasedauthentication", "ignoreunknown", "ipqos", "kbdinteractiveauthentication",
        "localforward", "loglevel", "nohostauthenticationforlocalhost", "numberofpasswordprompts",
        "passwordauthentication", "permitlocalcommand", "preferredauthentications", "pubkeyauthentication",
        "rekeylimit", "remoteforward", "requesttty", "sendenv", "setenv", "tag", "tcpkeepalive", "updatehostkeys",
        "usekeychain", "verifyhostkeydns", "visualhostkey", "warnweakcrypto", "xauthlocation",
    ]

    /// A keyword that changes nothing for us; an agent that is to be forwarded would be missed.
    private static func isIdle(_ key: String, _ value: String) -> Bool {
        ignored.contains(key) || key == "forwardagent" && value.lowercased() == "no"
    }

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
        } else if !Self.isIdle(key, value), !unknown.contains(keyword) {
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
