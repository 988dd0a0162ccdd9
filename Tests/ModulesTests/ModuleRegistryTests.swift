//! Names of modules.

import Diagnostics
import Testing

@testable import Modules

@Suite struct ModuleRegistryTests {
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
