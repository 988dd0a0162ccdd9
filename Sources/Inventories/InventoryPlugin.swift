//! The inventory plugins that are built in, and which sources each of them takes.

/// One way to read a source.
enum InventoryPlugin: String, CaseIterable {
    case hostList = "host_list"
    case advancedHostList = "advanced_host_list"
    case script, auto, yaml, ini, toml, constructed, generator

    /// By its short name or with a collection in front.
    init?(named name: String) {
        let prefix = ["ansible.builtin.", "ansible.legacy."].first { name.hasPrefix($0) }
        self.init(rawValue: String(name.dropFirst(prefix?.count ?? 0)))
    }

    /// Whether this plugin would try to read a file.
    func accepts(_ path: String, _ settings: InventorySettings) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let suffix = FileSystem.suffix(of: name)
        let isYAML = settings.variableFiles.extensions.contains(suffix)
        // `hosts.prod`, `10.0.0.1`: what is no known ending may hold anything.
        let isBare = suffix.isEmpty || !suffix.dropFirst().allSatisfy(\.isLetter)
        return switch self {
        case .hostList, .advancedHostList: false
        case .script: FileSystem.isProgram(path)
        case .auto: suffix == ".yml" || suffix == ".yaml"
        case .yaml: isYAML || isBare
        case .ini: !isYAML && suffix != ".toml"
        case .toml: suffix == ".toml"
        case .constructed, .generator: isYAML || suffix.isEmpty || suffix == ".config"
        }
    }

    var isHostList: Bool { self == .hostList || self == .advancedHostList }
}
