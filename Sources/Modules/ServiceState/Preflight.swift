//! What keeps a server from running its services.

import Values

/// Judges what a host told; every complaint says what to do.
struct Preflight: Sendable {
    let services: [PreflightService]
    let view: PreflightView

    private static let mebibyte = 1024
    private static let secondsOff = 30

    var complaints: [String] {
        [engine, space, inodes, clock].compactMap { $0 }
            + services.enumerated().flatMap { index, service in
                ports(service) + volumes(service, index) + [architecture(service, index)].compactMap { $0 }
            }
    }

    private var engine: String? {
        guard let server = view.server else {
            return "the Docker engine does not answer: \(DockerFailure.explain(.init(view.complaint ?? "")))"
        }
        let version = server["Version"]?.string ?? ""
        let numbers = version.split(whereSeparator: { $0 == "." || $0 == "-" || $0 == "+" }).prefix(2)
            .compactMap { Int($0) }
        guard numbers.count == 2, (numbers[0], numbers[1]) < (20, 10) else { return nil }
        return "the Docker engine is \(version), and 20.10 is the oldest that can roll services out: upgrade it"
    }

    private var space: String? {
        guard let free = view.freeKilobytes else { return nil }
        let needed =
            services.indices.map { index in
                view.image(index)?["Size"]?.int.map { 2 * $0 / 1024 } ?? 1024 * Self.mebibyte
            }.max() ?? 0
        guard free < needed else { return nil }
        return "\(view.root) has \(free / Self.mebibyte) MiB free and images need \(needed / Self.mebibyte) MiB: "
            + "free space, e.g. with docker_prune"
    }

    private var inodes: String? {
        guard let inodes = view.inodes, inodes.free * 20 < inodes.total else { return nil }
        return "the file system of \(view.root) has \(inodes.free) inodes left of \(inodes.total): remove small files, "
            + "e.g. with docker_prune"
    }

    private var clock: String? {
        guard let now = view.now else { return "the host does not tell its time (date +%s)" }
        let off = now - view.asked
        guard abs(off) > Self.secondsOff else { return nil }
        return "the clock is \(abs(off)) s \(off > 0 ? "ahead of" : "behind") this machine's: let the host keep time "
            + "(chrony, systemd-timesyncd), since locks and records go by it"
    }

    private func ports(_ service: PreflightService) -> [String] {
        service.ports.compactMap { port in
            view.holders.stranger(on: port, for: service.name).map {
                "port \(port.text) of service '\(service.name)' is taken by \($0): stop it, or give the service "
                    + "another port"
            }
        }
    }

    private func volumes(_ service: PreflightService, _ index: Int) -> [String] {
        service.volumes.enumerated().compactMap { number, volume in
            guard let found = view.volume(index, number) else { return nil }
            if found.kind == .other {
                return "volume \(volume.source) of service '\(service.name)' is not a directory: move it away, or name "
                    + "another one"
            }
            guard !found.isWritable, found.kind == .missing || !volume.isReadOnly else { return nil }
            return "volume \(volume.source) of service '\(service.name)': \(found.existing) cannot be written (a "
                + "read-only file system, or the task needs 'become: true')"
        }
    }

    private func architecture(_ service: PreflightService, _ index: Int) -> String? {
        guard service.platform == nil, let image = view.image(index)?["Architecture"]?.string, !image.isEmpty,
            let host = view.server?["Arch"]?.string, image != host
        else { return nil }
        return "image '\(service.image)' of service '\(service.name)' is for \(image), the host is \(host): build it "
            + "for \(host), or set 'platform' in 'options' to emulate"
    }
}
