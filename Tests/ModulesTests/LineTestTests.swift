//! What the tools that open connections mean by how they end.

import Testing
import Values

@testable import Modules

@Suite struct LineTestTests {
    private func line(_ transport: String = "tcp") throws -> LineTest {
        let all = try LineTest.all(
            ArgumentValidator(DroverServiceLinesModule.spec).validate(
                ["lines": [["address": "db1", "port": 5432, "protocol": .string(transport)]]],
                range: .none, ranges: [:]))
        return try #require(all.first)
    }

    @Test(arguments: [
        ("host bash 0 ", LineOutcome.Verdict.open),
        ("host bash 1 bash: connect: Connection refused", .cut("refused")),
        ("host bash 124 ", .cut("no answer")), ("container bash 143 Terminated", .cut("no answer")),
        ("host bash 1 bash: db1: Name or service not known", .cut("name not known")),
        ("host bash 1 bash: db1: Temporary failure in name resolution", .cut("name not known")),
        ("host bash 1 bash: connect: No route to host", .cut("no route")),
        ("host bash 1 bash: connect: Network is unreachable", .cut("no route")),
        ("host curl 28 * Connected to db1 * Operation timed out after 3001 ms  connected=0.000213", .open),
        ("host curl 28 * Trying 10.0.0.1:5432... * Connection timed out  connected=0.000000", .cut("no answer")),
        ("host curl 7 * connect to 10.0.0.1 port 5432 failed: Connection refused  connected=0.000000", .cut("refused")),
        ("host curl 6 * Could not resolve host: db1  connected=0.000000", .cut("name not known")),
        ("host busybox 1 nc: bad address 'db1'", .cut("name not known")),
        ("host nc 0 Connection to db1 5432 port [tcp] succeeded!", .open),
        ("host python3 1 ", .cut("it cannot be opened")), ("host python3 1 what else", .cut("what else")),
    ])
    func endsOfTools(_ answer: String, _ verdict: LineOutcome.Verdict) throws {
        #expect(LineOutcome(try line(), answer).verdict == verdict)
    }

    @Test func whatNobodyCanTell() throws {
        #expect(LineOutcome(try line(), nil).verdict == .untested("the host gave no answer about it"))
        guard case .untested(let reason) = LineOutcome(try line("udp"), nil).verdict else {
            Issue.record("a UDP line was tested")
            return
        }
        #expect(reason.contains("udp"))
    }
}
