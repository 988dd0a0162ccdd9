// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every target is held to the same rules: language mode 6, warnings are errors, `any` is written out.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func library(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    swiftSettings: [SwiftSetting] = settings, plugins: [Target.PluginUsage] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings, plugins: plugins)
}

/// Documents and cases beside each module: the plugin and the tests read them, the compiler does not.
let moduleDocuments: [String] = {
    let builtin = Context.packageDirectory + "/Sources/Modules/Builtin"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: builtin)) ?? []
    return folders.flatMap { folder in ["module.md", "module.cases.yml"].map { "Builtin/\(folder)/\($0)" } }
        .filter { FileManager.default.fileExists(atPath: Context.packageDirectory + "/Sources/Modules/" + $0) }
}()

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "drover",
    products: [.executable(name: "drover", targets: ["drover"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        system("CLibSSH", pkgConfig: "libssh", apt: "libssh-dev"),
        system("CLibYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CPCRE2", pkgConfig: "libpcre2-8", apt: "libpcre2-dev"),
        system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CCrypt", pkgConfig: "libcrypt", apt: "libcrypt-dev"),

        library("Diagnostics", []),
        library("Digests", ["CCrypto", "CCrypt"]),
        library("Values", ["Diagnostics", "CCrypto"]),
        library("YAML", ["Values", "Diagnostics", "Digests", "CLibYAML"]),
        library("Regexes", ["Diagnostics", "CPCRE2"]),
        library("Templates", ["Values", "Diagnostics", "Regexes", "Digests", "YAML"]),
        library("Vaults", ["Diagnostics", "Digests"]),
        library("Inventories", ["YAML", "Values", "Templates", "Diagnostics", "Regexes", "Vaults"]),
        library("SSH", ["CLibSSH"]),
        library("Connections", ["SSH", "Diagnostics"]),
        library(
            "Modules", ["Connections", "Templates", "Values", "Diagnostics", "Regexes", "Digests", "YAML"],
            exclude: moduleDocuments, plugins: ["EmbedModules"]),
        library("Playbooks", ["YAML", "Templates", "Values", "Diagnostics", "Vaults", "Modules"]),
        library(
            "Engine",
            [
                "Playbooks", "Inventories", "Modules", "Connections", "Vaults", "Templates", "Regexes", "YAML",
                "Values",
                "Diagnostics",
            ]),
        library(
            "Services",
            [
                "Engine", "Playbooks", "Inventories", "Modules", "Templates", "Digests", "YAML", "Values",
                "Diagnostics",
            ]),
        library("Reports", ["Engine", "Playbooks", "Modules", "Digests", "YAML", "Values", "Diagnostics"]),
        library(
            "CLI",
            [
                "Reports", "Services", "Engine", "Playbooks", "Inventories", "Modules", "Connections", "Vaults",
                "Templates", "YAML", "Values", "Diagnostics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "drover", dependencies: ["CLI"], swiftSettings: settings),

        .executableTarget(name: "embed-modules", path: "Plugins/embed-modules", swiftSettings: settings),
        .executableTarget(
            name: "template-benchmark", dependencies: ["Templates", "Values", "Diagnostics", "Digests"],
            path: "Benchmarks/templates/Driver", swiftSettings: settings),
        .plugin(
            name: "EmbedModules", capability: .buildTool(), dependencies: ["embed-modules"],
            path: "Plugins/EmbedModules"),

        .target(name: "TestPrograms", path: "Tests/TestPrograms", swiftSettings: settings),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("ValuesTests", ["Values", "Diagnostics"]),
        tests("RegexesTests", ["Regexes", "Values", "Diagnostics"], resources: [.copy("Goldens")]),
        tests("DigestsTests", ["Digests"]),
        tests(
            "YAMLTests", ["YAML", "Templates", "Values", "Diagnostics"], resources: [.copy("Goldens")]),
        tests(
            "TemplatesTests", ["Templates", "Values", "Diagnostics", "YAML"], exclude: ["Differential/generate.py"],
            resources: [.copy("Goldens")]),
        tests("VaultsTests", ["Vaults", "Diagnostics", "TestPrograms"]),
        tests(
            "InventoriesTests", ["Inventories", "Templates", "YAML", "Values", "Diagnostics", "TestPrograms"]),
        tests("ConnectionsTests", ["Connections", "SSH", "Diagnostics", "TestPrograms"]),
        tests(
            "ModulesTests",
            [
                "Modules", "Connections", "Templates", "YAML", "Regexes", "Digests", "Values", "Diagnostics",
                "TestPrograms",
            ], exclude: ["SystemGoldens", "Docker/docker"]),
        tests("PlaybooksTests", ["Playbooks", "Modules", "Templates", "Values", "Diagnostics"]),
        tests(
            "EngineTests", ["Engine", "Playbooks", "Inventories", "Modules", "Connections", "Values", "Diagnostics"]),
        tests("ServicesTests", ["Services", "Engine", "Modules", "YAML", "Values", "Diagnostics"]),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "drover", "CLI", "Engine", "Reports", "Diagnostics", "Values",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: ["Transcripts"], swiftSettings: settings),
        tests(
            "FleetTests",
            [
                "Connections", "SSH", "Diagnostics", "Values", "TestPrograms",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
    ]
)
