//! Commits of the roles that a requirements.yml names.

import Diagnostics
import Playbooks

enum RolePins {
    /// By name of the role. Archives have no commit and are left out.
    static func commits(of requirements: String?) throws(Diagnostic) -> [String: Located<String>] {
        let usual = ["requirements.yml", "roles/requirements.yml"]
        guard let path = requirements ?? usual.first(where: Path.isFile) else { return [:] }
        var commits: [String: Located<String>] = [:]
        for role in try RoleRequirement.all(in: path) {
            guard case .git(let address) = role.origin else { continue }
            commits[role.name] = Located(try commit(of: role.version ?? "HEAD", in: address, role.name), at: nil)
        }
        return commits
    }

    private static func commit(of version: String, in address: String, _ role: String) throws(Diagnostic) -> String {
        if version.utf8.count == 40, version.allSatisfy(\.isHexDigit) { return version.lowercased() }
        let listing = try LocalProgram.run(
            "git", ["ls-remote", "--", address, version, version + "^{}"], purpose: "ask '\(address)'")
        var commits: [String: String] = [:]
        for line in listing.split(separator: "\n") {
            let words = line.split(separator: "\t")
            if words.count == 2 { commits[String(words[1])] = String(words[0]) }
        }
        // What an annotated tag points to comes before the tag itself.
        let names = ["refs/tags/\(version)^{}", "refs/tags/\(version)", "refs/heads/\(version)", version]
        guard let found = names.lazy.compactMap({ commits[$0] }).first else {
            throw Diagnostic(
                .notPinned, "'\(address)' has no '\(version)'",
                help: "name a tag, a branch or all 40 digits of a commit as the version of role '\(role)'")
        }
        return found
    }
}
