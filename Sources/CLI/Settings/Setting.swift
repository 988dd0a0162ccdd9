//! One setting: its name, and where its value may be written.

/// A setting of `ansible.cfg` and of the environment.
struct Setting: Sendable {
    /// How a value is written.
    enum Kind: Sendable {
        case flag, number, decimal, text
        /// Separated by commas.
        case list
        case path
        /// Folders separated by colons.
        case searchPath
        /// Inventory sources separated by commas.
        case sources
    }

    /// Ansible's name, as `ansible-config` shows it.
    let name: String
    let kind: Kind
    let fallback: String?
    /// Stronger than the file; the first one that is set counts.
    let variables: [String]
    /// `section.key` in the file.
    let keys: [String]
    let choices: [String]

    init(
        _ name: String, _ kind: Kind, default fallback: String?, _ variables: [String], _ keys: [String],
        choices: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.variables = variables
        self.keys = keys
        self.choices = choices
    }

    /// What Ansible takes for true; everything else that it knows is false.
    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "1.0", "true", "yes", "on", "y", "t": true
        case "0", "0.0", "false", "no", "off", "n", "f": false
        default: nil
        }
    }
}
