//! How `plan` and `deploy` tell what a plan says.

import Diagnostics
import Reports
import Services
import Values

enum PlanReport {
    /// The plan for people, behind what the comparison warned of.
    static func write(_ plan: DeploymentPlan, to output: Output) {
        for diagnostic in plan.diagnostics { output.writeError(diagnostic.rendered(isColoured: output.isColoured)) }
        output.write(PlanText(plan: plan, isColoured: output.isColoured).text)
    }

    /// For programs: one object, or one line among the events of a run.
    static func write(_ plan: DeploymentPlan, asEvent: Bool, to output: Output) throws(Diagnostic) {
        for diagnostic in plan.diagnostics { output.writeError(diagnostic.rendered(isColoured: false)) }
        guard asEvent else { return output.write(try plan.value.json(indent: 2, ascii: false) + "\n") }
        var fields: OrderedMap = ["event": "plan"]
        for (key, value) in plan.value.dict ?? [:] { fields[key] = value }
        output.write(try Value.dict(fields).json(ascii: false) + "\n")
    }
}
