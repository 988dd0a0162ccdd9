//! Mounts and device requests as the comma separated text that the command line takes, which is also compared.

import Diagnostics
import Values

/// `type=bind,source=…,target=…`, keys in one order, defaults left out.
enum ContainerMount {
    private static let keys = [
        "type", "source", "target", "read_only", "propagation", "consistency", "no_copy", "labels", "volume_driver",
        "volume_options", "tmpfs_size", "tmpfs_mode", "non_recursive",
    ]

    static func wanted(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) -> String {
        for case let key? in (value.dict ?? [:]).keys.map(\.scalarText) where !keys.contains(key) {
            throw arguments.invalid(
                "mounts", "'\(key)' is no option of a mount", help: Suggestion.help(for: key, among: keys))
        }
        guard let target = value["target"]?.string else {
            throw arguments.invalid("mounts", "a mount needs a 'target'")
        }
        let type = value["type"]?.string ?? "volume"
        guard type != "bind" || value["source"]?.string != nil else {
            throw arguments.invalid("mounts", "the bind mount of '\(target)' needs a 'source'")
        }
        var fields = [("type", type)]
        if let source = value["source"]?.string { fields.append(("source", source)) }
        fields.append(("target", target))
        if value["read_only"]?.bool == true { fields.append(("readonly", "true")) }
        if let propagation = value["propagation"]?.string, propagation != "rprivate" {
            fields.append(("bind-propagation", propagation))
        }
        if value["non_recursive"]?.bool == true { fields.append(("bind-nonrecursive", "true")) }
        if let consistency = value["consistency"]?.string { fields.append(("consistency", consistency)) }
        if value["no_copy"]?.bool == true { fields.append(("volume-nocopy", "true")) }
        for (key, label) in value["labels"]?.dict ?? [:] {
            fields.append(("volume-label", "\(key.scalarText ?? "")=\(label.scalarText ?? "")"))
        }
        if let driver = value["volume_driver"]?.string { fields.append(("volume-driver", driver)) }
        for (key, option) in value["volume_options"]?.dict ?? [:] {
            fields.append(("volume-opt", "\(key.scalarText ?? "")=\(option.scalarText ?? "")"))
        }
        if let size = value["tmpfs_size"]?.scalarText {
            guard let bytes = DockerQuantity.bytes(size) else {
                throw arguments.invalid("mounts", "'\(size)' is not a size")
            }
            fields.append(("tmpfs-size", String(bytes)))
        }
        if let mode = value["tmpfs_mode"]?.scalarText { fields.append(("tmpfs-mode", mode)) }
        return commaSeparated(fields)
    }

    static func actual(_ mount: Value) -> String {
        var fields = [("type", mount["Type"]?.string ?? "")]
        if let source = mount["Source"]?.string, !source.isEmpty { fields.append(("source", source)) }
        fields.append(("target", mount["Target"]?.string ?? ""))
        if mount["ReadOnly"]?.bool == true { fields.append(("readonly", "true")) }
        if let propagation = mount["BindOptions"]?["Propagation"]?.string, !propagation.isEmpty,
            propagation != "rprivate"
        {
            fields.append(("bind-propagation", propagation))
        }
        if mount["BindOptions"]?["NonRecursive"]?.bool == true { fields.append(("bind-nonrecursive", "true")) }
        if let consistency = mount["Consistency"]?.string, !consistency.isEmpty {
            fields.append(("consistency", consistency))
        }
        if mount["VolumeOptions"]?["NoCopy"]?.bool == true { fields.append(("volume-nocopy", "true")) }
        for (key, label) in mount["VolumeOptions"]?["Labels"]?.dict ?? [:] {
            fields.append(("volume-label", "\(key.scalarText ?? "")=\(label.scalarText ?? "")"))
        }
        if let driver = mount["VolumeOptions"]?["DriverConfig"]?["Name"]?.string, !driver.isEmpty {
            fields.append(("volume-driver", driver))
        }
        for (key, option) in mount["VolumeOptions"]?["DriverConfig"]?["Options"]?.dict ?? [:] {
            fields.append(("volume-opt", "\(key.scalarText ?? "")=\(option.scalarText ?? "")"))
        }
        if let size = mount["TmpfsOptions"]?["SizeBytes"]?.int { fields.append(("tmpfs-size", String(size))) }
        if let mode = mount["TmpfsOptions"]?["Mode"]?.int { fields.append(("tmpfs-mode", String(mode, radix: 8))) }
        return commaSeparated(fields)
    }

    /// A line of CSV: the docker command reads these options so.
    static func commaSeparated(_ fields: [(String, String)]) -> String {
        fields.map { key, value in
            let field = "\(key)=\(value)"
            return field.contains(",") || field.contains("\"")
                ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
        }.joined(separator: ",")
    }
}

/// `count=all,"capabilities=gpu,nvidia"`
enum DeviceRequest {
    static func wanted(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) -> String {
        let known = ["capabilities", "count", "device_ids", "driver", "options"]
        for case let key? in (value.dict ?? [:]).keys.map(\.scalarText) where !known.contains(key) {
            throw arguments.invalid(
                "device_requests", "'\(key)' is no option of a device request",
                help: Suggestion.help(for: key, among: known))
        }
        return text(
            driver: value["driver"]?.string, count: value["count"]?.int, ids: value["device_ids"]?.list,
            capabilities: value["capabilities"]?.list, options: value["options"]?.dict)
    }

    static func actual(_ value: Value) -> String {
        text(
            driver: value["Driver"]?.string, count: value["Count"]?.int, ids: value["DeviceIDs"]?.list,
            capabilities: value["Capabilities"]?.list, options: value["Options"]?.dict)
    }

    private static func text(
        driver: String?, count: Int?, ids: [Value]?, capabilities: [Value]?, options: OrderedMap?
    ) -> String {
        var fields: [(String, String)] = []
        if let driver, !driver.isEmpty { fields.append(("driver", driver)) }
        let ids = (ids ?? []).compactMap(\.scalarText)
        if !ids.isEmpty {
            fields.append(("device", ids.joined(separator: ",")))
        } else if let count, count != 0 {
            fields.append(("count", count < 0 ? "all" : String(count)))
        }
        let names = Set((capabilities ?? []).flatMap { $0.list ?? [$0] }.compactMap(\.string)).subtracting(["gpu"])
        if !names.isEmpty { fields.append(("capabilities", names.sorted().joined(separator: ","))) }
        let pairs = (options ?? [:]).map { "\($0.key.scalarText ?? "")=\($0.value.scalarText ?? "")" }
        if !pairs.isEmpty { fields.append(("options", pairs.sorted().joined(separator: ","))) }
        return ContainerMount.commaSeparated(fields)
    }
}
