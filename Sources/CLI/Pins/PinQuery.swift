//! The questions of `drover pin` to playbooks, hosts and registries.

import ArgumentParser
import Diagnostics
import Engine
import Inventories
import Modules
import Playbooks
import Reports
import Services
import Templates
import Values

struct PinQuery {
    let session: Session
    let settings: RunSettings
    let output: Output

    /// What is to be pinned, by host.
    struct Uses {
        var hosts: [String] = []
        var packages: [String: Set<String>] = [:]
        var images: [String: Set<String>] = [:]
        /// Addresses, and where on the host they have been put.
        var downloads: [String: [(address: String, path: String)]] = [:]
    }

    private var query: FleetQuery { FleetQuery(session: session, settings: settings) }

    /// From playbooks; without any, all hosts, for what is pinned already.
    func uses(_ playbooks: [String], _ old: Pins) async throws -> Uses {
        var uses = Uses()
        guard !playbooks.isEmpty else {
            let loaded = try session.checkedInventory()
            uses.hosts = try loaded.inventory.hosts(matching: "all", limit: settings.limit).hosts
            return uses
        }
        let run = try await session.run(settings, emit: { _ in })
        let survey = try await run.pinSurvey(playbooks)
        uses.hosts = survey.hosts
        for call in survey.calls {
            for use in call.spec.uses(call.arguments, old) {
                switch use {
                case .package(let name): uses.packages[call.host, default: []].insert(name)
                case .image(let name): uses.images[call.host, default: []].insert(name)
                case .download(let address, let path):
                    uses.downloads[call.host, default: []].append((address, path))
                }
            }
        }
        return uses
    }

    // MARK: - Packages

    func packages(_ uses: Uses, _ old: Pins) async throws -> [String: [String: Pins.Package]] {
        guard !uses.packages.isEmpty || !old.packages.isEmpty else { return [:] }
        let answer = try await installed(on: Set(uses.hosts).union(uses.packages.keys))
        try answer.reports.requireAnswers()
        let survey = PackageSurvey(old, hosts: answer.hosts, wanted: uses.packages)
        for name in survey.missing { output.writeError("not installed, so not pinned: \(name)\n") }
        try refuse(survey.conflicts)
        return survey.packages
    }

    /// What hosts have installed, sorted by host; those that did not answer are only in the reports.
    func installed(on hosts: Set<String>) async throws -> (hosts: [InstalledPackages], reports: [TaskReport]) {
        let reports = try await query.ask(
            Dictionary(uniqueKeysWithValues: hosts.map { ($0, []) }),
            [["ansible.builtin.setup": ["gather_subset": ["min"]]], ["ansible.builtin.package_facts": [:]]],
            become: false)
        var facts: [String: OrderedMap] = [:]
        var installed: [InstalledPackages] = []
        for report in reports {
            guard let told = report.result["ansible_facts"]?.dict else { continue }
            guard let packages = told["packages"]?.dict else {
                facts[report.host] = told.withoutPrefix
                continue
            }
            guard let host = InstalledPackages(host: report.host, facts: facts[report.host] ?? [:], packages: packages)
            else {
                throw Diagnostic(.unsupported, "\(report.host) does not say which distribution it runs").exiting(2)
            }
            installed.append(host)
        }
        return (installed.sorted { $0.host < $1.host }, reports)
    }

    /// What hosts have installed beside their pins.
    func drift(from pins: Pins) async throws -> DriftReport {
        guard !pins.packages.isEmpty else { return DriftReport() }
        let (installed, reports) = try await installed(on: Set(try await uses([], pins).hosts))
        let silent = reports.filter { $0.status == .failed || $0.status == .unreachable }
        return PackageDrift.report(
            installed, against: pins,
            unanswered: silent.map {
                ($0.host, $0.result["msg"]?.string ?? "no answer", $0.status == .unreachable)
            })
    }

    private func refuse(_ conflicts: [String]) throws {
        guard !conflicts.isEmpty else { return }
        throw Diagnostic(
            .pinConflict, "hosts differ, so nothing is written",
            help: "bring them to one version first, or name those that are right with --limit", notes: conflicts
        ).exiting(2)
    }

    // MARK: - Images

