//! Options of what a container sees of disks: volumes, mounts, devices.

import Diagnostics
import Values

extension ContainerOptions {
    static let storage: [ContainerOption] = [
        volumes, mounts, tmpfs, devices, deviceRequests,
        .items(
            "device_cgroup_rules", "Rules for devices", .set, at: ["HostConfig", "DeviceCgroupRules"],
            flag: "--device-cgroup-rule"),
        .items(
            "volumes_from", "Containers whose volumes to use", .set, at: ["HostConfig", "VolumesFrom"],
            flag: "--volumes-from", same: { $0.hasSuffix(":rw") ? String($0.dropLast(3)) : $0 }),
        .text("volume_driver", "Driver of new volumes", at: ["HostConfig", "VolumeDriver"], flag: "--volume-driver"),
        .toggle("read_only", "Root file system read-only", at: ["HostConfig", "ReadonlyRootfs"], flag: "--read-only"),
        .dict(
            "storage_opts", "Options of the storage driver", at: ["HostConfig", "StorageOpt"], flag: "--storage-opt"),
    ]

    private static let volumes = ContainerOption(
        argument: ArgumentSpec("volumes", .list(of: .string), "Volumes: [source:]target[:mode]"), shape: .set,
        wanted: { (value, arguments) throws(Diagnostic) in
            var result: [Value] = []
            for text in (value.list ?? []).compactMap(\.string) { result.append(try volume(text, arguments)) }
            return .list(result)
        },
        actual: { state in
            let binds = (state.hostConfig("Binds")?.list ?? []).compactMap(\.string).map(canonicalBind)
            let anonymous = state.config("Volumes")?.dict?.keys.compactMap(\.string) ?? []
            return .list((binds + anonymous).map(Value.string))
        },
        inherited: { .list($0.imageConfig("Volumes")?.dict?.keys ?? []) },
        flags: { value in (value.list ?? []).flatMap { ["--volume", $0.string ?? ""] } })

    private static func volume(_ text: String, _ arguments: ModuleArguments) throws(Diagnostic) -> Value {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, let target = parts.count == 1 ? parts.first : parts[1], target.hasPrefix("/") else {
            throw arguments.invalid(
                "volumes", "'\(text)' is not a volume", help: "[source:]/absolute/target[:mode]")
        }
        if parts.count > 1, parts[0].hasPrefix(".") || parts[0].hasPrefix("~") {
            throw arguments.invalid(
                "volumes", "the source of volume '\(text)' is a relative path", help: "write the path in full")
        }
        return .string(parts.count == 1 ? text : canonicalBind(text))
    }

    /// Without trailing slashes, modes sorted, and without `rw`, which is the default.
    @Sendable private static func canonicalBind(_ text: String) -> String {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 3 {
            let modes = parts[2].split(separator: ",").filter { $0 != "rw" }.sorted()
            parts[2] = modes.joined(separator: ",")
            if modes.isEmpty { parts.removeLast() }
        }
        for index in parts.indices.prefix(2) where parts[index].count > 1 && parts[index].hasSuffix("/") {
            parts[index].removeLast()
        }
        return parts.joined(separator: ":")
    }

    private static let tmpfs = ContainerOption(
        argument: ArgumentSpec("tmpfs", .list(of: .string), "Memory file systems: path[:options]"), shape: .dict,
        wanted: { value, _ in
            var result: OrderedMap = [:]
            for text in (value.list ?? []).compactMap(\.string) {
                let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
                result[parts.first ?? ""] = .string(parts.count == 2 ? parts[1] : "")
            }
            return .dict(result)
        },
        actual: { $0.hostConfig("Tmpfs") ?? [:] },
        flags: { value in
            (value.dict ?? [:]).flatMap { path, options in
                let suffix = options == "" ? "" : ":\(options.string ?? "")"
                return ["--tmpfs", (path.string ?? "") + suffix]
            }
        })

    private static let devices = ContainerOption(
        argument: ArgumentSpec("devices", .list(of: .string), "Devices: host[:container[:permissions]]"), shape: .set,
        wanted: { value, _ in
            .list(
                (value.list ?? []).compactMap(\.string).map { text in
                    let parts = text.split(separator: ":").map(String.init)
                    let host = parts.first ?? ""
                    let second = parts.count > 1 ? parts[1] : host
                    // `/dev/fuse:rwm` gives permissions only.
                    let inner = second.hasPrefix("/") ? second : host
                    let permissions = parts.count > 2 ? parts[2] : second.hasPrefix("/") ? "rwm" : second
                    return .string("\(host):\(inner):\(permissions)")
                })
        },
        actual: { state in
            .list(
                (state.hostConfig("Devices")?.list ?? []).map { device in
                    let text = { (key: String) in device[key]?.string ?? "" }
                    return .string("\(text("PathOnHost")):\(text("PathInContainer")):\(text("CgroupPermissions"))")
                })
        },
        flags: { value in (value.list ?? []).flatMap { ["--device", $0.string ?? ""] } })

    private static let mounts = ContainerOption(
        argument: ArgumentSpec("mounts", .list(of: .dict), "Mounts in their long form"), shape: .set,
        wanted: { (value, arguments) throws(Diagnostic) in
            var result: [Value] = []
            for item in value.list ?? [] { result.append(.string(try ContainerMount.wanted(item, arguments))) }
            return .list(result)
        },
        actual: { state in
            .list((state.hostConfig("Mounts")?.list ?? []).map { .string(ContainerMount.actual($0)) })
        },
        flags: { value in (value.list ?? []).flatMap { ["--mount", $0.string ?? ""] } })

    private static let deviceRequests = ContainerOption(
        argument: ArgumentSpec("device_requests", .list(of: .dict), "Devices by capability, such as GPUs"),
        shape: .set,
        wanted: { (value, arguments) throws(Diagnostic) in
            var result: [Value] = []
            for item in value.list ?? [] { result.append(.string(try DeviceRequest.wanted(item, arguments))) }
            return .list(result)
        },
        actual: { state in
            .list((state.hostConfig("DeviceRequests")?.list ?? []).map { .string(DeviceRequest.actual($0)) })
        },
        flags: { value in (value.list ?? []).flatMap { ["--gpus", $0.string ?? ""] } })
}
