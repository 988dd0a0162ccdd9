//! `constructed`, `generator` and `toml`, with what ansible-core 2.19 makes of the same files.

import Diagnostics
import Inventories
import Templates
import Testing
import Values

private let hosts = """
    all:
      children:
        web:
          hosts:
            web1: {size: 3, region: eu, tags_list: [a, b], d: {k: v, z: '', m: null, n: 5}, empty: '', flag: true, ref: "{{ size }}-x"}
            web2: {size: 5, region: us, tags_list: [a, '', c], empty: x, ref: "{{ nope }}"}
        db: {hosts: {db1: {size: 10}}}
    """

private func constructed(
    _ text: String, files: [String: String] = [:], settings: InventorySettings = InventorySettings()
) throws -> InventoryLoader.Loaded {
    let scratch = try Scratch(["hosts.yml": hosts, "made.yml": "plugin: constructed\n" + text].merging(files) { $1 })
    return InventoryLoader(settings: settings).load([scratch.path + "/hosts.yml", scratch.path + "/made.yml"])
}

@Suite struct ConstructedTests {
    @Test func composesVariablesThatDoNotSeeOneAnother() throws {
        let loaded = try constructed(
            """
            compose:
              double: size * 2
              chained: double + 1
              label: "region ~ '-' ~ inventory_hostname_short"
              names: group_names
              rendered: ref
              backslash: "'abc' | regex_replace('(b)', '\\\\\\\\1\\\\\\\\1')"
              half: size / 2
            """)
        let inventory = loaded.inventory
        #expect(try inventory.constant("double", of: "web1") == 6)
        #expect(try inventory.constant("chained", of: "web1") == nil)
        #expect(try inventory.constant("label", of: "web1") == "eu-web1")
        #expect(try inventory.constant("label", of: "db1") == nil)
        #expect(try inventory.constant("names", of: "web1") == ["web"])
        #expect(try inventory.constant("rendered", of: "web1") == "3-x")
        #expect(try inventory.constant("rendered", of: "web2") == nil)
        #expect(try inventory.constant("backslash", of: "db1") == "abbc")
        #expect(try inventory.constant("half", of: "db1") == .float(5))
        #expect(loaded.warnings.isEmpty && loaded.unparsed.isEmpty)
    }

    @Test func seesFactsOfEarlierRunsAndWritesAPrefixThatIsNull() throws {
        var settings = InventorySettings()
        settings.cachedFacts = { host in host == "web1" ? ["region": "cached", "ansible_os_family": "Debian"] : nil }
        let inventory = try constructed(
            "compose: {family: ansible_os_family}\nkeyed_groups:\n  - {key: region, prefix: null}\n"
                + "  - {key: ansible_os_family, prefix: os}\n", settings: settings
        ).inventory
        #expect(inventory.hostNames(inGroup: "None_cached") == ["web1"])
        #expect(inventory.hostNames(inGroup: "None_us") == ["web2"])
        #expect(inventory.hostNames(inGroup: "os_Debian") == ["web1"])
        #expect(try inventory.constant("family", of: "web1") == "Debian")
        #expect(try inventory.constant("family", of: "web2") == nil)
    }

    @Test func groupsByConditions() throws {
        let inventory = try constructed(
            "compose: {big: size > 4}\ngroups:\n  large: big\n  flagged: flag\n  text: region\n  has space: size == 3\n"
        ).inventory
        #expect(inventory.hostNames(inGroup: "large") == ["web2", "db1"])
        #expect(inventory.hostNames(inGroup: "flagged") == ["web1"])
        #expect(!inventory.contains(group: "text"))
        #expect(inventory.hostNames(inGroup: "has_space") == ["web1"])
    }

