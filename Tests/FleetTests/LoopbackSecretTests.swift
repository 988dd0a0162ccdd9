//! A run with secrets everywhere, watched: none may show up where others can see it.

import Testing

@Suite(
    .serialized,
    .enabled(
        if: LoopbackServer.isInstalled && TemporaryUser.isPossible && SecretWatch.isPossible && Lab.hasBinary,
        "needs root, sshd, sudo, setpriv and the binary (DROVER_BIN)"))
struct LoopbackSecretTests {
    @Test func secretsStayWhereTheyBelong() async throws {
        let run = try SecretRun()
        let outcome = try await run.play("Tests/Fleet/playbooks/secrets.yml", "-vvv")
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(outcome.counts("ignored") == ["loop": 1], "\(outcome.text)")
        run.expectSilence(in: outcome)
    }

    @Test func secretsReachDockerUnseen() async throws {
        let run = try SecretRun()
        let outcome = try await run.play("Tests/Fleet/playbooks/secrets-docker.yml", "-vvv")
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(outcome.counts("ignored") == ["loop": 1], "\(outcome.text)")
        run.expectSilence(in: outcome)
    }

    @Test func aWrongPasswordOfSudoIsNotShown() async throws {
        let run = try SecretRun()
        try run.watch.write("\(run.secrets["wrong"] ?? "")\n", to: "inputs/become")
        let outcome = try await run.play("playbooks/ping.yml", "-vvv")
        #expect(outcome.status != 0)
        run.expectSilence(in: outcome)
    }

    /// The watch itself can see: what is on a command line, in an environment, in a file.
    @Test func theWatchSeesWhatIsThere() async throws {
        let run = try SecretRun()
        let token = run.secrets["token"] ?? ""
        let careless = """
            echo \(token) >"$0/home/left"
            T=\(token) /bin/sh -c 'while [ -e "$0/watch/hidden" ] && [ ! -e "$0/watch/stop" ]; do sleep 0.1; done' "$0"
            """
        LoopbackServer.call(["/bin/sh", "-c", "{ \(careless); } </dev/null >/dev/null 2>&1 &", run.watch.folder])
        #expect(LoopbackServer.call(["\(run.watch.shims)/true", token]) == 0)
        try await run.watch.look(times: 2)
        let findings = run.watch.stop().findings
        for kind in ["process: /proc/", "called: true \(token)", "readable by others: ", "left behind: "] {
            #expect(findings.contains { $0.hasPrefix(kind) }, "\(kind): \(findings)")
        }
        #expect(findings.contains { $0.hasSuffix("/environ:T=\(token)") }, "\(findings)")
    }
}
