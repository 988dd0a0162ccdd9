//! `docker_login`: credentials for a registry, kept where the docker command keeps them.

import Connections
import Diagnostics
import Values

package struct DockerLoginModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_login"), "Logs in to a registry, or out of it",
        arguments: [
            ArgumentSpec(
                "registry_url", .string, "The registry", default: "https://index.docker.io/v1/",
                aliases: ["registry", "url"]),
            ArgumentSpec("username", .string, "User of the registry"),
            ArgumentSpec("password", .string, "Password or token; handed over through a pipe", secret: true),
            ArgumentSpec("state", .string, "Logged in or out", default: "present", choices: ["present", "absent"]),
            ArgumentSpec(
                "reauthorize", .bool, "Log in even if the same credentials are kept already", default: false,
                aliases: ["reauth"]),
            ArgumentSpec(
                "config_path", .path, "The docker command's config.json",
                aliases: ["dockercfg_path"]),
        ] + DockerEndpoint.arguments,
        requiredIf: [.init("state", is: "present", ["username", "password"])])

    private let login: RegistryLogin
    private let endpoint: DockerEndpoint
    private let isWanted: Bool
    private let reauthorizes: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        login = try RegistryLogin(arguments)
        endpoint = try DockerEndpoint(arguments)
        isWanted = arguments.string("state") != "absent"
        reauthorizes = arguments.bool("reauthorize") ?? false
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe(login.question)) { [self] observation in
            guard observation.status == 0 else { return failed("cannot read Docker's credentials", observation) }
            let kept = login.kept(observation)
            if !isWanted { return kept == .none ? .done(ModuleResult()) : logOut() }
            if kept == .same, !reauthorizes { return .done(result(changed: false)) }
            return logIn(changes: kept != .same)
        }
    }

    private func failed(_ act: String, _ observation: Observation) -> Step {
        let facts = DockerFailure.Facts(observation.errorText, image: "\(login.key)/image")
        return .done(DockerFailure.result(facts, doing: act))
    }

    private func result(changed: Bool) -> ModuleResult {
        ModuleResult(
            changed: changed,
            fields: ["login_result": ["username": .string(login.username), "serveraddress": .string(login.registry)]])
    }

    private func logIn(changes: Bool) -> Step {
        let script = endpoint.script(
            login.setConfig + "dk login --username \(login.username.shellQuoted) --password-stdin \(login.target)",
            input: Array(login.password.utf8))
        // The same credentials again: only their acceptance is in question.
        return .apply(Change(changes ? .changes : .unknown, fields: result(changed: changes).fields), script) {
            output in
            guard output.status == 0 else { return failed("cannot log in to \(login.registry)", output) }
            return .done(result(changed: changes))
        }
    }

    private func logOut() -> Step {
        let script = endpoint.script(login.setConfig + "dk logout \(login.target)")
        return .apply(Change(), script) { output in
            guard output.status == 0 else { return failed("cannot log out of \(login.registry)", output) }
            return .done(ModuleResult(changed: true))
        }
    }
}
