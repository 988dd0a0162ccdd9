//! Values of secrets, kept out of everything that is shown.

import Values

/// Replaces the secrets of a service, those of now and those that its containers still have.
struct SecretMask: Sendable {
    private let values: [String]

    init(_ request: ServiceRequest, _ view: ServiceView?) {
        let containers = (view?.live.map { [$0] } ?? []) + (view?.others ?? [])
        let environments = [request.secrets] + containers.map(\.environment)
        let labelled = containers.flatMap { ($0.label("secrets") ?? "").split(separator: ",").map(String.init) }
        let values = (request.secrets.keys.compactMap(\.string) + labelled).flatMap { name in
            environments.compactMap { $0[name]?.string }
        }
        // Longer ones first, since one may be part of another; very short ones would hide half of a text.
        self.values = Set(values).filter { $0.utf8.count >= 3 }.sorted { $0.utf8.count > $1.utf8.count }
    }

    func callAsFunction(_ text: String) -> String { values.reduce(text) { $0.replacing($1, with: "********") } }
}
