//! Options that limit what a container may use.

import Diagnostics
import Values

extension ContainerOptions {
    static let resources: [ContainerOption] = [
        .number(
            "blkio_weight", "Block IO weight, 10 to 1000", at: ["HostConfig", "BlkioWeight"], flag: "--blkio-weight",
            updatable: true),
        .number(
            "cpu_period", "CPU CFS period", at: ["HostConfig", "CpuPeriod"], flag: "--cpu-period", updatable: true),
        .number("cpu_quota", "CPU CFS quota", at: ["HostConfig", "CpuQuota"], flag: "--cpu-quota", updatable: true),
        .number("cpu_shares", "CPU weight", at: ["HostConfig", "CpuShares"], flag: "--cpu-shares", updatable: true),
        cpus,
        .text(
            "cpuset_cpus", "CPUs to run on, e.g. 0-3", at: ["HostConfig", "CpusetCpus"], flag: "--cpuset-cpus",
            updatable: true),
        .text(
            "cpuset_mems", "Memory nodes to use", at: ["HostConfig", "CpusetMems"], flag: "--cpuset-mems",
            updatable: true),
        .size(
            "kernel_memory", "Limit of kernel memory", at: ["HostConfig", "KernelMemory"], flag: "--kernel-memory",
            updatable: true),
        .size("memory", "Limit of memory", at: ["HostConfig", "Memory"], flag: "--memory", updatable: true),
        .size(
            "memory_reservation", "Soft limit of memory", at: ["HostConfig", "MemoryReservation"],
            flag: "--memory-reservation", updatable: true),
        .size(
            "memory_swap", "Limit of memory and swap; unlimited is -1", at: ["HostConfig", "MemorySwap"],
            flag: "--memory-swap", updatable: true),
        .number(
            "memory_swappiness", "Swappiness, 0 to 100", at: ["HostConfig", "MemorySwappiness"],
            flag: "--memory-swappiness"),
        .toggle(
            "oom_killer", "Disable the OOM killer for the container", at: ["HostConfig", "OomKillDisable"],
            flag: "--oom-kill-disable"),
        .number(
            "oom_score_adj", "OOM score, -1000 to 1000", at: ["HostConfig", "OomScoreAdj"], flag: "--oom-score-adj"),
        .number(
            "pids_limit", "Limit of processes; -1 is unlimited", at: ["HostConfig", "PidsLimit"], flag: "--pids-limit"),
        .size("shm_size", "Size of /dev/shm", at: ["HostConfig", "ShmSize"], flag: "--shm-size"),
        ulimits,
        rate("device_read_bps", "BlkioDeviceReadBps", "--device-read-bps"),
        rate("device_write_bps", "BlkioDeviceWriteBps", "--device-write-bps"),
        rate("device_read_iops", "BlkioDeviceReadIOps", "--device-read-iops"),
        rate("device_write_iops", "BlkioDeviceWriteIOps", "--device-write-iops"),
    ]

    private static let cpus = ContainerOption(
        argument: ArgumentSpec("cpus", .float, "Number of CPUs, e.g. 1.5"), shape: .value, updatable: true,
        wanted: { value, _ in
            if case .float(let number) = value { return .int(Int((number * 1e9).rounded())) }
            return .int((value.int ?? 0) * 1_000_000_000)
        },
        actual: { .int($0.hostConfig("NanoCpus")?.int ?? 0) },
        flags: { value in
            let nanos = value.int ?? 0
            let fraction = String(nanos % 1_000_000_000)
            return [
                "--cpus",
                "\(nanos / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction,
            ]
        })

    private static let ulimits = ContainerOption(
        argument: ArgumentSpec("ulimits", .list(of: .string), "Limits, name:soft:hard"), shape: .set,
        wanted: { (value, arguments) throws(Diagnostic) in
            var limits: [Value] = []
            for text in (value.list ?? []).compactMap(\.string) {
                let parts = text.split { $0 == ":" || $0 == "=" }.map(String.init)
                guard (2...3).contains(parts.count) else {
                    throw arguments.invalid("ulimits", "'\(text)' is not name:soft:hard", help: "nofile:1024:4096")
                }
                limits.append(.string("\(parts[0])=\(parts[1]):\(parts.count == 3 ? parts[2] : parts[1])"))
            }
            return .list(limits)
        },
        actual: { state in
            .list(
                (state.hostConfig("Ulimits")?.list ?? []).map { limit in
                    let number = { (key: String) in limit[key]?.scalarText ?? "" }
                    return .string("\(number("Name"))=\(number("Soft")):\(number("Hard"))")
                })
        },
        flags: { value in (value.list ?? []).flatMap { ["--ulimit", $0.string ?? ""] } })

    /// Rates of block devices: a list of `{path:, rate:}`.
    private static func rate(_ name: String, _ key: String, _ flag: String) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .list(of: .dict), "Rates of devices: path and rate"), shape: .set,
            wanted: { (value, arguments) throws(Diagnostic) in
                var rates: [Value] = []
                for item in value.list ?? [] {
                    guard let path = item["path"]?.string,
                        let rate = item["rate"]?.scalarText.flatMap(DockerQuantity.bytes)
                    else { throw arguments.invalid(name, "each entry of '\(name)' needs 'path' and 'rate'") }
                    rates.append(.string("\(path):\(rate)"))
                }
                return .list(rates)
            },
            actual: { state in
                .list(
                    (state.hostConfig(key)?.list ?? []).map {
                        .string("\($0["Path"]?.string ?? ""):\($0["Rate"]?.int ?? 0)")
                    })
            },
            flags: { value in (value.list ?? []).flatMap { [flag, $0.string ?? ""] } })
    }
}
