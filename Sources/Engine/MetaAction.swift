//! What is said about a `meta:` action.

struct MetaAction {
    let name: String

    init(_ name: String) { self.name = name }

    /// It happens once for the whole play, if the condition of the first host holds.
    var concernsAll: Bool {
        ["end_play", "end_batch", "clear_facts", "clear_host_errors", "refresh_inventory"].contains(name)
    }

    /// `when` has no meaning here.
    var ignoresConditions: Bool { ["noop", "refresh_inventory", "reset_connection"].contains(name) }

    /// What happens, for people who ask for details.
    func told(of host: String) -> String? {
        switch name {
        case "flush_handlers": "triggered running handlers for \(host)"
        case "end_play": "ending play"
        case "end_batch": "ending batch"
        case "end_host": "ending play for \(host)"
        case "end_role": nil
        case "clear_facts": "facts cleared"
        case "clear_host_errors": "cleared host errors"
        case "refresh_inventory": "inventory successfully refreshed"
        case "reset_connection": "reset connection"
        default: name
        }
    }

    /// The result's message where it is skipped.
    func message(of host: String) -> String {
        name == "end_host" ? "end_host conditional evaluated to false, continuing execution for \(host)" : name
    }

    /// Why nothing happens.
    func reason(of host: String, role: String) -> String {
        let consequence =
            switch name {
            case "flush_handlers": ", not running handlers for \(host)"
            case "end_play": ", continuing play"
            case "end_batch": ", continuing current batch"
            case "end_host": ", continuing execution for \(host)"
            case "end_role": ", continuing role \(role) for \(host)"
            case "clear_facts": ", not clearing facts and fact cache for \(host)"
            case "clear_host_errors": ", not clearing host error state for \(host)"
            default: ""
            }
        return "\(name) conditional evaluated to False\(consequence)"
    }
}
