//! What has to happen to a container that exists: nothing, small changes, or another one in its place.

import Values

/// The difference between a container and a request, and what follows from it.
struct ContainerPlan: Sendable {
    let differences: [ContainerDifference]
    let needsReplacement: Bool
    let adjustments: [ContainerAdjustment]
    let isRunning: Bool
    private let name: String
    private let networkChanges: ContainerNetworkChanges

    var isEmpty: Bool { !needsReplacement && adjustments.isEmpty }

    init(_ request: ContainerRequest, _ view: ContainerView, _ state: ContainerState) {
        name = request.name
        isRunning = state.container.at("State", "Running")?.bool ?? false
        let options = request.options.compactMap { option, value in
            Self.difference(option, Self.merged(option, value, view), state, request)
        }
        let image = Self.imageDifference(request, view, state)
        differences = image.map { [$0] + options } ?? options
        needsReplacement = request.recreate || differences.contains { !$0.updatable }
        networkChanges = ContainerNetworkChanges(request.networks, of: state, rule: request.comparisons.networks)
        let paused = state.container.at("State", "Paused")?.bool ?? false
        adjustments = Self.adjustments(
            request, updates: options, networks: networkChanges, isRunning: isRunning, isPaused: paused)
    }

    private static func merged(_ option: ContainerOption, _ value: Value, _ view: ContainerView) -> Value {
        guard option.name == "env", var environment = view.fileEnvironment else { return value }
        environment.merge(value.dict ?? [:])
        return .dict(environment)
    }

    static func difference(
        _ option: ContainerOption, _ wanted: Value, _ state: ContainerState, _ request: ContainerRequest
    ) -> ContainerDifference? {
        let rule = request.comparisons.rule(for: option)
        let actual = option.actual(state)
        var expected = wanted
        if rule == .strict {
            switch option.inherited(state) {
            case .dict(var inherited):
                inherited.merge(wanted.dict ?? [:])
                expected = .dict(inherited)
            case .list(let inherited): expected = .list((wanted.list ?? []) + inherited)
            default: break
            }
        }
        guard !rule.holds(expected, actual, shape: option.shape) else { return nil }
        return ContainerDifference(name: option.name, wanted: expected, actual: actual, updatable: option.updatable)
    }

    private static func imageDifference(
        _ request: ContainerRequest, _ view: ContainerView, _ state: ContainerState
    ) -> ContainerDifference? {
        guard let wanted = request.image, request.comparisons.image != .ignore else { return nil }
        let name = state.config("Image")?.string ?? ""
        let sameImage = view.image?["Id"] == state.container["Image"]
        // A digest that is pinned now says of the same image what its tag said before.
        let names = [name, wanted].map { ImageReference($0) }.map { $0.tag == nil ? $0 : $0.withoutDigest }
        let sameName = ImageReference.isID(wanted) || names[0].familiar == names[1].familiar
        if sameImage, sameName || request.ignoresImageName { return nil }
        let suffix = sameName ? " (\(state.container["Image"]?.string ?? "?"))" : ""
        return ContainerDifference(
            name: "image",
            wanted: .string(sameName ? "\(wanted) (\(view.image?["Id"]?.string ?? "not there yet"))" : wanted),
            actual: .string(name + suffix), updatable: false)
    }

    private static func adjustments(
        _ request: ContainerRequest, updates: [ContainerDifference], networks: ContainerNetworkChanges,
        isRunning: Bool, isPaused: Bool
    ) -> [ContainerAdjustment] {
        var steps: [ContainerAdjustment] = []
        let changed = Set(updates.filter(\.updatable).map(\.name))
        let words = request.options.filter { changed.contains($0.option.name) }.flatMap { $0.option.flags($0.value) }
        if !words.isEmpty { steps.append(.update(words)) }
        if !networks.isEmpty { steps.append(.networks(networks)) }
        switch request.state {
        case .started, .healthy:
            if !isRunning { steps.append(.start) } else if request.restart { steps.append(.restart) }
        case .stopped:
            if isPaused { steps.append(.unpause) }
            if isRunning { steps.append(.stop) }
            return steps
        case .present:
            if isRunning, request.restart { steps.append(.restart) }
        case .absent: return []
        }
        if let paused = request.paused, paused != isPaused, isRunning || paused {
            steps.append(paused ? .pause : .unpause)
        }
        return steps
    }

    /// What `--diff` shows: one line for each option.
    var shownDifferences: [Difference] {
        var before = ""
        var after = ""
        for difference in differences {
            before += "\(difference.name): \(Self.text(difference.actual))\n"
            after += "\(difference.name): \(Self.text(difference.wanted))\n"
        }
        for network in networkChanges.connect { after += "network: \(network.name)\n" }
        for network in networkChanges.disconnect { before += "network: \(network)\n" }
        for step in adjustments {
            switch step {
            case .start, .restart: (before, after) = (before + "running: \(isRunning)\n", after + "running: true\n")
            case .stop: (before, after) = (before + "running: true\n", after + "running: false\n")
            case .pause: (before, after) = (before + "paused: false\n", after + "paused: true\n")
            case .unpause: (before, after) = (before + "paused: true\n", after + "paused: false\n")
            case .update, .networks: break
            }
        }
        return [Difference(beforeHeader: name, afterHeader: name, before: before, after: after)]
    }

    private static func text(_ value: Value) -> String { value.scalarText ?? ((try? value.json()) ?? "") }

    /// Whether an image is of the platform that is asked for.
    static func isForPlatform(_ platform: String?, _ image: OrderedMap?) -> Bool {
        guard let platform, let image else { return true }
        let parts = platform.split(separator: "/").map(String.init)
        let keys = ["Os", "Architecture", "Variant"]
        return zip(parts, keys).allSatisfy { part, key in (image[key]?.string ?? part) == part }
    }
}
