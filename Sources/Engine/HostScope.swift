//! The variables of one host for one task: layers that are looked up, never merged.

import Diagnostics
import Inventories
import Modules
import Playbooks
import Templates
import Values

/// Ansible's 22 levels of precedence as a walk from the strongest to the weakest.
struct HostScope: VariableSource {
    let context: TaskContext
    let host: String
    let frame: Frame
    /// Loop variables, the task's own result while its conditions are judged.
    var locals: [String: Value] = [:]
    /// The host that acts in place of `host`.
    var delegate: String?
    /// What others see of a host, in `hostvars`: nothing that the play, a role or a task says.
    var isOutsidePlay = false
    /// Learns of every name that a template asks for.
    var onUse: (@Sendable (String) -> Void)?

    func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue? {
        onUse?(name)
        if let value = try written(name) { return value }
        return isOutsidePlay ? nil : try fallback(name)
    }

    /// What somebody has said about a variable, without what follows from the way a host is reached.
    func written(_ name: String) throws(Diagnostic) -> TemplatedValue? {
        var found: TemplatedValue?
        let merges = context.run.settings.mergesHashes
        try visit(name) { value, _ in
            guard merges, let stronger = found else {
                found = value
                return !merges || !value.isDict
            }
            guard let merged = stronger.merged(over: value) else { return true }
            found = merged
            return false
        }
        return found
    }

    /// Every definition of a variable, the strongest first, until `body` has seen enough.
    func visit(_ name: String, _ body: (TemplatedValue, VariableOrigin) -> Bool) throws(Diagnostic) {
        if let value = locals[name], body(.constant(value), .local) { return }
        if let value = try magic(name), body(.constant(value), .magic) { return }
        if let value = context.run.settings.extraVariables[name], body(value, .extraVariables) { return }
        let state = context.state(of: host)
        if !isOutsidePlay, let value = roleParameter(name), body(value, .roleParameter) { return }
        if let value = state.variables[name], body(.constant(value), .setByTask) { return }
        if let value = state.included[name], body(value, .setByTask) { return }
        if !isOutsidePlay {
            if let value = taskVariable(name), body(value, .task) { return }
            if let value = roleVariable(name), body(value, .role) { return }
            if let value = playVariable(name), body(value, .play) { return }
        }
        if let value = fact(name, of: state), body(.constant(value), .facts) { return }
        for layer in try inventoryLayers().reversed() {
            if let value = layer[name], body(value, .inventory(layer)) { return }
        }
        if !isOutsidePlay, let value = roleDefault(name), body(value, .roleDefault) { return }
    }

    func warn(_ warning: Diagnostic) {
        if context.guess == nil { context.run.emit(.warning(warning)) }
    }

    func templateSource(_ name: String) throws(Diagnostic) -> SourceFile {
        let controller = TaskController(scope: self)
        let path = try controller.path(of: name, in: .templates)
        return SourceFile(path: path, bytes: try controller.read(path, decrypt: true))
    }

    var vaulting: Vaulting? { .vaults }

    var renderScope: RenderScope { RenderScope(self, environment: context.run.environment) }

    /// Strongest last.
    private func inventoryLayers() throws(Diagnostic) -> [VariableLayer] {
        try context.inventory.layers(for: host, playbookDirectory: context.play.play.folder)
    }

    private func roleParameter(_ name: String) -> TemplatedValue? {
        for instance in roleChain { if let value = instance.parameters[name] { return value } }
        return nil
    }

    /// `vars:` of the task and everything around it, without the play's.
    private func taskVariable(_ name: String) -> TemplatedValue? {
        var next: Frame? = frame
        while let frame = next, !frame.isPlay {
            if let value = frame.variables[name] { return value }
            next = frame.parent
        }
        return nil
    }

    /// The role of this place, then those that depend on it.
    private var roleChain: [RoleInstance] {
        var chain: [RoleInstance] = []
        var next: Frame? = frame
        while let frame = next {
            if case .role(let instance) = frame.kind { chain.append(instance) }
            next = frame.parent
        }
        return chain
    }

    private func roleVariable(_ name: String) -> TemplatedValue? {
        for instance in roleChain { if let value = instance.find(name, in: \.variables) { return value } }
        for instance in context.play.publicRoles.reversed() { if let value = instance.variables[name] { return value } }
        return nil
    }

