//! `drover.core.image_digest`: which digest a tag has in its registry now.

import Connections
import Diagnostics
import Digests
import Values

package struct DroverImageDigestModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.image_digest"], "Asks an image's registry which digest the tag has now; nothing is fetched",
        arguments: [
            ArgumentSpec("name", .string, "Image: name with tag", required: true),
            ArgumentSpec(
                "registries", .list(of: .dict), "Who asks where: {registry, username, password}", default: [],
                secret: true),
        ] + DockerEndpoint.arguments)

    private let image: ImageReference
    private let header: String?
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let name = arguments.string("name") ?? ""
        guard !ImageReference.isID(name) else {
            throw arguments.invalid("name", "an id is no image of a registry", help: "give name and tag")
        }
        image = ImageReference(name).withTag("latest")
        header = try Self.header(for: image.registry, among: arguments.list("registries") ?? [])
        endpoint = try DockerEndpoint(arguments)
    }

    /// What the engine passes on to the registry.
    private static func header(for registry: String, among logins: [Value]) throws(Diagnostic) -> String? {
        let login = logins.first { bare($0["registry"]?.scalarText ?? "docker.io") == registry }
        guard let login, let name = login["username"]?.scalarText, let password = login["password"]?.scalarText else {
            return nil
        }
        let credentials: Value = [
            "username": .string(name), "password": .string(password), "serveraddress": .string(registry),
        ]
        return "X-Registry-Auth: \(Base64.encode(Array(try credentials.json().utf8), urlSafe: true))\n"
    }

    /// `https://index.docker.io/v1/` and the like as image names say it.
    private static func bare(_ url: String) -> String {
        let host = String((url.split(separator: "://").last ?? "").split(separator: "/").first ?? "")
        return host == "index.docker.io" ? "docker.io" : host
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe(script, input: Array((header ?? "").utf8))) { [image] observation in
            let reply = DockerReply(observation)
            let told = reply.object("told")
            // A list of several platforms tells the digests of its parts, not its own.
            let digest =
                told?.at("Descriptor", "digest")?.string
                ?? reply.object("manifest")?.at("Descriptor", "digest")?.string
            var fields: OrderedMap = [
                "image": .string(image.text), "digest": digest.map { .string($0) } ?? Value.none,
            ]
            if digest == nil {
                fields["msg"] = .string(
                    "the registry was not asked, or does not tell: "
                        + (told?["message"]?.string ?? reply.complaint ?? "the Docker engine does not answer"))
            }
            return .done(ModuleResult(fields: fields))
        }
    }

    /// Through the engine, which knows the registry's certificates and mirrors; else with the host's own login.
    private var script: String {
        """
        s=${DOCKER_HOST:-unix:///var/run/docker.sock}
        case $s in unix://*) s=${s#unix://};; *) s=;; esac
        r=denied
        if [ -n "$s" ] && command -v curl >/dev/null 2>&1; then
          r=$(curl -s -g -m 15 --unix-socket "$s" -H @- \("http://localhost/distribution/\(image.text)/json".shellQuoted) \
        | tr -d '\\r\\n')
          [ -z "$r" ] || printf 'told %s\\n' "$r"
        fi
        case $r in
        *auth*|*denied*)
          r=$(dk manifest inspect --verbose \(image.text.shellQuoted) </dev/null | tr '\\n' ' ')
          [ -z "$r" ] || printf 'manifest %s\\n' "$r" ;;
        esac
        :
        """
    }
}
