//! What every call of dnf is told on its command line.

import Connections
import Values

struct DnfOptions: Sendable {
    let text: String

    init(_ arguments: ModuleArguments) {
        func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }
        var words: [String] = []
        // dnf goes from left to right: with `disablerepo: "*"` only what is enabled afterwards is left.
        for (argument, option) in [
            ("disablerepo", "--disablerepo"), ("enablerepo", "--enablerepo"), ("exclude", "--exclude"),
            ("disable_plugin", "--disableplugin"), ("enable_plugin", "--enableplugin"),
        ] {
            words += (arguments.strings(argument) ?? []).flatMap { $0.split(separator: ",") }
                .map { "\(option)=\($0.withoutOuterBlanks.shellQuoted)" }
        }
        for (argument, option) in [
            ("allowerasing", "--allowerasing"), ("nobest", "--nobest"), ("best", "--best"),
            ("skip_broken", "--skip-broken"), ("cacheonly", "--cacheonly"), ("download_only", "--downloadonly"),
            ("security", "--security"), ("bugfix", "--bugfix"),
        ] where isOn(argument) { words.append(option) }
        // dnf by itself takes any file; Ansible's module wants a signature there, too.
        words.append(isOn("disable_gpg_check") ? "--nogpgcheck" : "--setopt=localpkg_gpgcheck=True")
        words.append("--setopt=clean_requirements_on_remove=\(isOn("autoremove") ? "True" : "False")")
        if arguments.bool("install_weak_deps") == false { words.append("--setopt=install_weak_deps=False") }
        let checksCertificates = ["sslverify", "validate_certs"].allSatisfy { arguments.bool($0) != false }
        if !checksCertificates { words.append("--setopt=sslverify=False") }
        if let root = arguments.string("installroot"), root != "/" { words.append("--installroot=\(root.shellQuoted)") }
        for (argument, option) in [
            ("releasever", "--releasever"), ("conf_file", "--config"), ("disable_excludes", "--disableexcludes"),
            ("download_dir", "--downloaddir"),
        ] {
            if let value = arguments.string(argument) { words.append("\(option)=\(value.shellQuoted)") }
        }
        text = words.joined(separator: " ")
    }
}
