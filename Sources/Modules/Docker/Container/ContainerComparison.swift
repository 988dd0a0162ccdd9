//! Which options of a container differ from what is asked, by the rules of `comparisons`.

import Diagnostics
import Values

/// How an option's difference is judged.
package enum ContainerComparison: String, Sendable {
    case strict, ignore
    case allowMorePresent = "allow_more_present"

    /// Whether what is there satisfies what is asked.
    func holds(_ wanted: Value, _ actual: Value, shape: ContainerOption.Shape) -> Bool {
        switch (self, shape) {
        case (.ignore, _): true
        case (_, .value): wanted == actual
        case (.strict, .list): wanted == actual
        case (.strict, .set): Set(wanted.list ?? []) == Set(actual.list ?? [])
        case (.strict, .dict): wanted == actual
        case (.allowMorePresent, .list): isSubsequence(wanted.list ?? [], of: actual.list ?? [])
        case (.allowMorePresent, .set): Set(wanted.list ?? []).isSubset(of: actual.list ?? [])
        case (.allowMorePresent, .dict): (wanted.dict ?? [:]).allSatisfy { actual.dict?[$0.key] == $0.value }
        }
    }

    private func isSubsequence(_ wanted: [Value], of actual: [Value]) -> Bool {
        var rest = actual[...]
        for item in wanted {
            guard let index = rest.firstIndex(of: item) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}

/// The rules of one task.
package struct ContainerComparisons: Sendable {
    private let rules: [String: ContainerComparison]
    private let everything: ContainerComparison?

    /// Checks the argument `comparisons` against the options that exist.
    init(_ arguments: ModuleArguments, options: [ContainerOption]) throws(Diagnostic) {
        var rules: [String: ContainerComparison] = [:]
        var everything: ContainerComparison?
        let known = options.map(\.name) + ["image", "networks"]
        for (key, value) in arguments.dict("comparisons") ?? [:] {
            let key = key.scalarText ?? ""
            guard let rule = value.string.flatMap(ContainerComparison.init) else {
                throw arguments.invalid(
                    "comparisons", "the comparison of '\(key)' must be strict, ignore or allow_more_present")
            }
            if key == "*" {
                guard rule != .allowMorePresent else {
                    throw arguments.invalid("comparisons", "the comparison of '*' must be strict or ignore")
                }
                everything = rule
                continue
            }
            let option = options.first { $0.name == key || $0.argument.aliases.contains(key) }
            guard let name = option?.name ?? known.first(where: { $0 == key }) else {
                throw arguments.invalid(
                    "comparisons", "'\(key)' in 'comparisons' is no option of a container",
                    help: Suggestion.help(for: key, among: known))
            }
            if rule == .allowMorePresent, option?.shape == .value || name == "image" {
                throw arguments.invalid(
                    "comparisons", "'\(key)' is a single value and can only be compared strict or ignore")
            }
            rules[name] = rule
        }
        if arguments.bool("ignore_image") == true { rules["image"] = .ignore }
        if arguments.bool("purge_networks") == true { rules["networks"] = .strict }
        self.rules = rules
        self.everything = everything
    }

    func rule(for option: ContainerOption) -> ContainerComparison {
        if let rule = rules[option.name] ?? everything { return rule }
        if option.ignoredByDefault { return .ignore }
        return option.shape == .value || option.shape == .list ? .strict : .allowMorePresent
    }

    var image: ContainerComparison { rules["image"] ?? everything ?? .strict }
    var networks: ContainerComparison { rules["networks"] ?? (everything == .ignore ? .ignore : .allowMorePresent) }
}

/// One option that is not as asked.
struct ContainerDifference: Sendable {
    let name: String
    let wanted: Value
    let actual: Value
    let updatable: Bool
}
