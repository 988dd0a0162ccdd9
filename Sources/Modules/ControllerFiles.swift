//! Files of the control node beyond reading one: folders, modes, and what `fetch` writes.

import Diagnostics
import FoundationEssentials
import Glibc

/// One thing below a folder of the control node.
package struct ControllerEntry: Sendable {
    package enum Kind: Sendable, Equatable {
        case file, folder
        case link(target: String)
    }

    /// Relative to the folder that was listed.
    package let path: String
    package let kind: Kind
    package let permissions: Int
}

extension Controller {
    /// Whether `path` is a folder.
    func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The permission bits of a file, for `mode: preserve`.
    func permissions(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_mode & 0o7777) : nil
    }

    /// Everything below a folder, folders before what they hold. Links are followed if asked for.
    func entries(below folder: String, follow: Bool) throws(Diagnostic) -> [ControllerEntry] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw Diagnostic(.fileUnreadable, "cannot list the folder '\(folder)'")
        }
        var entries: [ControllerEntry] = []
        for name in names {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard (follow ? stat(path, &status) : lstat(path, &status)) == 0 else {
                throw Diagnostic(.fileUnreadable, "cannot read '\(path)'", help: "is it a link to nothing?")
            }
            let permissions = Int(status.st_mode & 0o7777)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                entries.append(ControllerEntry(path: name, kind: .folder, permissions: permissions))
                for below in try self.entries(below: path, follow: follow) {
                    entries.append(
                        ControllerEntry(
                            path: "\(name)/\(below.path)", kind: below.kind, permissions: below.permissions))
                }
            case S_IFLNK:
                let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
                entries.append(ControllerEntry(path: name, kind: .link(target: target), permissions: permissions))
            case S_IFREG: entries.append(ControllerEntry(path: name, kind: .file, permissions: permissions))
            default: throw Diagnostic(.fileUnreadable, "'\(path)' is neither a file, a folder nor a link")
            }
        }
        return entries
    }

    /// Relative to where the program was started.
    package func destination(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    /// Writes beside the file and renames.
    package func store(_ bytes: [UInt8], at path: String) throws(Diagnostic) {
        do {
            try FileManager.default.createDirectory(atPath: path.parentFolder, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            let cause = ((error as? CocoaError)?.underlying as? POSIXError).map {
                String(cString: strerror($0.code.rawValue))
            }
            throw Diagnostic(
                .fileUnreadable, "cannot write '\(path)' on the control node: \(cause ?? "\(error)")")
        }
    }
}
