//! `git` with real repositories in a folder.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct SystemGitTests {
    @Test(arguments: LocalShell.all()) func followsBranchesTagsAndCommits(_ installed: LocalShell) async throws {
        try #require(installed.isInstalled)
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var shell = installed
        shell.directory = folder.path
        let commit = "git -C up -c user.name=a -c user.email=a@b commit -q -a -m"
        _ = try await shell.apply(
            Script(
                """
                git init -q -b main up && cd up && echo 1 >f && git add f && cd .. && \(commit) one
                git -C up tag v1; echo 2 >up/f; \(commit) two
                """))
        func git(_ more: OrderedMap) async throws -> ModuleResult {
            var arguments: OrderedMap = [
                "repo": .string("file://\(folder.path)/up"), "dest": .string("\(folder.path)/x/y"),
            ]
            arguments.merge(more)
            return try await StepDriver(shell, checkMode: false, showsDifferences: true)
                .run(module(GitModule.self, arguments))
        }
        let cloned = try await git([:])
        #expect(cloned.changed && cloned.fields["before"]?.isNone == true, "\(cloned.fields)")
        #expect(folder.text("x/y/f") == "2\n")
        #expect(try await !git([:]).changed)
        #expect(try await git(["version": "v1"]).changed)
        #expect(folder.text("x/y/f") == "1\n")
        #expect(try await !git(["version": "v1"]).changed)
        folder.write("mine\n", to: "x/y/f")
        let refused = try await git(["version": "main"])
        #expect(refused.fields["msg"]?.string?.hasPrefix("Local modifications exist") == true)
        #expect(try await git(["version": "main", "force": true]).changed)
        #expect(folder.text("x/y/f") == "2\n")
        _ = try await shell.apply(Script("echo 3 >up/f; \(commit) three"))
        #expect(try await !git(["update": false]).changed)
        let updated = try await git(["version": "main"])
        #expect(updated.changed && folder.text("x/y/f") == "3\n")
        let first = try #require(cloned.fields["after"]?.string)
        #expect(try await git(["version": .string(first)]).fields["after"] == .string(first))
        let unknown = try await git(["version": "nope"])
        #expect(unknown.fields["msg"]?.string?.contains("no branch, tag or commit 'nope'") == true)
    }

    @Test func mistakesAreNamed() {
        #expect(throws: Diagnostic.self) { try module(GitModule.self, ["repo": "--upload-pack=x", "dest": "/x"]) }
    }
}
