//! `drover config`, which `ansible-config` is another name for: which settings count, and where they come from.

import ArgumentParser
import Diagnostics
import Reports
import Values
import YAML

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show the settings of ansible.cfg and the environment.",
        subcommands: [ConfigDump.self, ConfigList.self, ConfigView.self, ConfigValidate.self, ConfigInit.self])
}

/// How settings are printed.
enum ConfigFormat: String, ExpressibleByArgument, CaseIterable {
    case display, json, yaml, env, ini

    func write(_ value: Value) throws(Diagnostic) -> String {
        guard self == .yaml else { return try value.json(indent: 4, sortKeys: true, ascii: false) + "\n" }
        var style = YAMLStyle()
        style.defaultFlowStyle = false
        return try value.yaml(style)
    }

    func requireOne(of formats: [ConfigFormat]) throws {
        guard !formats.contains(self) else { return }
        let names = formats.map(\.rawValue).joined(separator: ", ")
        throw Diagnostic(.usage, "this command has no format '\(rawValue)'", help: "use one of \(names)").exiting(2)
    }
}

/// What all of the subcommands take.
struct ConfigOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "This configuration file instead of the one that would be found.")
    var config: String?

    @Flag(name: .shortAndLong, help: "Say which file is read.")
    var verbose: Int

    func configuration() throws(Diagnostic) -> Configuration {
        var environment = ProcessEnvironment.all
        if let config { environment["ANSIBLE_CONFIG"] = config }
        let configuration = try Configuration(environment: environment)
        if verbose > 0 {
            ConfigOutput.write(
                configuration.file.map { "Using \($0) as config file\n" } ?? "No config file found; using defaults\n")
        }
        return configuration
    }
}

enum ConfigOutput {
    private static let output = Output.standard(isColoured: false, width: 80)

    static func write(_ text: String) { output.write(text) }
    static func warn(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics { output.writeError(diagnostic.rendered(isColoured: false)) }
    }
}

struct ConfigDump: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Show the settings that mean something here, with their values.")
    @OptionGroup var options: ConfigOptions
    @Flag(name: [.customLong("only-changed"), .customLong("changed-only")], help: "Only what is not the default.")
    var onlyChanged = false
    @Option(name: .shortAndLong, help: "display, json or yaml.") var format = ConfigFormat.display
    @Option(name: .shortAndLong, help: "base: plugins have no settings of their own here.") var type = "base"

    func run() throws {
        guard ["base", "all"].contains(type) else {
            throw Diagnostic(
                .usage, "there are no settings of type '\(type)'", help: "those of connections are among the others"
            ).exiting(2)
        }
        try format.requireOne(of: [.display, .json, .yaml])
        let configuration = try options.configuration()
        ConfigOutput.warn(configuration.warnings)
        var entries = [("CONFIG_FILE", "", configuration.file.map { Value.string($0) } ?? .none)]
        for setting in Setting.honoured {
            let origin = configuration.origin(of: setting)
            if onlyChanged, origin == "default" { continue }
            entries.append((setting.name, origin, configuration.value(of: setting)))
        }
        entries.sort { $0.0 < $1.0 }
        guard format == .display else {
            let list = entries.map { name, origin, value -> Value in
                ["name": .string(name), "origin": .string(origin), "value": value]
            }
            return ConfigOutput.write(try format.write(.list(list)))
        }
        for (name, origin, value) in entries {
            ConfigOutput.write("\(name)(\(origin)) = \(try value.text())\n")
        }
    }
}

struct ConfigList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the settings that mean something here, and where they may be written.")
    @OptionGroup var options: ConfigOptions
    @Option(name: .shortAndLong, help: "yaml or json.") var format = ConfigFormat.yaml

    func run() throws {
        try format.requireOne(of: [.json, .yaml])
        var map: OrderedMap = [:]
        for setting in Setting.honoured { map[setting.name] = setting.description }
        ConfigOutput.write(try format.write(.dict(map)))
    }
}

struct ConfigView: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "view", abstract: "Print the configuration file.")
    @OptionGroup var options: ConfigOptions

    func run() throws {
        guard let source = try options.configuration().source else {
            throw Diagnostic(
                .configuration, "there is no configuration file",
                help: "write ./ansible.cfg, ~/.ansible.cfg or /etc/ansible/ansible.cfg")
        }
        ConfigOutput.write(source.text.hasSuffix("\n") ? source.text : source.text + "\n")
    }
}

struct ConfigValidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Find settings that nobody knows.")
    @OptionGroup var options: ConfigOptions
    @Option(name: .shortAndLong, help: "ini: the file; env: the environment.") var format = ConfigFormat.ini

    func run() throws {
        try format.requireOne(of: [.ini, .env])
        let configuration = try options.configuration()
        let mistakes =
            format == .ini ? configuration.unknownEntries(severity: .error) : configuration.unknownVariables
        ConfigOutput.warn(mistakes)
        if !mistakes.isEmpty { throw ExitCode(1) }
        ConfigOutput.write("All configurations seem valid!\n")
    }
}

extension Configuration {
    /// A setting's value as data.
    func value(of setting: Setting) -> Value {
        guard let text = text(setting) else {
            return setting.kind == .list || setting.kind == .searchPath || setting.kind == .sources ? [] : .none
        }
        return switch setting.kind {
        case .flag: .bool(flag(setting))
        case .number: number(setting).map { .int($0) } ?? .none
        case .list: .list(list(setting).map { .string($0) })
        case .searchPath, .sources: .list(paths(setting).map { .string($0) })
        case .path: path(setting).map { .string($0) } ?? .none
        case .decimal, .text: .string(text)
        }
    }

    /// `ANSIBLE_…` that no setting has.
    var unknownVariables: [Diagnostic] {
        let known = Set(Setting.all.flatMap(\.variables)).union(["ANSIBLE_CONFIG"])
        return environment.keys.filter { $0.hasPrefix("ANSIBLE_") && !known.contains($0) }.sorted().map { name in
            Diagnostic(
                .configuration, "Found unknown environment variable '\(name)'",
                help: Suggestion.help(for: name, among: known))
        }
    }
}

extension Setting {
    fileprivate var description: Value {
        var map: OrderedMap = ["default": fallback.map { .string($0) } ?? .none]
        if !variables.isEmpty { map["env"] = .list(variables.map { ["name": .string($0)] }) }
        if !keys.isEmpty {
            map["ini"] = .list(
                keys.map { key in
                    let parts = key.split(separator: ".", maxSplits: 1).map { Value.string(String($0)) }
                    return ["section": parts[0], "key": parts[1]]
                })
        }
        if !choices.isEmpty { map["choices"] = .list(choices.map { .string($0) }) }
        return .dict(map)
    }
}