    @Test(arguments: [
        ("{key: tags_list, prefix: tag}", ["tag_a", "tag_b", "tag_", "tag_c"]),
        ("{key: tags_list, prefix: t, default_value: dv}", ["t_a", "t_b", "t_dv", "t_c"]),
        ("{key: d, prefix: d}", ["d_k_v", "d_z_", "d_m_None", "d_n_5"]),
        ("{key: d, prefix: d, default_value: dv}", ["d_k_v", "d_z_dv", "d_m_dv", "d_n_5"]),
        ("{key: d, prefix: d, trailing_separator: false}", ["d_k_v", "d_z", "d_m_None", "d_n_5"]),
        ("{key: empty, prefix: e, default_value: none}", ["e_none", "e_x"]),
        ("{key: empty, prefix: e}", ["e_x"]),
        ("{key: region}", ["_eu", "_us"]),
        ("{key: region, prefix: \"\", separator: \"\"}", ["eu", "us"]),
        ("{key: region, prefix: q, separator: \"-\"}", ["q_eu", "q_us"]),
        ("{key: \"[]\", prefix: x}", []), ("{key: \"0\", prefix: x, default_value: y}", []),
        ("{key: \"'5x'\", separator: \"\"}", ["_x"]),
    ]) func namesGroupsByKeys(_ group: String, _ names: [String]) throws {
        let inventory = try constructed("keyed_groups: [\(group)]\n").inventory
        #expect(inventory.groupNames.filter { !["all", "ungrouped", "web", "db"].contains($0) } == names)
    }

    @Test func keyedGroupsMayHaveParents() throws {
        let inventory = try constructed(
            "leading_separator: false\nkeyed_groups: [{key: region, parent_group: \"in {{ region }}\"}]\n"
        ).inventory
        #expect(inventory.childNames(ofGroup: "in_eu") == ["eu"])
        #expect(inventory.hostNames(inGroup: "in_us") == ["web2"])
    }

    @Test(arguments: [
        ("strict: true\ncompose: {bad: missing + 1}\n", "Could not set bad for host web1: 'missing' is undefined"),
        ("strict: true\ncompose: {num: 5}\n", "an expression has to be text"),
        ("strict: true\ngroups: {s: region}\n", "Conditionals must have a boolean result"),
        ("strict: true\nkeyed_groups: [{key: missing}]\n", "'missing' is undefined"),
        ("keyed_groups: [{key: size}]\n", "Invalid group name format"),
        ("keyed_groups: [{key: region, default_value: x, trailing_separator: false}]\n", "exclude each other"),
        ("keyed_groups: {key: region}\n", "has to be a list"), ("compose: [a]\n", "has to be a mapping"),
        ("strict: maybe\n", "true or false"),
    ]) func mistakesDropTheSource(_ text: String, _ message: String) throws {
        let loaded = try constructed(text)
        #expect(loaded.unparsed.count == 1)
        let mistake = try #require(loaded.warnings.first)
        #expect(mistake.message.contains(message), "\(mistake.message)")
        #expect(mistake.range != nil)
        #expect(loaded.warnings.count == 2, "the other plugins have nothing to say about it")
    }

    @Test func unknownOptionsAndLameExpressionsAreTold() throws {
        let loaded = try constructed(
            "composee: {a: 1}\nkeyed_groups: [{key: region, prefx: x}]\ncompose: {num: 5, bad: '1 +'}\n")
        #expect(loaded.unparsed.isEmpty)
        #expect(loaded.warnings.compactMap(\.help).filter { $0.hasPrefix("did you mean") }.count == 2)
        #expect(loaded.warnings.count == 4)
    }

    @Test func variablesBesideSourcesOnlyWhereAskedFor() throws {
        let files = ["group_vars/web.yml": "gv: 1\n"]
        let expression = "compose: {seen: gv}\n"
        #expect(try constructed(expression, files: files).inventory.constant("seen", of: "web1") == nil)
        let asked = try constructed("use_vars_plugins: true\n" + expression, files: files)
        #expect(try asked.inventory.constant("seen", of: "web1") == 1)
        let all = ["group_vars/all.yml": "gv: 2\n", "hosts.yml": "web: {hosts: {web1: }}\n"]
        let unnamed = try constructed("use_vars_plugins: true\n" + expression, files: all)
        #expect(try unnamed.inventory.constant("seen", of: "web1") == nil)
    }

