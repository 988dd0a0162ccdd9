//! Distributions by their release files, against what Ansible made of the same files.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct SystemDistributionTests {
    private static func recorded() -> OrderedMap {
        guard let bytes = try? systemGolden("distributions.json") else { return [:] }
        return (try? JSON.parse(bytes))?.dict ?? [:]
    }

    @Test func goldenHoldsManyDistributions() { #expect(Self.recorded().count >= 20) }

    @Test(arguments: Self.recorded().keys.compactMap(\.string)) func factsEqualAnsibles(_ name: String) throws {
        let golden = try #require(Self.recorded()[name])
        var text = "\u{1e}system\nLinux\n\n\u{1e}files\n"
        for (path, content) in golden["files"]?.dict ?? [:] {
            for line in (content.string ?? "").split(separator: "\n") { text += "\(path.string ?? ""):\(line)\n" }
        }
        let facts = DistributionFacts(HostReport(Array(text.utf8))).facts
        let expected = try #require(golden["facts"]?.dict)
        for (key, value) in expected {
            let short = String((key.string ?? "").dropFirst("ansible_".count))
            #expect(facts[short] == value, "\(name): \(short)")
        }
        #expect(facts.count == expected.count, "\(name) has facts that Ansible does not report")
    }
}
