//! Roles: what a folder holds, and one use of it in a play.

import Diagnostics
import Templates
import Values

/// A role folder, read once per run.
package final class Role: Sendable {
    /// As the user calls it; that of a role in a collection in full.
    package let name: String
    package let path: String
    package let allowsDuplicates: Bool

    package init(name: String, path: String, allowsDuplicates: Bool) {
        self.name = name
        self.path = path
        self.allowsDuplicates = allowsDuplicates
    }

    /// `namespace.collection`, where the role is part of one.
    package var collection: String? {
        let parts = name.split(separator: ".")
        guard parts.count >= 3, path.contains("/ansible_collections/\(parts[0])/\(parts[1])/roles/") else { return nil }
        return "\(parts[0]).\(parts[1])"
    }

    /// The name without that of the collection.
    package var shortName: String { collection.map { String(name.dropFirst($0.count + 1)) } ?? name }
}

/// One use of a role: its variables and the parameters it was given.
package final class RoleInstance: Sendable {
    package let role: Role
    package let defaults: [String: TemplatedValue]
    package let variables: [String: TemplatedValue]
    /// Keys of a `roles:` entry that are no keywords.
    package let parameters: [String: TemplatedValue]
    /// The role that depends on this one, if any.
    package let dependent: RoleInstance?
    /// The roles this one depends on; their variables are visible here.
    package let dependencies: [RoleInstance]
    /// Uses with an equal identity run once per host.
    package let identity: String
    /// Whether the play sees its defaults and variables (`roles:`, `import_role`, `public: true`).
    package let isPublic: Bool
    package let allowsDuplicates: Bool

    package init(
        role: Role, defaults: [String: TemplatedValue], variables: [String: TemplatedValue],
        parameters: [String: TemplatedValue], dependent: RoleInstance?, dependencies: [RoleInstance], identity: String,
        isPublic: Bool, allowsDuplicates: Bool
    ) {
        self.role = role
        self.defaults = defaults
        self.variables = variables
        self.parameters = parameters
        self.dependent = dependent
        self.dependencies = dependencies
        self.identity = identity
        self.isPublic = isPublic
        self.allowsDuplicates = allowsDuplicates
    }
}

/// A role where a play runs it: first what it depends on, then its own tasks.
package final class RoleNode: Sendable {
    package let instance: RoleInstance
    package let frame: Frame
    package let dependencies: [RoleNode]
    package let tasks: [PlayNode]
    package let handlers: [PlayTask]

    package init(
        instance: RoleInstance, frame: Frame, dependencies: [RoleNode], tasks: [PlayNode], handlers: [PlayTask]
    ) {
        self.instance = instance
        self.frame = frame
        self.dependencies = dependencies
        self.tasks = tasks
        self.handlers = handlers
    }

    /// Handlers of the dependencies first, then its own.
    package var allHandlers: [PlayTask] { dependencies.flatMap(\.allHandlers) + handlers }
    /// This instance and all it depends on, in the order in which they run.
    package var allInstances: [RoleInstance] { dependencies.flatMap(\.allInstances) + [instance] }
}

extension RoleNode {
    /// Roles that the tasks of this role, or of those it depends on, import.
    package var importedRoles: [RoleNode] { dependencies.flatMap(\.importedRoles) + tasks.flatMap(\.roles) }
}

extension PlayNode {
    /// Statically imported roles in this node.
    package var roles: [RoleNode] {
        switch self {
        case .task: []
        case .block(let block): (block.tasks + block.rescue + block.always).flatMap(\.roles)
        case .role(let role): [role] + role.importedRoles
        }
    }
}
