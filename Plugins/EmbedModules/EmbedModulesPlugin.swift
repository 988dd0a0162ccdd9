//! Runs `embed-modules` before the target `Modules` is built.

import Foundation
import PackagePlugin

@main
struct EmbedModulesPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        let builtin = target.directoryURL.appending(path: "Builtin")
        let output = context.pluginWorkDirectoryURL.appending(path: "BuiltinModules.swift")
        let sources = target.sourceFiles.map(\.url).filter { $0.lastPathComponent.hasSuffix("Module.swift") }
        let documents = sources.map { $0.deletingLastPathComponent().appending(path: "module.md") }
            .filter { FileManager.default.fileExists(atPath: $0.path()) }
        let inputs = sources + documents
        return [
            .buildCommand(
                displayName: "Writing the registry of modules",
                executable: try context.tool(named: "embed-modules").url,
                arguments: [builtin.path(), output.path()], inputFiles: inputs, outputFiles: [output])
        ]
    }
}
