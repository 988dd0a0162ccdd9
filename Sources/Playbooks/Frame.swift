//! Keywords as written at one place, linked to the place around it: inherited values are looked up, never merged.

import Diagnostics
import Templates
import Values

/// A keyword's value and where it was written.
package struct Setting: Sendable {
    package let value: TemplatedValue
    package let range: SourceRange

    package init(value: TemplatedValue, range: SourceRange) {
        self.value = value
        self.range = range
    }
}

/// The keywords of one play, role, block, include or task.
package final class Frame: Sendable {
    package enum Kind: Sendable {
        case play, block, task
        /// `import_tasks` or `include_tasks`: the file whose tasks are inside.
        case include(String)
        case role(RoleInstance)
    }

    package let parent: Frame?
    package let kind: Kind
    package let settings: [Keyword: Setting]
    /// The conditions of `when`, `changed_when`, `failed_when` and `until`.
    package let conditions: [Keyword: [Condition]]
    /// `vars:` as written here.
    package let variables: [String: TemplatedValue]
    package let tags: [String]
    package let range: SourceRange

    package init(
        parent: Frame?, kind: Kind, settings: [Keyword: Setting] = [:],
        conditions: [Keyword: [Condition]] = [:],
        variables: [String: TemplatedValue] = [:], tags: [String] = [], range: SourceRange
    ) {
        self.parent = parent
        self.kind = kind
        self.settings = settings
        self.conditions = conditions
        self.variables = variables
        self.tags = tags
        self.range = range
    }

    /// The nearest setting of a keyword, here or around here.
    package func inherited(_ keyword: Keyword) -> Setting? {
        settings[keyword] ?? parent?.inherited(keyword)
    }

    /// All settings of a keyword, the outermost first.
    package func accumulated(_ keyword: Keyword) -> [Setting] {
        (parent?.accumulated(keyword) ?? []) + (settings[keyword].map { [$0] } ?? [])
    }

    /// All conditions of `when`, the outermost first.
    package var whenConditions: [Condition] {
        (parent?.whenConditions ?? []) + (conditions[.when] ?? [])
    }

    /// All tags, those of the frames around included.
    package var allTags: [String] {
        (parent?.allTags ?? []) + tags
    }

    /// The role that this place belongs to, if any.
    package var role: RoleInstance? {
        if case .role(let instance) = kind { instance } else { parent?.role }
    }

    /// This frame and those around it, the innermost first.
    package var chain: [Frame] {
        var frames: [Frame] = []
        var next: Frame? = self
        while let frame = next {
            frames.append(frame)
            next = frame.parent
        }
        return frames
    }
}
