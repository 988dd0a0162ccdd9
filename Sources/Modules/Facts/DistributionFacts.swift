//! Which distribution a host runs, by Ansible's names, from its release files.

import Values

/// `distribution*`, `os_family` and `lsb`.
struct DistributionFacts {
    var name: String
    var version: String
    var release: String
    var major: String
    var minor: String?
    var filePath: String?
    var variety: String?
    /// The word by which the file was recognized, where Ansible reports one.
    var searched: String?
    /// Whether the file said more than that it is there.
    var parsed = true

    init(_ report: HostReport) {
        let system = report.section("system").withoutOuterBlanks
        let osPath = report.files["/etc/os-release"] != nil ? "/etc/os-release" : "/usr/lib/os-release"
        let os = OSRelease(report.files[osPath] ?? "")
        name = system
        version = "NA"
        release = "NA"
        major = "NA"
        guard system == "Linux" || system.isEmpty else { return }
        name = Self.names[os.id] ?? os.name ?? "Linux"
        version = os["VERSION_ID"] ?? "NA"
        switch os.id {
        case "alpine": readAlpine(report)
        case "arch", "archlinux", "archarm", "manjaro":
            name = "Archlinux"
            (filePath, variety, parsed) = ("/etc/arch-release", "Archlinux", false)
        case "opensuse-leap", "opensuse-tumbleweed", "opensuse", "sles", "sled", "sles_sap", "opensuse-microos",
            "sl-micro":
            readSUSE(os)
        case "amzn":
            minor = "NA"
            (filePath, variety) = ("/etc/os-release", "Amazon")
        case "ol": (filePath, variety, searched) = ("/etc/oracle-release", "OracleLinux", "Oracle Linux")
        default:
            if report.files["/etc/redhat-release"] != nil {
                readRedHat(os, report)
            } else if os.id == "debian" || os.isLike("debian") || report.files["/etc/debian_version"] != nil {
                readDebian(os, report, path: osPath)
            } else if !os.isEmpty {
                (filePath, variety) = (osPath, "NA")
                release = os["VERSION_CODENAME"] ?? "NA"
            }
        }
        if let dot = version.firstIndex(of: ".") { major = String(version[..<dot]) } else { major = version }
    }

    private mutating func readAlpine(_ report: HostReport) {
        if let text = report.file("/etc/alpine-release") { version = text }
        (filePath, variety) = ("/etc/alpine-release", "Alpine")
    }

    private mutating func readSUSE(_ os: OSRelease) {
        (filePath, variety) = ("/etc/os-release", "SUSE")
        let parts = version.split(separator: ".")
        release = os.id == "opensuse-tumbleweed" ? "" : parts.count > 1 ? String(parts[1]) : "0"
    }

    private mutating func readRedHat(_ os: OSRelease, _ report: HostReport) {
        (filePath, variety) = ("/etc/redhat-release", "RedHat")
        let text = report.file("/etc/redhat-release") ?? ""
        if os.id == "centos", text.contains("Stream") {
            (filePath, variety, release) = ("/etc/centos-release", "CentOS", "Stream")
            return
        }
        if os.id == "rhel" { searched = "Red Hat" }
        if let numbered = Self.version(in: text) {
            version = numbered.split(separator: ".").prefix(2).joined(separator: ".")
        }
        if os.id == "fedora" {
            release = os["VERSION_CODENAME"] ?? ""
        } else if let name = Self.codename(in: text) {
            release = name
        }
    }

    private mutating func readDebian(_ os: OSRelease, _ report: HostReport, path: String) {
        (filePath, variety) = (path, "Debian")
        release = os["VERSION_CODENAME"] ?? os["UBUNTU_CODENAME"] ?? Self.codename(in: os["VERSION"]) ?? "NA"
        // Debian's own os-release knows the major version only, or none while the release is in the making.
        guard os.id == "debian" || os.id == "raspbian", let precise = report.file("/etc/debian_version") else { return }
        if os.id == "debian" { version = precise }
        if precise.first?.isNumber == true, let (_, minor) = precise.halves(at: ".") { self.minor = minor }
    }

    /// The first number with dots in a line like `AlmaLinux release 9.3 (Shamrock Pampas Cat)`.
    private static func version(in text: String) -> String? {
        text.blankSeparatedWords.first { $0.first?.isNumber == true }
    }

