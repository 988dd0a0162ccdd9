//! The git commands behind the module `git`.

import Connections

struct GitScript: Sendable {
    let repo: String
    let version: String
    private let remote: String
    private let isBare: Bool
    private let preamble: String
    private let depth: Int?
    private let refspec: String?
    private let recursive: Bool
    private let singleBranch: Bool
    private let reference: String?
    private let verifies: Bool
    private let separateFolder: String?
    private let tracksSubmodules: Bool

    init(_ arguments: ModuleArguments) {
        func isOn(_ name: String) -> Bool { arguments.bool(name) ?? false }
        repo = arguments.string("repo") ?? ""
        version = arguments.string("version") ?? "HEAD"
        remote = arguments.string("remote") ?? "origin"
        isBare = isOn("bare")
        depth = arguments.int("depth").flatMap { $0 > 0 ? $0 : nil }
        refspec = arguments.string("refspec")
        recursive = isOn("recursive")
        singleBranch = isOn("single_branch")
        reference = arguments.string("reference")
        verifies = isOn("verify_commit")
        separateFolder = arguments.string("separate_git_dir")
        tracksSubmodules = isOn("track_submodules")
        var ssh = ["ssh -o BatchMode=yes"]
        if isOn("accept_hostkey") { ssh.append("-o StrictHostKeyChecking=no") }
        if isOn("accept_newhostkey") { ssh.append("-o StrictHostKeyChecking=accept-new") }
        if let key = arguments.string("key_file") { ssh.append("-i \(key.shellQuoted) -o IdentitiesOnly=yes") }
        if let options = arguments.string("ssh_opts") { ssh.append(options) }
        var lines = [
            "export LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND=\(ssh.joined(separator: " ").shellQuoted)",
            "git=\((arguments.string("executable") ?? "git").shellQuoted); command -v \"$git\" >/dev/null || exit 127",
            "dest=\((arguments.string("dest") ?? "").shellQuoted); repo=\(repo.shellQuoted); v=\(version.shellQuoted)",
            "r=\(remote.shellQuoted)",
        ]
        if let umask = arguments.string("umask") { lines.append("umask \(umask.shellQuoted) || exit 1") }
        preamble = lines.joined(separator: "\n")
    }

    /// State of the folder, then what the remote offers under the version's name.
    var probe: String {
        """
        \(preamble)
        # Looking does not refresh the index.
        export GIT_OPTIONAL_LOCKS=0
        if [ -e "$dest/.git" ] || { [ -e "$dest/HEAD" ] && [ -d "$dest/objects" ]; }; then echo 'present yes'
        b=$("$git" -C "$dest" rev-parse -q --verify HEAD) && echo "before $b"
        echo "url $("$git" -C "$dest" config --get "remote.$r.url")"
        [ ! -e "$dest/.git" ] || [ -z "$("$git" -C "$dest" status --porcelain --untracked-files=no | head -n 1)" ] \\
        || echo 'dirty yes'; fi
        if "$git" ls-remote --symref "$repo" HEAD "refs/heads/$v" "refs/tags/$v" "refs/tags/$v^{}" "$v"; then
        echo 'answered yes'; fi
        """
    }

    func clone(_ state: GitState) -> String {
        var words = ["--origin \"$r\""]
        if isBare { words.append("--bare") }
        if let depth { words.append("--depth \(depth)") }
        if singleBranch { words.append("--single-branch") }
        if let reference { words.append("--reference \(reference.shellQuoted)") }
        if let separateFolder { words.append("--separate-git-dir \(separateFolder.shellQuoted)") }
        if verifies { words.append("--no-checkout") }
        // A shallow or single clone has to begin at the version; a commit cannot be named there.
        let isRef = state.branch != nil || state.target?.hasPrefix(version.lowercased()) == false
        if isRef, depth != nil || singleBranch, version != "HEAD" { words.append("--branch \"$v\"") }
        return """
            \(preamble)
            mkdir -p "$(dirname "$dest")" || exit 1
            "$git" clone -q \(words.joined(separator: " ")) -- "$repo" "$dest" >&2 || exit 1
            \(isBare ? finish : checkout(state))
            """
    }

    func update(_ state: GitState) -> String {
        var options = "-q --tags --force"
        if let depth { options += " --depth \(depth)" }
        let refs = isBare ? "'+refs/heads/*:refs/heads/*'" : "'+refs/heads/*:refs/remotes/'\"$r\"'/*'"
        return """
            \(preamble)
            "$git" -C "$dest" config "remote.$r.url" "$repo" || exit 1
            "$git" -C "$dest" fetch \(options) "$r" \(refs) >&2 || exit 1
            \(isBare ? finish : checkout(state))
            """
    }

    /// A branch follows the remote's; a tag or commit is checked out by itself.
    private func checkout(_ state: GitState) -> String {
        let target = (state.target ?? version).shellQuoted
        var lines: [String] = []
        if let refspec { lines.append("\"$git\" -C \"$dest\" fetch -q \"$r\" \(refspec.shellQuoted) >&2 || exit 1") }
        lines.append(
            "\"$git\" -C \"$dest\" cat-file -e \(target) 2>/dev/null || \"$git\" -C \"$dest\" fetch -q "
                + "\(depth.map { "--depth \($0) " } ?? "")\"$r\" \(target) >&2 || exit 1")
        if verifies {
            // A signed tag vouches for its commit.
            lines.append(
                "\"$git\" -C \"$dest\" verify-tag \"$v\" 2>/dev/null || "
                    + "\"$git\" -C \"$dest\" verify-commit \(target) >&2 || exit 1")
        }
        if let branch = state.branch?.shellQuoted {
            lines.append("\"$git\" -C \"$dest\" checkout -q --force -B \(branch) \(target) -- >&2 || exit 1")
            lines.append(
                "\"$git\" -C \"$dest\" branch -q --set-upstream-to=\"$r\"/\(branch) \(branch) 2>/dev/null || :")
        } else {
            lines.append("\"$git\" -C \"$dest\" checkout -q --force --detach \(target) -- >&2 || exit 1")
        }
        lines.append("\"$git\" -C \"$dest\" reset -q --hard >&2 || exit 1")
        if recursive {
            lines.append(
                "[ ! -e \"$dest/.gitmodules\" ] || "
                    + "\"$git\" -C \"$dest\" submodule update -q --init --recursive\(tracksSubmodules ? " --remote" : "") >&2 || exit 1"
            )
        }
        return (lines + [finish]).joined(separator: "\n")
    }

    private var finish: String { "echo \"after $(\"$git\" -C \"$dest\" rev-parse HEAD)\"" }
}
