//! Random bytes and mutated templates: no crash, no hang.

import Diagnostics
import Foundation
import Templates
import Testing
import Values

@Suite struct FuzzTests {
    /// Two seconds, or as many as `TEMPLATE_FUZZ_SECONDS` says.
    private var seconds: Double {
        ProcessInfo.processInfo.environment["TEMPLATE_FUZZ_SECONDS"].flatMap(Double.init) ?? 2
    }

    /// Bytes of any kind, half of them inside an expression.
    private func noise(_ random: inout SystemRandomNumberGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0..<200, using: &random) { bytes.append(.random(in: 0...255, using: &random)) }
        return Bool.random(using: &random) ? Array("{{ ".utf8) + bytes.map { $0 & 127 } + Array(" }}".utf8) : bytes
    }

    @Test func survivesMutations() throws {
        let corpus = String(decoding: try golden("differential.jsonl"), as: UTF8.self).split(separator: "\n").prefix(
            600
        )
        .compactMap { try? JSON.parse(String($0))["template"]?.string.map { Array($0.utf8) } }
        let words = [
            "{{", "}}", "{%", "%}", "{#", "#}", "-", "|", " if ", "for i in ", "'", "(", ")", "[", "\\", "{% raw %}",
        ]
        let variables = try #require(JSON.parse(golden("differential.variables.json")).dict)
        let scope = scope(variables)
        var random = SystemRandomNumberGenerator()
        let end = Date().addingTimeInterval(seconds)
        var count = 0
        while Date() < end {
            var bytes = corpus.randomElement(using: &random) ?? []
            if Int.random(in: 0..<8, using: &random) == 0 { bytes = noise(&random) }
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(contentsOf: Array((words.randomElement() ?? "").utf8), at: index)
                default:
                    bytes.replaceSubrange(
                        index..<min(index + 8, bytes.count), with: (corpus.randomElement() ?? []).prefix(12))
                }
            }
            var options = TemplateOptions()
            options.leftStripBlocks = Bool.random(using: &random)
            let template = Template(String(decoding: bytes, as: UTF8.self), at: nil, options: options)
            do throws(Diagnostic) { _ = try template.evaluate(in: scope) } catch { #expect(!error.message.isEmpty) }
            count += 1
        }
        #expect(count > 10)
    }
}
