//! `fact_caching` and its kin: where facts are kept from run to run.

import Diagnostics
import Engine

/// The cache that the configuration asks for.
struct FactCaching {
    /// nil keeps facts in memory.
    let cache: FactCache?
    let warnings: [Diagnostic]

    init(_ configuration: Configuration) {
        let plugin = configuration.text(.cachePlugin) ?? "memory"
        let folder = configuration.path(.cachePluginConnection)
        switch plugin.split(separator: ".").last {
        case "memory": (cache, warnings) = (nil, [])
        case "jsonfile":
            guard let folder else {
                (cache, warnings) = (
                    nil,
                    [
                        Self.warning(
                            "fact_caching = jsonfile names no folder",
                            help: "set fact_caching_connection")
                    ]
                )
                return
            }
            cache = FactCache(
                folder: folder,
                // The default that Ansible tells of is not one that it uses.
                prefix: configuration.written(.cachePluginPrefix) ?? "",
                timeout: configuration.number(.cachePluginTimeout) ?? 86_400)
            warnings = []
        default:
            (cache, warnings) = (
                nil, [Self.warning("the fact cache '\(plugin)' is not supported", help: "use jsonfile")]
            )
        }
    }

    private static func warning(_ message: String, help: String) -> Diagnostic {
        Diagnostic(.unsupported, message + ": facts are kept for this run only", help: help, severity: .warning)
    }
}
