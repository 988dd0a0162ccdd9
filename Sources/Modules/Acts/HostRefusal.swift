//! What a host's tools complain about, as one clear sentence with the way out.

/// Explains why an act on a path failed.
enum HostRefusal {
    private static let ways: [(complaint: String, help: String)] = [
        ("No space left on device", "free space on its file system; what was there is untouched"),
        ("Disk quota exceeded", "free space within the user's quota; what was there is untouched"),
        ("Read-only file system", "remount the file system read-write or choose another path"),
        ("Permission denied", "use 'become: true' or a user who may write there"),
        (
            "Operation not permitted",
            "use 'become: true'; if it is root already, look for chattr +i or a container's limits"
        ),
        ("Device or resource busy", "it is a mount point: set 'unsafe_writes: true' to write in place"),
        (
            "No such file or directory",
            "create the parent directory first, e.g. with the file module and state=directory"
        ),
        ("Not a directory", "a part of the path is a file"),
        ("File name too long", "choose a shorter name"),
        ("Directory not empty", "remove what is in it first, or set 'force: true'"),
    ]

    /// `could not write /etc/x: Permission denied (use 'become: true' …)`.
    static func message(_ act: String, _ path: String, _ answer: Observation) -> String {
        let complaint = answer.errorText.trimmed
        if let way = ways.first(where: { complaint.contains($0.complaint) }) {
            return "could not \(act) \(path): \(way.complaint) (\(way.help))"
        }
        return "could not \(act) \(path): \(complaint.isEmpty ? "exit status \(answer.status)" : complaint)"
    }
}