    @Test func extraVariablesOnlyWhereAskedFor() throws {
        var settings = InventorySettings()
        settings.extraVariables = ["ev": .constant("5")]
        let expression = "compose: {seen: ev}\n"
        #expect(try constructed(expression, settings: settings).inventory.constant("seen", of: "db1") == nil)
        let asked = try constructed("use_extra_vars: true\n" + expression, settings: settings)
        #expect(try asked.inventory.constant("seen", of: "db1") == "5")
        settings.usesExtraVariables = true
        #expect(try constructed(expression, settings: settings).inventory.constant("seen", of: "db1") == "5")
    }
}

@Suite struct GeneratorTests {
    private static let text = """
        plugin: generator
        hosts:
          name: "{{ operation }}_{{ application }}_{{ environment }}"
          parents:
            - name: "{{ operation }}_{{ application }}"
              parents:
                - name: "{{ operation }}"
                - name: "{{ application }}"
                  vars: {application: "{{ application }}", deep: ["{{ environment }}"]}
            - name: runner
              vars: {fixed: 1}
        layers:
          operation: [build, launch]
          environment: [dev, test]
          application: [web, api]
        """

    @Test func combinesLayers() throws {
        let inventory = try Scratch(["made.yml": Self.text]).load("made.yml").inventory
        #expect(inventory.hostNames.prefix(3) == ["build_web_dev", "build_api_dev", "build_web_test"])
        #expect(inventory.hostNames.count == 8)
        #expect(
            inventory.groupNames.dropFirst(2) == [
                "build_web", "build", "web", "runner", "build_api", "api", "launch_web", "launch", "launch_api",
            ])
        #expect(inventory.childNames(ofGroup: "web") == ["build_web", "launch_web"])
        #expect(try inventory.constant("application", of: "launch_api_dev") == "api")
        #expect(try inventory.constant("fixed", of: "launch_api_dev") == 1)
    }

    @Test(arguments: [
        ("hosts: {parents: []}\nlayers: {a: [1]}\n", "needs a 'name'"),
        ("hosts: {name: 'h{{ a }}'}\n", "needs 'layers'"),
        ("hosts: {name: 'h{{ b }}'}\nlayers: {a: [1]}\n", "'b' is undefined"),
        ("hosts: {name: 'h{{ a }}', parents: [{vars: {}}]}\nlayers: {a: [1]}\n", "a parent needs a 'name'"),
        ("hosts: {name: h}\nlayers: {a: 5}\n", "list of values"),
    ]) func mistakes(_ text: String, _ message: String) throws {
        let loaded = try Scratch(["made.yml": "plugin: generator\n" + text]).load("made.yml")
        #expect(loaded.warnings.first?.message.contains(message) ?? false, "\(loaded.warnings)")
        #expect(loaded.unparsed.count == 1)
    }
}

@Suite struct PluginChoiceTests {
    @Test func onlyEnabledPluginsAreAsked() throws {
        let scratch = try Scratch(["hosts": "[g]\nh1\n", "made.config": "plugin: constructed\ncompose: {a: '1'}\n"])
        var settings = InventorySettings()
        settings.plugins = ["yaml"]
        #expect(InventoryLoader(settings: settings).load([scratch.path + "/hosts"]).unparsed.count == 1)
        settings.plugins = ["ini", "ansible.builtin.constructed", "bogus"]
        let loaded = InventoryLoader(settings: settings).load([scratch.path + "/hosts", scratch.path + "/made.config"])
        #expect(loaded.warnings.first?.message == "Failed to load inventory plugin, skipping bogus")
        #expect(loaded.inventory.hostNames == ["h1"])
    }

