//! `drover.core.service_facts`: what a host runs of its services, and what it remembers of them.

import Diagnostics
import Values

package struct DroverServiceFactsModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.service_facts"], "Reports about services: containers, releases, locks, data written inside",
        arguments: [
            ArgumentSpec("services", .list(of: .string), "Names; all that the host knows if empty", default: []),
            StateDirectory.argument,
        ] + DockerEndpoint.arguments)

    private let asked: [String]
    private let directory: StateDirectory
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        asked = try StateDirectory.names("services", arguments)
        directory = try StateDirectory(arguments)
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(ServiceSurvey.probe(in: directory, endpoint)) { [asked] observation in
            let survey = ServiceSurvey(observation)
            if let complaint = survey.complaint {
                return .done(DockerFailure.result(.init(complaint), doing: "cannot look at the services"))
            }
            let names = survey.names(asked)
            let services = OrderedMap(pairs: names.map { (.string($0), survey.value(of: $0)) })
            return .done(
                ModuleResult(fields: [
                    "services": .dict(services), "others": survey.others(names), "strangers": survey.strangers(names),
                    "engine": survey.engine,
                ]))
        }
    }
}
