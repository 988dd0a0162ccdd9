//! A real Docker engine for tests: the one of DOCKER_HOST or of this machine, with an image made of busybox
//! and, where it is not static, its libraries.

import Diagnostics
import Glibc
import Templates
import Values

@testable import Modules

/// Runs modules in a shell of this machine against its engine.
enum DockerLab {
    static let host = getenv("DOCKER_HOST").map { String(cString: $0) } ?? "unix:///var/run/docker.sock"
    static let image = "drovertest:1"
    static let otherImage = "drovertest:2"

    private static let shell = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/tmp")

    /// Makes the images once; false without an engine.
    static let isThere: Bool = {
        sh(
            """
            docker info >/dev/null 2>&1 && [ -n "$(docker info --format '{{.ServerVersion}}')" ] || exit 1
            b=$(command -v busybox) || exit 1
            d=$(mktemp -d) && mkdir "$d/bin" "$d/tmp" && cp "$b" "$d/bin/busybox" || exit 1
            ldd "$b" 2>/dev/null | grep -o '/[^ ]*' | while read -r l; do
              mkdir -p "$d${l%/*}" && cp -L "$l" "$d$l" || exit 1
            done || exit 1
            for a in sh sleep echo cat httpd true false env test; do ln -s busybox "$d/bin/$a"; done
            for v in 1 2; do
              echo "$v" >"$d/version"
              tar -C "$d" -c . | docker import --change 'ENV PATH=/bin BASE=1' --change 'CMD ["sleep","600"]' \
                --change 'LABEL vendor=lab' --change 'EXPOSE 8080' - drovertest:$v >/dev/null || exit 1
            done
            rm -r "$d"
            """
        ).status == 0
    }()

    @discardableResult
    static func sh(_ script: String) -> Observation {
        let whole = Script(script, environment: [("DOCKER_HOST", host)])
        return (try? shell.run(whole)) ?? Observation(status: 127)
    }

    /// One run of a module.
    static func run(
        _ name: String, _ arguments: OrderedMap, check: Bool = false
    ) async throws -> ModuleResult {
        var arguments = arguments
        arguments["docker_host"] = arguments["docker_host"] ?? .string(host)
        return try await ModuleBench.run(name, arguments, check: check)
    }
}

/// Runs any module in a shell of this machine.
enum ModuleBench {
    static func run(
        _ name: String, _ arguments: OrderedMap, check: Bool = false,
        shell: LocalShell = LocalShell(name: "dash", command: ["/bin/dash"], directory: "/tmp")
    ) async throws -> ModuleResult {
        let type = try ModuleRegistry.standard.module(named: name)
        let validated = try ArgumentValidator(type.spec).validate(arguments)
        let context = ModuleContext(controller: EmptyController(), host: "local", showsDifferences: true)
        let module = try type.init(validated, context: context)
        return try await StepDriver(shell, checkMode: check, showsDifferences: true).run(module)
    }
}

/// A control node without files.
struct EmptyController: Controller {
    private func missing() -> Diagnostic { Diagnostic(.fileNotFound, "there are no files in this test") }

    func path(of name: String, in folder: ControllerFolder) throws(Diagnostic) -> String { throw missing() }
    func read(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8] { throw missing() }
    func render(
        _ source: SourceFile, options: TemplateOptions, with variables: OrderedMap
    ) throws(Diagnostic) -> String { throw missing() }
    func isTrue(_ condition: Value) throws(Diagnostic) -> Bool { throw missing() }
    func variable(_ name: String) throws(Diagnostic) -> Value? { nil }
    func evaluate(_ expression: String) throws(Diagnostic) -> Value { throw missing() }
}

extension ModuleResult {
    var message: String { fields["msg"]?.string ?? "" }
}
