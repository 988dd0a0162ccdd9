//! `drover config init`: a configuration file, or an environment, with every setting at its default.

import ArgumentParser
import Diagnostics

struct ConfigInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Print a configuration file with all settings at their defaults.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Make every setting a comment.") var disabled = false
    @Option(name: .shortAndLong, help: "ini: a file; env: variables of the environment.") var format = ConfigFormat.ini
    @Option(name: .shortAndLong, help: "base: plugins have no settings of their own here.") var type = "base"

    func run() throws {
        try format.requireOne(of: [.ini, .env])
        guard ["base", "all"].contains(type) else {
            throw Diagnostic(.usage, "there are no settings of type '\(type)'").exiting(2)
        }
        ConfigOutput.write(format == .ini ? file : variables)
    }

    /// Sections as Ansible has them: the defaults first.
    private var file: String {
        var sections: [String: [String]] = [:]
        for setting in Setting.honoured {
            guard let place = setting.keys.first, let dot = place.firstIndex(of: ".") else { continue }
            // An empty value would be one.
            let line =
                (disabled || setting.fallback == nil ? ";" : "")
                + "\(place[place.index(after: dot)...])=\(setting.writtenDefault)"
            sections[String(place[..<dot]), default: []].append("\(setting.comment)\n\(line)\n\n")
        }
        let names = ["defaults"] + sections.keys.filter { $0 != "defaults" }.sorted()
        return names.map { "[\($0)]\n\(sections[$0]?.joined() ?? "")" }.joined(separator: "\n")
    }

    private var variables: String {
        Setting.honoured.compactMap { setting in
            setting.variables.first.map { name in
                "\(setting.comment)\n\(disabled || setting.fallback == nil ? "#" : "")\(name)=\(setting.writtenDefault)\n\n"
            }
        }.joined()
    }
}

extension Setting {
    fileprivate var comment: String {
        let kind =
            switch self.kind {
            case .flag: "boolean"
            case .number: "integer"
            case .decimal: "float"
            case .text: "string"
            case .list: "list"
            case .path: "path"
            case .searchPath, .sources: "pathlist"
            }
        let among = choices.isEmpty ? "" : ": " + choices.joined(separator: ", ")
        return "# (\(kind)) \(name)\(among)"
    }

    /// The default as the file takes it.
    fileprivate var writtenDefault: String {
        guard let fallback else { return "" }
        return kind == .flag ? fallback == "true" ? "True" : "False" : fallback
    }
}
