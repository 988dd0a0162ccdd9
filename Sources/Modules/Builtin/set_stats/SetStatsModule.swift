//! `set_stats`: what a run reports about itself in the end.

import Diagnostics
import Values

package struct SetStatsModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.set_stats"], "Sets statistics of the run",
        arguments: [
            ArgumentSpec("data", .dict, "The statistics", required: true),
            ArgumentSpec("per_host", .bool, "For this host rather than for the run", default: false),
            ArgumentSpec("aggregate", .bool, "Adds to what is there rather than replacing it", default: true),
        ], needsHost: false)

    private let data: OrderedMap
    private let perHost: Bool
    private let aggregate: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        data = arguments.dict("data") ?? [:]
        perHost = arguments.bool("per_host") ?? false
        aggregate = arguments.bool("aggregate") ?? true
    }

    package func start() throws(Diagnostic) -> Step {
        let stats: OrderedMap = ["data": .dict(data), "per_host": .bool(perHost), "aggregate": .bool(aggregate)]
        return .done(
            ModuleResult(
                fields: ["ansible_stats": .dict(stats)],
                effects: [.stats(data, perHost: perHost, aggregate: aggregate)]))
    }
}