    func images(_ uses: Uses, services: String?) async throws -> [String: Located<String>] {
        var images = uses.images
        var variables: [String: TemplatedValue] = [:]
        var bases: Set<String> = []
        if let described = try await described(services) {
            // Of an image that is built or sent no registry knows.
            for service in described.fleet.roles.filter({ !$0.supply.isOwn }).flatMap(\.services) {
                images[service.host, default: []].insert(service.image)
            }
            for role in described.fleet.roles {
                for base in (try? role.supply.build?.source.baseImages()) ?? [] {
                    bases.insert(base)
                    if let host = role.hosts.first { images[host, default: []].insert(base) }
                }
            }
            if let registries = described.registries { variables["registries"] = registries }
        }
        // One host asks for all that use an image.
        var asked: [String: [Value]] = [:]
        var seen: Set<String> = []
        for (host, names) in images.sorted(by: { $0.key < $1.key }) {
            for name in names.sorted() where !ImageReference.isID(name) {
                let image = ImageReference(name).withTag("latest")
                guard image.digest == nil, seen.insert(Pins.key(of: image)).inserted else { continue }
                asked[host, default: []].append(.string(image.text))
            }
        }
        let task: Value = [
            "drover.core.image_digest": ["name": "{{ item }}", "registries": "{{ registries | default([]) }}"],
            "loop": "{{ asked }}",
        ]
        let reports = try await query.ask(asked, [task], become: true, variables: variables)
        var pins: [String: Located<String>] = [:]
        for report in reports {
            guard let image = report.result["item"]?.string else { continue }
            guard let digest = report.result["digest"]?.string else {
                // The builder may have it from elsewhere.
                if bases.contains(image) {
                    output.writeError("no registry has it, so not pinned: \(image)\n")
                    continue
                }
                let told = report.result["msg"]?.string ?? report.mistake?.message ?? "no answer"
                throw Diagnostic(
                    .notPinned, "no digest for '\(image)': \(told)",
                    help: "\(report.host) was asked; its engine has to reach the registry, and `registries:` in "
                        + "services.yml say who logs in"
                ).exiting(2)
            }
            pins[Pins.key(of: ImageReference(image))] = Located(digest, at: nil)
        }
        try reports.requireAnswers()
        return pins
    }

    /// nil where no services are described and none are asked for.
    private func described(_ services: String?) async throws -> ServicesSession.Described? {
        var options = try ServicesOptions.parse([])
        options.services = services
        let world = ServicesSession(session: session, options: options)
        guard services != nil || world.isDescribed else { return nil }
        return try await world.described(settings, held: false)
    }

    // MARK: - Downloads

    func downloads(_ uses: Uses) async throws -> [String: Located<String>] {
        let asked = uses.downloads.mapValues { downloads in
            downloads.flatMap { download -> [Value] in
                let below = Path.join(download.path, download.address.split(separator: "/").last.map(String.init) ?? "")
                return [download.path, below].map {
                    ["address": .string(download.address), "path": .string($0)]
                }
            }
        }
        let task: Value = [
            "ansible.builtin.stat": [
                "path": "{{ item.path }}", "checksum_algorithm": "sha256", "follow": true, "get_mime": false,
                "get_attributes": false,
            ],
            "loop": "{{ asked }}",
        ]
        let reports = try await query.ask(asked, [task], become: true)
        try reports.requireAnswers()
        var found: [String: [String: [String]]] = [:]
        for report in reports {
            guard let address = report.result["item"]?["address"]?.string else { continue }
            guard let checksum = report.result["stat"]?["checksum"]?.string else { continue }
            found[address, default: [:]][checksum, default: []].append(report.host)
        }
        let addresses = Set(uses.downloads.values.flatMap { $0.map(\.address) })
        for address in addresses.sorted() where found[address] == nil {
            output.writeError("on no host yet, so not pinned: \(address)\n")
        }
        try refuse(
            found.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { address, checksums in
                let told = checksums.sorted { $0.key < $1.key }
                    .map { "sha256:\($0.key.prefix(12))… on \($0.value.joined(separator: ", "))" }
                return "\(address): \(told.joined(separator: "; "))"
            })
        return found.compactMapValues { $0.keys.first.map { Located("sha256:\($0)", at: nil) } }
    }
}

extension OrderedMap {
    /// Facts as they are kept: without `ansible_` in front.
    fileprivate var withoutPrefix: OrderedMap {
        var facts: OrderedMap = [:]
        for (key, value) in self {
            guard let name = key.string else { continue }
            facts[name.hasPrefix("ansible_") ? String(name.dropFirst(8)) : name] = value
        }
        return facts
    }
}
