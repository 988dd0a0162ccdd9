//! Runs every `module.cases.yml` in check mode, for real and once more, under each shell.

import Testing

@Suite struct ModuleCaseTests {
    @Test func everyFileOfCasesCanBeRead() throws { #expect(try !ModuleCase.all.get().isEmpty) }

    @Test(arguments: (try? ModuleCase.all.get()) ?? [], LocalShell.all())
    func behavesAsItsCasesSay(_ item: ModuleCase, _ shell: LocalShell) async throws {
        if !shell.isInstalled { try Test.cancel("\(shell.name) is not installed") }
        if let missing = item.missing { try Test.cancel("\(item.testDescription) needs \(missing)") }
        try await withTaskExecutorPreference(CaseThreads.shared) {
            let run = try CaseRun(item, shell: shell)
            defer { run.remove() }
            try await run.perform()
        }
    }
}

/// The same cases once more where a real engine is, so that the recorded one stays honest.
@Suite(.serialized, .enabled("needs a Docker engine") { DockerLab.isThere })
struct DockerCaseTests {
    @Test(arguments: (try? ModuleCase.all.get())?.filter(\.usesDocker) ?? [])
    func behavesTheSameOnARealEngine(_ item: ModuleCase) async throws {
        if item.mentions("REGISTRY"), !RegistryLab.isThere { try Test.cancel("docker-registry is not installed") }
        let registry = item.mentions("REGISTRY") ? try RegistryLab() : nil
        let engine = RealEngine(registry: registry)
        let run = try CaseRun(item, shell: LocalShell(name: "dash", command: ["/bin/dash"], directory: "/"), engine)
        defer { run.remove() }
        try await run.perform()
    }
}
