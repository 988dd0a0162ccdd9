//! One case: laid out, run in check mode, for real and once more, compared.

import Diagnostics
import Glibc
import Modules
import Testing
import Values

/// One case under one shell.
struct CaseRun {
    private let item: ModuleCase
    private let folder: TemporaryFolder
    private let controllerFolder: TemporaryFolder
    private let shell: LocalShell
    private let controller: CaseController
    private let root: CaseRoot?
    private let engine: (any CaseEngine)?
    private let web: WebServer?
    private let places: [String: String]

    /// - Parameter engine: what is behind the docker command; nil: the recorded one.
    init(_ item: ModuleCase, shell: LocalShell, _ engine: (any CaseEngine)? = nil) throws {
        self.item = item
        folder = try TemporaryFolder()
        controllerFolder = try TemporaryFolder()
        self.engine = item.usesDocker ? try engine ?? RecordedEngine() : nil
        var shell = shell
        shell.directory = folder.path
        if let tools = self.engine?.tools { shell.path = "\(tools):\(shell.path)" }
        let programs = try CasePrograms(item.entry("programs", in: ["DIR": folder.path]), in: folder)
        if let files = item.entry("root", in: ["DIR": folder.path]) {
            root = try CaseRoot(in: folder, files: files, hidden: programs.hidden)
        } else {
            guard programs.hidden.isEmpty else { throw TestFailure(message: "only a root of its own lacks programs") }
            root = nil
        }
        self.shell = programs.found(by: root?.enter(shell) ?? shell)
        web = item.needsServer ? try WebServer(item.entry("serves", in: ["DIR": folder.path])) : nil
        var places = ["DIR": folder.path]
        if let web { places.merge(["URL": web.url, "PORT": String(web.port)]) { $1 } }
        if let engine = self.engine { places["REGISTRY"] = engine.registry }
        self.places = places
        let variables = item.entry("variables", in: places)?.dict ?? [:]
        controller = CaseController(folder: controllerFolder, variables: variables)
    }

    func remove() {
        root?.remove()
        folder.remove()
        controllerFolder.remove()
        engine?.remove()
    }

    func perform() async throws {
        try engine?.prepare(entry("engine"), in: shell)
        try folder.lay(entry("files"))
        try controllerFolder.lay(entry("controller"))
        if let script = entry("prepare")?.string {
            let made = try shell.run(Script(script))
            guard made.status == 0 else { throw TestFailure(message: "prepare: \(made.errorText)") }
        }
        if let mistake = entry("mistake") { return await expectMistake(mistake) }
        let before = try snapshot()
        try await askEarly(before)
        let predicted = try await result(checkMode: true)
        #expect(try snapshot() == before, "check mode changed something")
        let real = try await result(checkMode: false)
        check(real)
        try folder.check(entry("after"))
        if let expected = entry("check") {
            CaseExpectation.check(predicted, expected, "check mode")
        } else if try !item.spec.supportsCheckMode {
            #expect(predicted.skipped, "check mode did not skip it")
        } else {
            #expect(
                predicted.changed == real.changed && predicted.failed == real.failed, "check mode predicted otherwise")
        }
        if let engine { try expectCalls(engine) }
        guard entry("again") != false, !real.failed else { return }
        let after = try snapshot()
        let second = try await result(checkMode: false)
        CaseExpectation.check(second, entry("again") ?? ["changed": false], "second run")
        if entry("again") == nil { #expect(try snapshot() == after, "the second run changed something") }
    }

    /// What may be asked before its turn changes nothing and stays on the host.
    private func askEarly(_ before: [String]) async throws {
        guard try item.spec.readsAhead, let module = try? module() else { return }
        let probes: [Probe]
        switch try module.start() {
        case .observe(let probe, _): probes = [probe]
        case .observeAll(let all, _): probes = all
        default: return
        }
        for program in ["curl", "wget", "getent hosts", "apt-get update"] {
            #expect(!probes.contains { $0.completeScript.contains(program) }, "a first question calls \(program)")
        }
        _ = try await shell.observe(probes)
        #expect(try snapshot() == before, "the first questions changed something")
    }

    /// What is there that a run could change.
    private func snapshot() throws -> [String] { try folder.snapshot() + (engine?.snapshot() ?? []) }

    /// The docker command was called as the case says, and no secret was on its command line.
    private func expectCalls(_ engine: any CaseEngine) throws {
        guard let calls = engine.calls else { return }
        for expected in entry("asked")?.list ?? [] {
            #expect(
                calls.contains { CaseExpectation.matches(.string($0), expected) }, "not asked: \(expected); \(calls)")
        }
        let spec = try ModuleRegistry.standard.module(named: BuiltinModules.name(ofFolder: item.module)).spec
        let arguments = entry("arguments")?.dict ?? [:]
        var secrets = spec.arguments.filter(\.secret).compactMap { arguments[$0.name]?.string }
        secrets += (arguments["env"]?.dict ?? [:]).compactMap(\.value.string).filter { $0.count > 4 }
        for secret in secrets {
            #expect(!calls.contains { $0.contains(secret) }, "a secret was on a command line: \(calls)")
        }
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
            _ = try await result(checkMode: item.spec.supportsCheckMode)
            Issue.record("no mistake was found")
        } catch {
            let message = (error as? Diagnostic)?.message ?? "\(error)"
            #expect(CaseExpectation.matches(.string(message), expected), "\(message)")
        }
    }

    private func result(checkMode: Bool) async throws -> ModuleResult {
        let driver = StepDriver(shell, checkMode: checkMode, showsDifferences: entry("diff") != nil)
        do { return try await driver.run(try module()) } catch let failure as StepFailure<LocalShell.Failure> {
            switch failure {
            case .mistake(let diagnostic): throw diagnostic
            case .execution(let failure): throw failure
            }
        }
    }

    private func module() throws -> any Module {
        let type = try item.type
        var raw = entry("arguments")?.dict ?? [:]
        if let text = entry("free")?.string {
            for argument in try FreeForm.parse(text, for: type.spec) { raw[argument.name] = .string(argument.text) }
        }
        if let host = engine?.host { raw["docker_host"] = raw["docker_host"] ?? .string(host) }
        let arguments = try ArgumentValidator(type.spec).validate(raw)
        let context = ModuleContext(controller: controller, host: "host", showsDifferences: entry("diff") != nil)
        return try type.init(arguments, context: context)
    }

    private func entry(_ key: String) -> Value? { item.entry(key, in: places) }
}

extension ModuleCase {
    fileprivate var type: any Module.Type {
        get throws { try ModuleRegistry.standard.module(named: BuiltinModules.name(ofFolder: module)) }
    }
    fileprivate var spec: ModuleSpec { get throws { try type.spec } }
}