    private func roleDefault(_ name: String) -> TemplatedValue? {
        for instance in roleChain { if let value = instance.find(name, in: \.defaults) { return value } }
        for instance in context.play.publicRoles.reversed() { if let value = instance.defaults[name] { return value } }
        return nil
    }

    private func playVariable(_ name: String) -> TemplatedValue? {
        for layer in (context.variableFiles[host] ?? []).reversed() { if let value = layer[name] { return value } }
        if let value = context.play.prompts[name] { return .constant(value) }
        for frame in context.play.play.frame.chain.reversed() {
            if let value = frame.variables[name] { return value }
        }
        return nil
    }

    /// `ansible_NAME` for a fact; connection settings never come from what a host said.
    private func fact(_ name: String, of state: HostState) -> Value? {
        guard context.run.settings.injectsFacts, !ConnectionVariables.names.contains(name) else { return nil }
        guard name.hasPrefix("ansible_") else { return state.plainFacts.contains(name) ? state.facts[name] : nil }
        return state.facts[String(name.dropFirst("ansible_".count))] ?? state.facts[name]
    }

    /// What holds where nobody has said anything.
    func fallback(_ name: String) throws(Diagnostic) -> TemplatedValue? {
        switch name {
        case "ansible_managed": .constant(.string(context.run.settings.managedText))
        case "ansible_host": try ofDelegate(name).or(.constant(.string(delegate ?? host)))
        case "ansible_port": try ofDelegate(name)
        case "ansible_timeout": .constant(.int(context.run.settings.connection.timeout))
        case "ansible_user", "ansible_ssh_user": keyword(.remoteUser) ?? text(context.run.settings.connection.user)
        case "ansible_connection":
            keyword(.connection)
                ?? text(
                    context.inventory.isImplicitLocalhost(host) ? "local" : context.run.settings.connection.kind)
        default: nil
        }
    }

    /// What is said of the host that acts in place of this one.
    private func ofDelegate(_ name: String) throws(Diagnostic) -> TemplatedValue? {
        guard let known = delegate.flatMap(context.inventory.knownName) else { return nil }
        return try HostScope(context: context, host: known, frame: frame).written(name)
    }

    private func text(_ text: String?) -> TemplatedValue? { text.map { .constant(.string($0)) } }

    /// A keyword that is plain text; one that is a template may ask for the very variable it stands in for.
    private func keyword(_ keyword: Keyword) -> TemplatedValue? {
        guard let value = frame.inherited(keyword)?.value, case .constant = value else { return nil }
        return value
    }

    var variableNames: [String] {
        let state = context.state(of: host)
        var names = Set(locals.keys).union(context.run.settings.extraVariables.keys).union(MagicVariables.names)
        names.formUnion(state.variables.keys)
        names.formUnion(state.included.keys)
        if !isOutsidePlay { names.formUnion(playNames) }
        for layer in (try? inventoryLayers()) ?? [] { names.formUnion(layer.variables.keys) }
        if context.run.settings.injectsFacts {
            for key in state.facts.keys { if let key = key.string { names.insert("ansible_" + key) } }
        }
        return names.sorted()
    }

    /// Names that the play, its roles and tasks define.
    private var playNames: Set<String> {
        var names = MagicVariables.namesOfPlay.union(context.play.prompts.keys)
        for instance in roleChain + context.play.publicRoles {
            names.formUnion(instance.parameters.keys)
            names.formUnion(instance.variables.keys)
            names.formUnion(instance.defaults.keys)
        }
        for frame in frame.chain + context.play.play.frame.chain { names.formUnion(frame.variables.keys) }
        for layer in context.variableFiles[host] ?? [] { names.formUnion(layer.keys) }
        return names
    }

    /// The same scope with further local variables.
    func with(_ more: [String: Value]) -> HostScope {
        var copy = self
        copy.locals.merge(more) { _, new in new }
        return copy
    }
}

extension RoleInstance {
    /// A variable of this role or, failing that, of those it depends on.
    func find(_ name: String, in values: (RoleInstance) -> [String: TemplatedValue]) -> TemplatedValue? {
        if let value = values(self)[name] { return value }
        for dependency in dependencies.reversed() {
            if let value = dependency.find(name, in: values) { return value }
        }
        return nil
    }
}

extension Frame {
    var isPlay: Bool { if case .play = kind { true } else { false } }
}
