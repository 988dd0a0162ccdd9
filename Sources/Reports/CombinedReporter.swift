//! Several reporters that are told the same.

import Engine

package struct CombinedReporter: Reporter {
    private var main: any Reporter
    private var others: [any Reporter]

    /// Only `main` may answer to barriers.
    package init(_ main: any Reporter, _ others: [any Reporter]) {
        self.main = main
        self.others = others
    }

    package var watches: Bool { main.watches }

    package mutating func report(_ event: RunEvent) {
        main.report(event)
        for index in others.indices { others[index].report(event) }
    }
}
