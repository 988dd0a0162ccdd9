//! Secrets where others can read them.

import Diagnostics
import Values

extension FleetCheck {
    /// Words at the end of a variable's name that say what its value is.
    private static let telling = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY"]

    /// Values shorter than this turn up everywhere by chance.
    private static let shortest = 6

    static func checkSecrets(_ fleet: Fleet, _ problems: inout Problems) {
        let secrets = Set(
            fleet.services.flatMap { $0.secrets.compactMap(\.value.string) }.filter { $0.utf8.count >= shortest })
        for role in fleet.roles { checkBuildArguments(role, secrets: secrets, &problems) }
        for service in fleet.services {
            for (key, value) in service.environment {
                let name = key.string ?? ""
                let text = value.string ?? ""
                guard tellsSecret(name, text) || secrets.contains(where: text.contains) else { continue }
                problems.add(
                    Diagnostic(
                        .serviceSecret, "'\(name)' of '\(service.name)' is a secret in the plain environment",
                        at: service.place.environment[name] ?? service.place.name,
                        help: "move it from 'environment' to 'secrets'"), on: service.host)
            }
            for (place, text) in exposed(service) where secrets.contains(where: text.contains) {
                problems.add(
                    Diagnostic(
                        .serviceSecret,
                        "'\(place)' of '\(service.name)' holds a secret, for everybody on the server "
                            + "to read", at: service.place.options[place] ?? service.place.name,
                        help: "hand it over in 'secrets' and let the program read its environment"), on: service.host)
            }
        }
    }

    /// Whether the name of a variable says that its value is a secret; paths of files are none.
    static func tellsSecret(_ name: String, _ text: String) -> Bool {
        telling.contains { name.uppercased().hasSuffix($0) } && !text.isEmpty && !text.hasPrefix("/")
    }

    /// What ends up on a command line, in a label or in the name of an image.
    private static func exposed(_ service: Service) -> [(place: String, text: String)] {
        var texts = [("image", service.image)]
        for name in ["command", "entrypoint", "labels", "hostname", "log_options"] {
            if let value = service.options[name], let text = try? value.text() { texts.append((name, text)) }
        }
        return texts
    }
}
