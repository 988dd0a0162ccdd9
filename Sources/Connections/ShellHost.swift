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
        var opener = ShellOpener(host: name, identity: identity, launcher: launcher, shell: shell)
        opener.makeRoom = { [weak self] in await self?.makeRoom(for: identity) ?? false }
        let new = RemoteShell(opener)
        shells[identity] = new
        return new
    }

    private func makeRoom(for identity: Identity) async -> Bool {
        for (other, shell) in shells where other != identity {
            if await shell.rest() { return true }
        }
        return false
    }

    func close() async {
        let all = shells.values
        shells = [:]
        for shell in all { await shell.close() }
    }
}
