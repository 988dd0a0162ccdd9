//! What check mode has to remember: things that earlier tasks would have made and later ones rely on.

import Diagnostics

/// Something on a host that one task makes and another needs.
package enum Resource: Hashable, Sendable {
    /// A file or folder.
    case path(String)
    case user(String)
    case group(String)
    /// Whatever a package or a command brings along; nobody can tell before it runs.
    case anything
}

/// What a host would have by now if the acts that check mode left out had happened.
package struct Foretold: Sendable {
    private var resources: Set<Resource> = []

    package init() {}

    package mutating func add(_ more: [Resource]) {
        for resource in more { resources.insert(resource.normal) }
    }

    func covers(_ wanted: Resource) -> Bool {
        if resources.contains(.anything) || resources.contains(wanted.normal) { return true }
        guard case .path(let path) = wanted.normal else { return false }
        // What lies in a folder comes with it.
        return resources.contains { made in
            if case .path(let text) = made { text.hasPrefix(path + "/") } else { false }
        }
    }
}

extension Resource {
    fileprivate var normal: Resource {
        if case .path(let path) = self { .path(path.withoutFinalSlashes) } else { self }
    }
}
