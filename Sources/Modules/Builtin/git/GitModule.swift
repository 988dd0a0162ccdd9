//! `git`: checks out a version of a repository.

import Connections
import Diagnostics
import Values

package struct GitModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.git"], "Checks out a version of a git repository",
        arguments: [
            ArgumentSpec("repo", .string, "Address of the repository", required: true, aliases: ["name"]),
            ArgumentSpec("dest", .path, "Folder to check it out to", required: true),
            ArgumentSpec("version", .string, "Branch, tag or commit", default: "HEAD"),
            ArgumentSpec("remote", .string, "Name of the remote", default: "origin"),
            ArgumentSpec("force", .bool, "Throw local modifications away", default: false),
            ArgumentSpec("update", .bool, "Fetch new commits", default: true),
            ArgumentSpec("clone", .bool, "Clone if it is not there", default: true),
            ArgumentSpec("depth", .int, "How many commits to fetch"),
            ArgumentSpec("refspec", .string, "Further refs to fetch"),
            ArgumentSpec("recursive", .bool, "Submodules as well", default: true),
            ArgumentSpec("bare", .bool, "Without a working tree", default: false),
            ArgumentSpec("single_branch", .bool, "Clone one branch only", default: false),
            ArgumentSpec("reference", .string, "Repository to borrow objects from"),
            ArgumentSpec("accept_hostkey", .bool, "Accept any host key", default: false),
            ArgumentSpec("accept_newhostkey", .bool, "Accept the key of an unknown host", default: false),
            ArgumentSpec("key_file", .path, "Private key for ssh"),
            ArgumentSpec("ssh_opts", .string, "Further options for ssh", aliases: ["ssh_options"]),
            ArgumentSpec("executable", .path, "The git program", default: "git"),
            ArgumentSpec("umask", .string, "Umask for new files"),
            ArgumentSpec(
                "verify_commit", .bool, "Check out only what is signed by a key that gpg trusts", default: false),
            ArgumentSpec("separate_git_dir", .path, "Folder for the repository itself, apart from the files"),
            ArgumentSpec("track_submodules", .bool, "Submodules follow their branches", default: false),
        ],
        mutuallyExclusive: [["accept_hostkey", "accept_newhostkey"], ["bare", "separate_git_dir"]])

    private let arguments: ModuleArguments
    private let script: GitScript

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        for name in ["repo", "dest", "version", "remote"] {
            let text = arguments.string(name) ?? ""
            if text.isEmpty || text.hasPrefix("-") || text.contains("\n") {
                throw arguments.invalid(name, "'\(text)' cannot be used as \(name)")
            }
        }
        script = GitScript(arguments)
    }

    private func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe(script.probe)) { observation in
            let state = GitState(observation.text, version: script.version)
            if observation.status == 127 {
                return .done(.failure("this host has no git: install it first"))
            }
            return decide(state, observation)
        }
    }

    private func decide(_ state: GitState, _ observation: Observation) -> Step {
        if !state.isThere, !isOn("clone") { return .done(result(state, after: state.target)) }
        if state.isThere, !isOn("update") { return .done(result(state, after: state.before)) }
        guard let target = state.target else {
            let reason = observation.errorText.withoutOuterBlanks
            let message =
                state.answered
                ? "there is no branch, tag or commit '\(script.version)' in \(script.repo)"
                : "Failed to read \(script.repo): \(reason)"
            return .done(.failure(message, fields: ["before": before(state)]))
        }
        if state.isDirty, !isOn("force") {
            let dest = arguments.string("dest") ?? ""
            return .done(
                .failure(
                    "Local modifications exist in the destination: \(dest) (force=no).",
                    fields: ["before": before(state)]))
        }
        guard !state.isThere || state.isDirty || state.before != target || state.url != script.repo else {
            return .done(result(state, after: target))
        }
        let text = "\(target)\n"
        let difference = Difference(
            beforeHeader: script.repo, afterHeader: script.repo, before: state.before.map { "\($0)\n" } ?? "",
            after: text)
        let act = state.isThere ? script.update(state) : script.clone(state)
        let change = Change(
            differences: [difference], fields: result(state, after: target).fields, provides: [.anything])
        return .apply(change, Script(act, origin: .user)) { outcome in
            guard outcome.status == 0 else {
                let reason = outcome.errorText.withoutOuterBlanks
                return .done(.failure("git failed: \(reason)", fields: ["before": before(state)]))
            }
            let after = outcome.text.split(separator: "\n").last.flatMap { String($0).dropPrefix("after ") }
            var done = result(state, after: after ?? target)
            done.changed = true
            return .done(done)
        }
    }

    private func before(_ state: GitState) -> Value { state.before.map { .string($0) } ?? .none }

    private func result(_ state: GitState, after: String?) -> ModuleResult {
        ModuleResult(
            fields: [
                "before": before(state), "after": after.map { .string($0) } ?? .none,
                "remote_url_changed": .bool(state.isThere && !state.url.isEmpty && state.url != script.repo),
            ])
    }
}

/// What the probe told.
struct GitState: Sendable {
    let isThere: Bool
    let isDirty: Bool
    let before: String?
    let url: String
    /// Whether the remote could be asked.
    let answered: Bool
    /// The commit that the version means, and the branch if it is one.
    let target: String?
    let branch: String?

    init(_ text: String, version: String) {
        var facts: [String: String] = [:]
        var refs: [String: String] = [:]
        var head: String?
        for line in text.split(separator: "\n") {
            let words = line.blankSeparatedWords
            if words.count == 3, words[0] == "ref:", words[2] == "HEAD" {
                head = words[1].dropPrefix("refs/heads/")
            } else if words.count == 2, words[0].count == 40, words[1] == "HEAD" || words[1].hasPrefix("refs/") {
                refs[words[1]] = words[0]
            } else if let (key, value) = line.halves(at: " ") {
                facts[key] = value
            }
        }
        isThere = facts["present"] != nil
        isDirty = facts["dirty"] != nil
        before = facts["before"]
        url = facts["url"] ?? ""
        answered = facts["answered"] != nil
        // The remote is not asked for the branch behind HEAD, but its commit is HEAD's.
        if version == "HEAD", let head { refs["refs/heads/\(head)"] = refs["HEAD"] }
        let name = version == "HEAD" ? head ?? "HEAD" : version
        branch = refs["refs/heads/\(name)"] == nil ? nil : name
        let isCommit = version.utf8.count == 40 && version.allSatisfy(\.isHexDigit)
        target =
            refs["refs/heads/\(name)"] ?? refs["refs/tags/\(name)^{}"] ?? refs["refs/tags/\(name)"] ?? refs[version]
            ?? (isCommit ? version.lowercased() : nil)
    }
}
