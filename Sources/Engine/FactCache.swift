//! Facts that outlive a run, in the files that ansible-core's `jsonfile` cache keeps.

import Diagnostics
import Glibc
import Playbooks
import Values

/// A folder with one file for each host.
package struct FactCache: Sendable {
    private let folder: String
    private let prefix: String
    /// How many seconds facts are good for; 0 is for ever.
    private let timeout: Int

    package init(folder: String, prefix: String = "", timeout: Int = 86_400) {
        self.folder = Path.absolute(folder)
        self.prefix = prefix
        self.timeout = timeout
    }

    /// The facts of a host, under their names with Ansible's prefix; nil where there are none, or none that still hold.
    package func facts(of host: String) throws(Diagnostic) -> OrderedMap? {
        guard let path = path(of: host), isFresh(path) else { return nil }
        let file = SourceFile(path: path, bytes: try PlainFile.read(path))
        let envelope = try JSON.parse(file.bytes, file: file)
        // Files of earlier versions hold the facts themselves.
        let payload = try envelope["__payload__"]?.string.map { text throws(Diagnostic) in try JSON.parse(text) }
        return Self.untagged(payload ?? envelope).dict
    }

    func store(_ facts: OrderedMap, of host: String) throws(Diagnostic) {
        guard let path = path(of: host) else { return }
        let payload = try Value.dict(facts).json()
        let envelope: Value = ["__payload__": .string(payload)]
        try makeFolder()
        try PlainFile.write(Array(try envelope.json().utf8), to: path, mode: 0o600)
    }

    func forget(_ host: String) {
        if let path = path(of: host) { unlink(path) }
    }

    /// nil for a name that would lead out of the folder.
    private func path(of host: String) -> String? {
        host.contains("/") ? nil : "\(folder)/\(prefix)s1_\(host)"
    }

    private func isFresh(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return timeout == 0 || time(nil) - status.st_mtim.tv_sec <= timeout
    }

    private func makeFolder() throws(Diagnostic) {
        var made = ""
        for part in folder.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || Path.isFolder(made) else {
                throw Diagnostic(
                    .fileUnreadable, "could not make the fact cache '\(folder)': \(String(cString: strerror(errno)))",
                    help: "change fact_caching_connection")
            }
        }
    }

    /// Plain data from values that ansible-core has written together with where they come from.
    private static func untagged(_ value: Value) -> Value {
        switch value {
        case .list(let items): return .list(items.map(untagged))
        case .dict(let map):
            if map["__ansible_type"]?.string?.hasPrefix("_AnsibleTagged") == true, let inner = map["value"] {
                return untagged(inner)
            }
            var plain: OrderedMap = [:]
            for (key, value) in map { plain[key] = untagged(value) }
            return .dict(plain)
        default: return value
        }
    }
}

extension HostState {
    /// The facts under the names by which they are written down.
    var cachedFacts: OrderedMap {
        var all: OrderedMap = [:]
        for (key, value) in facts {
            guard let name = key.string else { continue }
            all[plainFacts.contains(name) ? name : "ansible_" + name] = value
        }
        if hasGatheredFacts { all["_ansible_facts_gathered"] = true }
        return all
    }

    mutating func restore(_ cached: OrderedMap) {
        var facts = cached
        hasGatheredFacts = facts.removeValue(forKey: "_ansible_facts_gathered")?.bool ?? false
        add(facts: facts)
    }
}

extension Run {
    /// Takes up what earlier runs have found out about hosts; once for each.
    func recallFacts(of hosts: [String]) {
        guard let cache = context.settings.factCache else { return }
        for host in hosts where recalled.insert(host).inserted {
            if context.settings.flushCache {
                cache.forget(host)
                continue
            }
            do {
                guard let facts = try cache.facts(of: host) else { continue }
                change(host) { $0.restore(facts) }
            } catch {
                context.emit(.warning(error.asWarning))
            }
        }
    }

    /// Writes the facts of a host down, or removes what is written where there are none any more.
    func rememberFacts(of host: String) {
        guard let cache = context.settings.factCache else { return }
        let facts = state(of: host).cachedFacts
        guard !facts.isEmpty else { return cache.forget(host) }
        do { try cache.store(facts, of: host) } catch { context.emit(.warning(error.asWarning)) }
    }
}

extension Diagnostic {
    fileprivate var asWarning: Diagnostic {
        var copy = self
        copy.severity = .warning
        return copy
    }
}