    /// `bookworm` of `12 (bookworm)`.
    private static func codename(in version: String?) -> String? {
        guard let version, let open = version.firstIndex(of: "("), let close = version.lastIndex(of: ")"), open < close
        else { return nil }
        return String(version[version.index(after: open)..<close])
    }

    var family: String { Self.families.first { $0.value.contains(name) }?.key ?? name }

    var facts: OrderedMap {
        var facts: OrderedMap = [
            "distribution": .string(name), "distribution_release": .string(release),
            "distribution_version": .string(version), "distribution_major_version": .string(major),
            "os_family": .string(family),
        ]
        if let filePath, let variety {
            facts["distribution_file_path"] = .string(filePath)
            facts["distribution_file_variety"] = .string(variety)
            if parsed { facts["distribution_file_parsed"] = true }
            if let searched { facts["distribution_file_search_string"] = .string(searched) }
        }
        if let minor { facts["distribution_minor_version"] = .string(minor) }
        return facts
    }

    private static let names = [
        "debian": "Debian", "raspbian": "Debian", "ubuntu": "Ubuntu", "linuxmint": "Linux Mint", "kali": "Kali",
        "devuan": "Devuan", "pop": "Pop!_OS", "neon": "KDE neon", "parrot": "Parrot", "deepin": "Deepin",
        "almalinux": "AlmaLinux", "rocky": "Rocky", "rhel": "RedHat", "centos": "CentOS", "fedora": "Fedora",
        "ol": "OracleLinux", "amzn": "Amazon", "openEuler": "openEuler", "virtuozzo": "Virtuozzo",
        "cloudlinux": "CloudLinux", "eurolinux": "EuroLinux", "miraclelinux": "MIRACLE", "tencentos": "TencentOS",
        "alpine": "Alpine", "arch": "Archlinux", "archarm": "Archlinux", "manjaro": "Manjaro",
        "opensuse-leap": "openSUSE Leap", "opensuse-tumbleweed": "openSUSE Tumbleweed", "opensuse": "openSUSE",
        "opensuse-microos": "openSUSE MicroOS", "sles": "SLES", "sled": "SLED", "sles_sap": "SLES_SAP",
        "sl-micro": "SL-Micro", "gentoo": "Gentoo", "slackware": "Slackware", "altlinux": "Altlinux",
        "clear-linux-os": "Clear Linux OS", "osmc": "OSMC", "void": "Void", "nixos": "NixOS",
    ]

    private static let families: [String: Set<String>] = [
        "RedHat": [
            "RedHat", "Fedora", "CentOS", "Scientific", "SLC", "CloudLinux", "OracleLinux", "Amazon", "Virtuozzo",
            "XenServer", "Alibaba", "EulerOS", "openEuler", "AlmaLinux", "Rocky", "TencentOS", "EuroLinux",
            "MIRACLE",
        ],
        "Debian": [
            "Debian", "Ubuntu", "KDE neon", "Linux Mint", "Devuan", "Kali", "Cumulus Linux", "Pop!_OS", "Parrot",
            "Deepin", "OSMC", "Raspbian", "SteamOS",
        ],
        "Suse": [
            "SLES", "SLED", "openSUSE", "openSUSE Tumbleweed", "openSUSE Leap", "openSUSE MicroOS", "SLES_SAP",
            "SL-Micro",
        ],
        "Archlinux": ["Archlinux", "Antergos", "Manjaro"],
        "Gentoo": ["Gentoo", "Funtoo"],
    ]
}

/// The assignments of `/etc/os-release`.
struct OSRelease {
    private var values: [String: String] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard line.first != "#", let (key, value) = line.halves(at: "=") else { continue }
            values[key] = Self.unquoted(value)
        }
    }

    /// nil where absent or empty.
    subscript(key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    var id: String { values["ID"] ?? "" }
    var name: String? { self["NAME"] }
    var isEmpty: Bool { values.isEmpty }
    func isLike(_ family: String) -> Bool { (values["ID_LIKE"] ?? "").blankSeparatedWords.contains(family) }

    /// A shell word: quotes around it removed, backslashes inside double quotes resolved.
    private static func unquoted(_ text: String) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote else {
            return text
        }
        let inner = text.dropFirst().dropLast()
        guard quote == "\"", inner.contains("\\") else { return String(inner) }
        var result = ""
        var escaped = false
        for character in inner {
            if character == "\\", !escaped {
                escaped = true
            } else {
                result.append(character)
                escaped = false
            }
        }
        return result
    }
}
