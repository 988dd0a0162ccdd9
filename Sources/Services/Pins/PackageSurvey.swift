//! What is installed on hosts, and which pins follow from it.

import Diagnostics
import Modules
import Values

/// What one host has installed.
package struct InstalledPackages: Sendable {
    package let host: String
    package let platform: Platform
    /// Version and architecture by name.
    package let versions: [String: (version: String, architecture: String)]

    package init(host: String, platform: Platform, versions: [String: (version: String, architecture: String)]) {
        self.host = host
        self.platform = platform
        self.versions = versions
    }

    /// From the facts of `setup` and `package_facts`; nil where the host does not say what it is.
    package init?(host: String, facts: OrderedMap, packages: OrderedMap) {
        guard let platform = Platform(facts: facts) else { return nil }
        var versions: [String: (version: String, architecture: String)] = [:]
        for (key, value) in packages {
            guard let name = key.string, let entry = value.list?.last?.dict, let version = entry["version"]?.string
            else { continue }
            // rpm and apk tell the release of a package by itself, rpm also the epoch.
            let epoch = entry["epoch"]?.int.map { $0 == 0 ? "" : "\($0):" } ?? ""
            let release = entry["release"]?.string.map { "-\($0)" } ?? ""
            versions[name] = (epoch + version + release, entry["arch"]?.string ?? "")
        }
        self.init(host: host, platform: platform, versions: versions)
    }
}

/// Pins of packages, brought up to what hosts have.
package struct PackageSurvey: Sendable {
    package private(set) var packages: [String: [String: Pins.Package]]
    /// Packages of which hosts of one release have several versions.
    package private(set) var conflicts: [String] = []
    /// Wanted, and installed on no host of a release.
    package private(set) var missing: [String] = []

    /// `wanted` are names by host; what is pinned already is wanted as well.
    package init(_ old: Pins, hosts: [InstalledPackages], wanted: [String: Set<String>]) {
        packages = old.packages
        let byRelease = Dictionary(grouping: hosts) { host in
            old.packages.keys.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.first(where: host.platform.isOf)
                ?? host.platform.release
        }
        for (release, hosts) in byRelease.sorted(by: { $0.key < $1.key }) {
            let pinned = Set((old.packages[release] ?? [:]).keys)
            let names = hosts.reduce(into: pinned) { $0.formUnion(wanted[$1.host] ?? []) }
            for name in names.sorted() { pin(name, of: release, hosts) }
        }
    }

    private mutating func pin(_ name: String, of release: String, _ hosts: [InstalledPackages]) {
        var byArchitecture: [String: [String: [String]]] = [:]
        for host in hosts {
            guard let found = host.versions[name] else { continue }
            byArchitecture[found.architecture, default: [:]][found.version, default: []].append(host.host)
        }
        guard !byArchitecture.isEmpty else {
            if packages[release]?[name] == nil { missing.append("\(name) (\(release))") }
            return
        }
        for versions in byArchitecture.values where versions.count > 1 {
            let told = versions.sorted { $0.key < $1.key }.map { "\($0.key) on \($0.value.joined(separator: ", "))" }
            conflicts.append("\(name) of \(release): \(told.joined(separator: "; "))")
            return
        }
        let versions = byArchitecture.compactMapValues(\.keys.first)
        let all = Set(versions.values)
        if all.count == 1, let version = all.first {
            packages[release, default: [:]][name] = Pins.Package(version)
        } else {
            packages[release, default: [:]][name] = Pins.Package(versions.mapValues { Located($0, at: nil) })
        }
    }
}
