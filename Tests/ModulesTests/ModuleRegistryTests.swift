//! Names of modules.

import Diagnostics
import Testing

@testable import Modules

@Suite struct ModuleRegistryTests {
    /// Those that act from the start, wait, or ask other machines may never be asked before their turn.
    @Test func modulesThatAreAskedEarlyOnlyLook() {
        let early = BuiltinModules.all.map { $0.spec }.filter(\.readsAhead)
        #expect(early.count > 20)
        #expect(early.allSatisfy { $0.needsHost && $0.supportsCheckMode })
        let acting = [
            "command", "shell", "raw", "script", "uri", "get_url", "git", "setup", "wait_for", "reboot", "fetch",
        ]
        for name in acting { #expect(!early.contains { $0.names.contains("ansible.builtin.\(name)") }, "\(name)") }
    }

    @Test(arguments: ["ping", "ansible.builtin.ping", "ansible.legacy.ping"])
    func findsAModuleByEveryName(_ name: String) throws {
        #expect(try ModuleRegistry.standard.module(named: name) == PingModule.self)
    }

    @Test(arguments: [("pign", "ping"), ("ansible.builtn.ping", "ansible.builtin.ping")])
    func suggestsTheNearestName(_ name: String, _ meant: String) {
        do {
            _ = try ModuleRegistry.standard.module(named: name)
            Issue.record("found")
        } catch {
            #expect(error.code == .unknownModule)
            #expect(error.help == "did you mean '\(meant)'?")
        }
    }

    @Test func noTwoModulesShareAName() {
        let names = ModuleRegistry.standard.names
        #expect(Set(names).count == names.count)
    }
}
