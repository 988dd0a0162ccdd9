//! The one list of keywords, and where each may stand.

/// A keyword of plays, roles, blocks, tasks and handlers, by Ansible's spelling.
package enum Keyword: String, CaseIterable, Sendable {
    // everywhere
    case name, vars, environment, tags, when, connection, port, timeout, throttle, debugger, diff, become, collections
    case remoteUser = "remote_user"
    case moduleDefaults = "module_defaults"
    case noLog = "no_log"
    case runOnce = "run_once"
    case ignoreErrors = "ignore_errors"
    case ignoreUnreachable = "ignore_unreachable"
    case checkMode = "check_mode"
    case anyErrorsFatal = "any_errors_fatal"
    case becomeUser = "become_user"
    case becomeMethod = "become_method"
    case becomeFlags = "become_flags"
    case becomeExe = "become_exe"
    // roles, blocks and tasks
    case delegateTo = "delegate_to"
    case delegateFacts = "delegate_facts"
    case notify
    // plays
    case hosts, user, roles, handlers, tasks, serial, strategy, order
    case gatherFacts = "gather_facts"
    case gatherSubset = "gather_subset"
    case gatherTimeout = "gather_timeout"
    case factPath = "fact_path"
    case varsFiles = "vars_files"
    case varsPrompt = "vars_prompt"
    case preTasks = "pre_tasks"
    case postTasks = "post_tasks"
    case forceHandlers = "force_handlers"
    case maxFailPercentage = "max_fail_percentage"
    // blocks
    case block, rescue, always
    // tasks
    case action, args, async, poll, delay, retries, until, register, loop
    case localAction = "local_action"
    case changedWhen = "changed_when"
    case failedWhen = "failed_when"
    case loopControl = "loop_control"
    // handlers
    case listen

    /// Where a keyword may be written.
    package enum Level: String, Sendable { case play, role, block, task, handler }

    /// Whether the keyword may stand at `level`.
    package func isAllowed(at level: Level) -> Bool {
        switch self {
        case .name, .vars, .environment, .tags, .connection, .port, .timeout, .throttle, .debugger, .diff, .become,
            .collections, .remoteUser, .moduleDefaults, .noLog, .runOnce, .ignoreErrors, .ignoreUnreachable,
            .checkMode, .anyErrorsFatal, .becomeUser, .becomeMethod, .becomeFlags, .becomeExe:
            true
        case .when, .delegateTo, .delegateFacts: level != .play
        case .notify: level == .block || level == .task || level == .handler
        case .hosts, .user, .roles, .handlers, .tasks, .serial, .strategy, .order, .gatherFacts, .gatherSubset,
            .gatherTimeout, .factPath, .varsFiles, .varsPrompt, .preTasks, .postTasks, .forceHandlers,
            .maxFailPercentage:
            level == .play
        case .block, .rescue, .always: level == .block
        case .action, .args, .async, .poll, .delay, .retries, .until, .register, .loop, .localAction, .changedWhen,
            .failedWhen, .loopControl:
            level == .task || level == .handler
        case .listen: level == .handler
        }
    }

    /// All spellings that are allowed at a level, for suggestions.
    package static func names(at level: Level) -> [String] {
        allCases.filter { $0.isAllowed(at: level) }.map(\.rawValue)
    }

    /// Keywords whose value is a condition or a list of them.
    package var isCondition: Bool {
        switch self {
        case .when, .changedWhen, .failedWhen, .until: true
        default: false
        }
    }
}
