//! Files for one test, below a folder of their own.

import FoundationEssentials
import Glibc

struct Folder {
    let path: String

    init(_ files: [String: String]) throws {
        var template = Array("/tmp/drover-playbooks-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FolderFailure() }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        for (name, text) in files {
            let parent = (path + "/" + name).split(separator: "/").dropLast().map { "/" + $0 }.joined()
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

struct FolderFailure: Error {}
