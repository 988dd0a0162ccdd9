//! Makes modules: with their arguments held to what is pinned, where something is.

import Diagnostics
import Values

extension Pinning {
    /// The module of a call. Which release of which distribution the host runs is asked of it where nobody knows.
    package static func module(
        _ type: any Module.Type, _ arguments: ModuleArguments, context: ModuleContext
    ) throws(Diagnostic) -> any Module {
        guard let pinning = context.pinning, !type.spec.pinnable.isEmpty, Pinnable.installs(arguments) else {
            return try type.init(arguments, context: context)
        }
        if context.platform == nil, type.spec.namesPackages(arguments) {
            return PinnedModule(type: type, arguments: arguments, context: context)
        }
        let (held, offences) = pinning.held(arguments, of: type.spec, on: context.platform)
        if var first = offences.first {
            first.notes += offences.dropFirst().map(\.message)
            throw first
        }
        return try type.init(held, context: context)
    }
}

extension ModuleSpec {
    /// Whether a call names packages.
    package func namesPackages(_ arguments: ModuleArguments) -> Bool {
        pinnable.contains { if case .packages(let name, _) = $0 { arguments[name] != nil } else { false } }
    }
}

/// A module that has to know its host before its arguments are what they shall be.
private struct PinnedModule: Module {
    static let spec = ModuleSpec(["pinned"], "A module with pins")

    private let type: any Module.Type
    private let arguments: ModuleArguments
    private let context: ModuleContext

    init(type: any Module.Type, arguments: ModuleArguments, context: ModuleContext) {
        self.type = type
        self.arguments = arguments
        self.context = context
    }

    init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        throw Diagnostic(.internal, "pins belong to a module")
    }

    func start() throws(Diagnostic) -> Step {
        .observe(Platform.probe) { [self] answer throws(Diagnostic) in
            try Pinning.module(type, arguments, context: context.on(Platform(answer))).start()
        }
    }
}
