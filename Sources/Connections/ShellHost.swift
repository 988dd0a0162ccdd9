//! A host as a set of shells, one for each identity.

import SSH

/// Keeps one shell per identity, whatever carries them.
actor ShellHost {
    private let name: String
    private let launcher: any Launcher
    private let shell: String
    private var shells: [Identity: RemoteShell] = [:]

    init(name: String, launcher: any Launcher, shell: String) {
        self.name = name
        self.launcher = launcher
        self.shell = shell
    }

    func shell(for identity: Identity) -> RemoteShell {
        if let shell = shells[identity] { return shell }
        let opener = ShellOpener(host: name, identity: identity, launcher: launcher, shell: shell)
        let new = RemoteShell(opener)
        shells[identity] = new
        return new
    }

    func close() async {
        let all = shells.values
        shells = [:]
        for shell in all { await shell.close() }
    }
}
