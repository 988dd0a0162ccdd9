//! Tasks, blocks and roles as the engine walks them.

import Diagnostics
import Modules
import Templates
import Values

/// One entry of a list of tasks.
package enum PlayNode: Sendable {
    case task(PlayTask)
    case block(PlayBlock)
    case role(RoleNode)
}

/// One task or handler.
package final class PlayTask: Sendable {
    package let frame: Frame
    package let action: TaskAction
    package let loop: LoopSource?
    /// Topics of a handler, beside its name.
    package let topics: [TemplatedValue]
    package let isHandler: Bool
    /// A number that no other task or play of this process has.
    package let identity = Identity.next()

    package init(
        frame: Frame, action: TaskAction, loop: LoopSource?, topics: [TemplatedValue] = [], isHandler: Bool = false
    ) {
        self.frame = frame
        self.action = action
        self.loop = loop
        self.topics = topics
        self.isHandler = isHandler
    }

    package var range: SourceRange { frame.range }
    package func setting(_ keyword: Keyword) -> Setting? { frame.settings[keyword] }
    package var register: Setting? { frame.settings[.register] }
    /// `name:` as written; nil where the action is the name.
    package var name: TemplatedValue? { frame.settings[.name]?.value }
}

/// What a task does.
package enum TaskAction: Sendable {
    case module(ModuleCall)
    /// `action: "{{ module }} …"`: known when a host gets there.
    case dynamicModule(DynamicModuleCall)
    case meta(TemplatedValue)
    case includeTasks(IncludeTasks)
    case includeRole(IncludeRole)
    case includeVars(ModuleCall)

    /// With its collection, as Ansible resolves it; nil where a host finds out.
    package var resolvedName: String? {
        switch self {
        case .module(let call), .includeVars(let call):
            // Ansible's `gather_facts` is a task of its own.
            call.writtenName == "gather_facts" ? "ansible.builtin.gather_facts" : call.module.spec.names.first
        case .dynamicModule: nil
        case .meta: "ansible.builtin.meta"
        case .includeTasks: "ansible.builtin.include_tasks"
        case .includeRole: "ansible.builtin.include_role"
        }
    }

    /// The action as the user wrote it, for the name of an unnamed task.
    package var writtenName: String {
        switch self {
        case .module(let call), .includeVars(let call): call.writtenName
        case .dynamicModule(let call): call.writtenName
        case .meta: "meta"
        case .includeTasks(let include): include.writtenName
        case .includeRole(let include): include.writtenName
        }
    }
}

/// A module with its arguments, not yet rendered.
package struct ModuleCall: Sendable {
    package let module: any Module.Type
    package let writtenName: String
    package let arguments: TaskArguments
    package let range: SourceRange

    package init(module: any Module.Type, writtenName: String, arguments: TaskArguments, range: SourceRange) {
        self.module = module
        self.writtenName = writtenName
        self.arguments = arguments
        self.range = range
    }
}

/// A module whose name is a template.
package struct DynamicModuleCall: Sendable {
    package let writtenName: String
    package let name: TemplatedValue
    /// `key=value` text behind the name.
    package let text: Located<String>?
    package let arguments: TaskArguments
    package let range: SourceRange
}

/// Arguments as written: pairs, and values that hold further arguments once rendered (`args: "{{ dict }}"`).
package struct TaskArguments: Sendable {
    package struct Argument: Sendable {
        package let name: String
        package let value: TemplatedValue
        package let range: SourceRange?

        package init(name: String, value: TemplatedValue, range: SourceRange?) {
            self.name = name
            self.value = value
            self.range = range
        }
    }

    package var named: [Argument]
    package var whole: Setting?

    package init(named: [Argument] = [], whole: Setting? = nil) {
        self.named = named
        self.whole = whole
    }

    package subscript(name: String) -> Argument? { named.last { $0.name == name } }
}

/// `include_tasks`: read when a host gets there.
package struct IncludeTasks: Sendable {
    package let writtenName: String
    package let file: TemplatedValue
    package let apply: AppliedKeywords?
    package let range: SourceRange
}

/// `include_role`: loaded when a host gets there.
package struct IncludeRole: Sendable {
    package let writtenName: String
    package let name: TemplatedValue
    package let tasksFrom: TemplatedValue?
    package let varsFrom: TemplatedValue?
    package let defaultsFrom: TemplatedValue?
    package let handlersFrom: TemplatedValue?
    package let apply: AppliedKeywords?
    package let isPublic: TemplatedValue?
    package let allowDuplicates: TemplatedValue?
    /// `rolespec_validate`.
    package let validatesArguments: TemplatedValue?
    package let range: SourceRange
}

/// `apply:` of an include: keywords for everything inside it.
package struct AppliedKeywords: Sendable {
    package let keywords: FrameContents
}

/// A block with its rescue and always sections; also what a static import becomes.
package final class PlayBlock: Sendable {
    package let frame: Frame
    package let tasks: [PlayNode]
    package let rescue: [PlayNode]
    package let always: [PlayNode]

    package init(frame: Frame, tasks: [PlayNode], rescue: [PlayNode] = [], always: [PlayNode] = []) {
        self.frame = frame
        self.tasks = tasks
        self.rescue = rescue
        self.always = always
    }
}

/// Where the items of a loop come from.
package struct LoopSource: Sendable {
    /// nil for `loop:`, the name of the lookup for `with_NAME:`.
    package let lookup: String?
    package let value: TemplatedValue
    package let range: SourceRange

    package init(lookup: String?, value: TemplatedValue, range: SourceRange) {
        self.lookup = lookup
        self.value = value
        self.range = range
    }
}
