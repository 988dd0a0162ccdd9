//! Processors and memory.

import Values

enum ProcessorFacts {
    /// `processor*` and `flags`, from the lines of `/proc/cpuinfo` that tell processors apart.
    static func facts(_ report: HostReport) -> OrderedMap {
        var models: [Value] = []
        var processors = 0
        var sockets: Set<String> = []
        var coresPerSocket: [String: Int] = [:]
        var siblings: [String: Int] = [:]
        var coreIdentifiers: Set<String> = []
        var socket = ""
        for line in report.lines("cpu") {
            guard let (key, value) = line.halves(at: ":") else { continue }
            switch key {
            case "processor":
                processors += 1
                models.append(.string(value))
            case "vendor_id", "model name", "Model Name", "Processor", "cpu", "cpu model": models.append(.string(value))
            case "physical id":
                socket = value
                sockets.insert(value)
            case "siblings": siblings[socket] = Int(value)
            case "core id": coreIdentifiers.insert("\(socket)/\(value)")
            case "cpu cores": coresPerSocket[socket] = Int(value)
            default: break
            }
        }
        let nproc = allowedProcessors(report) ?? processors
        let count = sockets.isEmpty ? processors : sockets.count
        let cores = sockets.isEmpty ? 1 : coresPerSocket[sockets.sorted()[0]] ?? 1
        let threads = sockets.isEmpty ? 1 : max(1, (siblings[sockets.sorted()[0]] ?? cores) / max(1, cores))
        var facts: OrderedMap = [
            "processor": .list(models), "processor_cores": .int(cores), "processor_count": .int(count),
            "processor_nproc": .int(nproc), "processor_threads_per_core": .int(threads),
            "processor_vcpus": .int(threads * cores * count),
        ]
        if let (_, flags) = report.section("cpuflags").halves(at: ":") {
            facts["flags"] = .list(flags.blankSeparatedWords.map { .string($0) })
        }
        return facts
    }

    /// How many processors a process may use, from `Cpus_allowed_list: 0-3,8`.
    private static func allowedProcessors(_ report: HostReport) -> Int? {
        guard let list = report.statusField("Cpus_allowed_list") else { return nil }
        var total = 0
        for part in list.split(separator: ",") {
            guard let (first, last) = part.halves(at: "-"), let from = Int(first), let to = Int(last) else {
                total += 1
                continue
            }
            total += to - from + 1
        }
        return total
    }
}

enum MemoryFacts {
    static func facts(_ report: HostReport) -> OrderedMap {
        var kilobytes: [String: Int] = [:]
        for line in (report.files["/proc/meminfo"] ?? "").split(separator: "\n") {
            guard let (key, value) = line.halves(at: ":"), let number = value.blankSeparatedWords.first else {
                continue
            }
            kilobytes[key] = Int(number)
        }
        guard !kilobytes.isEmpty else { return [:] }
        func megabytes(_ key: String) -> Int { (kilobytes[key] ?? 0) / 1024 }
        let total = megabytes("MemTotal")
        let free = megabytes("MemFree")
        let freeWithoutCache = free + megabytes("Cached") + megabytes("Buffers")
        let (swapTotal, swapFree) = (megabytes("SwapTotal"), megabytes("SwapFree"))
        return [
            "memtotal_mb": .int(total), "memfree_mb": .int(free), "swaptotal_mb": .int(swapTotal),
            "swapfree_mb": .int(swapFree),
            "memory_mb": [
                "real": ["total": .int(total), "used": .int(total - free), "free": .int(free)],
                "nocache": ["free": .int(freeWithoutCache), "used": .int(total - freeWithoutCache)],
                "swap": [
                    "total": .int(swapTotal), "free": .int(swapFree), "used": .int(swapTotal - swapFree),
                    "cached": .int(megabytes("SwapCached")),
                ],
            ],
        ]
    }
}

extension HostReport {
    /// A line of `/proc/self/status`.
    func statusField(_ name: String) -> String? {
        for line in (files["/proc/self/status"] ?? "").split(separator: "\n") {
            if let (key, value) = line.halves(at: ":"), key == name { return value }
        }
        return nil
    }
}