    @Test func anUnknownPluginIsNamed() throws {
        let loaded = try Scratch(["x.yml": "plugin: amazon.aws.aws_ec2\n"]).load("x.yml")
        #expect(loaded.warnings.first?.message == "inventory plugin 'amazon.aws.aws_ec2' is not built in")
        #expect(loaded.warnings.first?.range?.position.line == 1)
    }

    @Test func directoriesIgnoreWhatTheSettingsSay() throws {
        let scratch = try Scratch(["inv/10.ini": "a\n", "inv/20.ini": "b\n", "inv/x.skip": "c\n", "inv/y.txt": "d\n"])
        var settings = InventorySettings()
        settings.ignoredExtensions = [".skip"]
        try settings.ignoreNames(matching: "^2")
        #expect(InventoryLoader(settings: settings).load([scratch.path + "/inv"]).inventory.hostNames == ["a", "d"])
    }
}

@Suite struct TOMLTests {
    private func toml(_ text: String) throws -> InventoryLoader.Loaded {
        try Scratch(["hosts.toml": text]).load("hosts.toml")
    }

    @Test func groupsHostsAndVariables() throws {
        let inventory = try toml(
            """
            # comment
            [all.vars]
            has_java = false
            [web]
            children = [
                "apache",   # c
                "nginx"
            ]
            vars = { http_port = 8080 }
            [web.hosts]
            host1 = {}
            host2 = { ansible_port = 222 }
            [apache.hosts]
            "tomcat[3:4]" = { secret = "03#x", f = 1.5, e = 1e3, h = 0xff, u = 1_000, ml = \"\"\"
            a\\tb
            c\"\"\", lit = 'C:\\x', arr = [1, [2, "x"]], b = true, t = 07:32:00 }
            [nginx.hosts]
            "q:8022" = {}
            [nginx.vars]
            has_java = true
            [nginx.vars.deep]
            a.b = 1
            [[nginx.vars.tables]]
            x = 1
            [[nginx.vars.tables]]
            x = 2
            """
        ).inventory
        #expect(inventory.childNames(ofGroup: "web") == ["apache", "nginx"])
        #expect(inventory.hostNames(inGroup: "web") == ["host1", "host2", "tomcat3", "tomcat4", "q"])
        func value(_ name: String, _ host: String = "tomcat4") throws -> Value? {
            try inventory.constant(name, of: host)
        }
        #expect(try value("has_java") == false)
        #expect(try value("has_java", "q") == true)
        #expect(try value("ansible_port", "q") == 8022)
        #expect(try value("secret") == "03#x")
        #expect(try value("e") == .float(1000))
        #expect(try value("h") == 255)
        #expect(try value("u") == 1000)
        #expect(try value("ml") == "a\tb\nc")
        #expect(try value("lit") == "C:\\x")
        #expect(try value("arr") == [1, [2, "x"]])
        #expect(try value("t") == "07:32:00")
        #expect(try value("deep", "q") == ["a": ["b": 1]])
        #expect(try value("tables", "q") == [["x": 1], ["x": 2]])
    }

    @Test(arguments: [
        ("[web.hosts]\nh1 = {\n", "expected a key", 2), ("[web]\nhosts = [\"h1\"]\n", "has to be a mapping", 2),
        ("[web]\nchildren = { a = {} }\n", "has to be a list", 2), ("[a]\nx = 1\nx = 2\n", "defined twice", 3),
        ("[a]\n[a]\n", "defined twice", 2), ("[a\n", "expected ']'", 1), ("[a]\nx = yes\n", "no value of TOML", 2),
        ("[a]\nx = \"\n", "never closed", 2), ("[a]\nx = 1 y\n", "end of the line", 2),
    ]) func mistakesHavePlaces(_ text: String, _ message: String, _ line: Int) throws {
        let loaded = try toml(text)
        let mistake = try #require(loaded.warnings.first)
        #expect(mistake.message.contains(message), "\(mistake.message)")
        #expect(mistake.range?.position.line == line)
        #expect(loaded.unparsed.count == 1)
    }
}
