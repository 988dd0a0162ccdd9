//! The name under which the program was called: its own, or one of Ansible's.

enum ProgramName: String {
    case drover
    case ansible
    case ansiblePlaybook = "ansible-playbook"
    case ansibleVault = "ansible-vault"
    case ansibleInventory = "ansible-inventory"
    case ansibleConfig = "ansible-config"
    case ansibleDoc = "ansible-doc"
    case ansibleGalaxy = "ansible-galaxy"

    static let current: ProgramName = {
        let path = CommandLine.arguments.first ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return ProgramName(rawValue: name) ?? .drover
    }()
}
