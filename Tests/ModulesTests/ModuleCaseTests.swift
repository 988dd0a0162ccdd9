//! Runs every `module.cases.yml` in check mode, for real and once more, under each shell.

import Diagnostics
import Glibc
import Modules
import Testing
import Values

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

/// One case under one shell.
private struct CaseRun {
    private let item: ModuleCase
    private let folder: TemporaryFolder
    private let controllerFolder: TemporaryFolder
    private let shell: LocalShell
    private let controller: CaseController
    private let root: CaseRoot?

    init(_ item: ModuleCase, shell: LocalShell) throws {
        self.item = item
        folder = try TemporaryFolder()
        controllerFolder = try TemporaryFolder()
        var shell = shell
        shell.directory = folder.path
        let programs = try CasePrograms(item.entry("programs", in: folder.path), in: folder)
        if let files = item.entry("root", in: folder.path) {
            root = try CaseRoot(in: folder, files: files, hidden: programs.hidden)
        } else {
            guard programs.hidden.isEmpty else { throw TestFailure(message: "only a root of its own lacks programs") }
            root = nil
        }
        self.shell = programs.found(by: root?.enter(shell) ?? shell)
        let variables = item.entry("variables", in: folder.path)?.dict ?? [:]
        controller = CaseController(folder: controllerFolder, variables: variables)
    }

    func remove() {
        root?.remove()
        folder.remove()
        controllerFolder.remove()
    }

    func perform() async throws {
        try folder.lay(entry("files"))
        try controllerFolder.lay(entry("controller"))
        if let script = entry("prepare")?.string {
            let made = try shell.run(Script(script))
            guard made.status == 0 else { throw TestFailure(message: "prepare: \(made.errorText)") }
        }
        if let mistake = entry("mistake") { return await expectMistake(mistake) }
        let before = try folder.snapshot()
        let predicted = try await result(checkMode: true)
        #expect(try folder.snapshot() == before, "check mode changed something")
        let real = try await result(checkMode: false)
        check(real)
        try folder.check(entry("after"))
        if let expected = entry("check") {
            CaseExpectation.check(predicted, expected, "check mode")
        } else {
            #expect(
                predicted.changed == real.changed && predicted.failed == real.failed, "check mode predicted otherwise")
        }
        guard entry("again") != false, !real.failed else { return }
        let after = try folder.snapshot()
        let second = try await result(checkMode: false)
        CaseExpectation.check(second, entry("again") ?? ["changed": false], "second run")
        if entry("again") == nil { #expect(try folder.snapshot() == after, "the second run changed something") }
    }

    private func check(_ result: ModuleResult) {
        CaseExpectation.check(result, entry("result"), "result")
        if let message = entry("fails") {
            #expect(result.failed, "it did not fail")
            CaseExpectation.check(result, .dict(["msg": message]), "failure")
        } else if entry("result")?["failed"] == nil {
            #expect(!result.failed, "failed: \((try? Value.dict(result.fields).representation()) ?? "")")
        }
        guard let expected = entry("diff")?.dict else { return }
        let shown = result.differences.first
        #expect(
            CaseExpectation.matches(.string(shown?.before ?? ""), expected["before"] ?? ""), "\(shown?.before ?? "")")
        #expect(CaseExpectation.matches(.string(shown?.after ?? ""), expected["after"] ?? ""), "\(shown?.after ?? "")")
    }

    private func expectMistake(_ expected: Value) async {
        do {
            _ = try await result(checkMode: true)
            Issue.record("no mistake was found")
        } catch {
            let message = (error as? Diagnostic)?.message ?? "\(error)"
            #expect(CaseExpectation.matches(.string(message), expected), "\(message)")
        }
    }

    private func result(checkMode: Bool) async throws -> ModuleResult {
        let type = try ModuleRegistry.standard.module(named: item.module)
        var raw = entry("arguments")?.dict ?? [:]
        if let text = entry("free")?.string {
            for argument in try FreeForm.parse(text, for: type.spec) { raw[argument.name] = .string(argument.text) }
        }
        let arguments = try ArgumentValidator(type.spec).validate(raw)
        let context = ModuleContext(controller: controller, host: "host", showsDifferences: entry("diff") != nil)
        let module = try type.init(arguments, context: context)
        let driver = StepDriver(shell, checkMode: checkMode, showsDifferences: entry("diff") != nil)
        do { return try await driver.run(module) } catch {
            switch error {
            case .mistake(let diagnostic): throw diagnostic
            case .execution(let failure): throw failure
            }
        }
    }

    private func entry(_ key: String) -> Value? { item.entry(key, in: folder.path) }
}
