//! Whether a host is a guest or a host of virtual machines or containers, and of which kind.

import Values

struct VirtualizationFacts {
    private let report: HostReport
    private var guest: Set<String> = []
    private var host: Set<String> = []
    private var type: String?
    private var role: String?

    private init(report: HostReport) { self.report = report }

    static func facts(_ report: HostReport) -> OrderedMap {
        var virtualization = VirtualizationFacts(report: report)
        virtualization.detect()
        return [
            "virtualization_type": .string(virtualization.type ?? "NA"),
            "virtualization_role": .string(virtualization.role ?? "NA"),
            "virtualization_tech_guest": .strings(virtualization.guest.sorted()),
            "virtualization_tech_host": .strings(virtualization.host.sorted()),
        ]
    }

    private mutating func found(_ technology: String, guest isGuest: Bool) {
        if isGuest { guest.insert(technology) } else { host.insert(technology) }
        if type == nil { (type, role) = (technology, isGuest ? "guest" : "host") }
    }

    private mutating func foundContainer(_ technology: String) {
        guest.insert("container")
        found(technology, guest: true)
    }

    /// The most specific first: the first finding names the type, all of them are listed as technologies.
    private mutating func detect() {
        detectContainers()
        detectXen()
        detectFirmware()
        let model = report.lines("cpu").contains { $0.contains("QEMU Virtual CPU") }
        if model { found("kvm", guest: true) }
        let modules = (report.files["/proc/modules"] ?? "").split(separator: "\n")
            .compactMap { $0.blankSeparatedWords.first }
        if modules.contains("kvm") || report.existing.contains("/dev/kvm") { found("kvm", guest: false) }
        if modules.contains("vboxdrv") { found("virtualbox", guest: false) }
        if modules.contains("virtio") { found("kvm", guest: true) }
    }

    private mutating func detectContainers() {
        let groups = report.files["/proc/1/cgroup"] ?? ""
        let manager = report.file("/run/systemd/container") ?? report.section("container").withoutOuterBlanks
        if groups.contains("/docker/") || groups.contains("/docker-") || report.existing.contains("/.dockerenv")
            || report.existing.contains("/.dockerinit") || manager == "docker"
        {
            foundContainer("docker")
        }
        if manager == "podman" || report.existing.contains("/run/.containerenv") || groups.contains("/libpod") {
            foundContainer("podman")
        }
        if manager.hasPrefix("lxc") || groups.contains("/lxc/") { foundContainer("lxc") }
        if manager == "systemd-nspawn" { foundContainer("systemd-nspawn") }
        if report.existing.contains("/proc/vz"), !report.existing.contains("/proc/lve") {
            if report.existing.contains("/proc/bc") {
                found("openvz", guest: false)
            } else {
                found("openvz", guest: true)
            }
        }
        if type == nil, !manager.isEmpty { foundContainer(manager) }
    }

    private mutating func detectXen() {
        guard report.existing.contains("/proc/xen") || report.file("/sys/hypervisor/type") == "xen" else { return }
        let isControl = (report.file("/proc/xen/capabilities") ?? "").contains("control_d")
        found("xen", guest: !isControl)
    }

    /// Product and vendor of the machine by the firmware.
    private mutating func detectFirmware() {
        func dmi(_ name: String) -> String { report.file("/sys/class/dmi/id/\(name)") ?? "" }
        let (product, vendor, bios) = (dmi("product_name"), dmi("sys_vendor"), dmi("bios_vendor"))
        if ["KVM", "KVM Server", "Bochs", "AHV"].contains(product) || vendor == "QEMU" { found("kvm", guest: true) }
        if product == "RHEV Hypervisor" { found("RHEV", guest: true) }
        if product == "oVirt Node" || product == "oVirt" { found("oVirt", guest: true) }
        if product.hasPrefix("OpenStack") || dmi("product_family").hasPrefix("OpenStack") {
            found("openstack", guest: true)
        }
        if product.hasPrefix("VMware") || vendor.hasPrefix("VMware") { found("VMware", guest: true) }
        if bios == "innotek GmbH" || product == "VirtualBox" { found("virtualbox", guest: true) }
        if bios == "Xen" { found("xen", guest: true) }
        if product.hasPrefix("Parallels") { found("parallels", guest: true) }
        if vendor == "Microsoft Corporation", product == "Virtual Machine" { found("VirtualPC", guest: true) }
        if Self.kvmVendors.contains(vendor) || product == "Google Compute Engine" { found("kvm", guest: true) }
        if vendor == "Apple Inc.", product.contains("Virtual") { found("Apple", guest: true) }
    }

    private static let kvmVendors: Set<String> = [
        "Amazon EC2", "DigitalOcean", "Hetzner", "Google", "oVirt", "Red Hat", "Nutanix", "Scaleway", "Vultr", "Linode",
    ]
}
