//! A private folder for one test and the few file operations that tests need.

import FoundationEssentials
import Glibc

struct TemporaryFolder {
    let path: String

    init<Failure: Error>(below parent: String = "/tmp", failing failure: (String) -> Failure) throws(Failure) {
        var template = Array("\(parent)/drover-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw failure("cannot create a folder below \(parent)") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    init() throws { try self.init { TestFailure(message: $0) } }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) {
        _ = FileManager.default.createFile(atPath: absolute(name), contents: Data(bytes))
    }

    func write(_ text: String, to name: String) { write(Array(text.utf8), to: name) }

    func read(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: absolute(name)).map(Array.init) }

    func text(_ name: String) -> String? { read(name).map { String(decoding: $0, as: UTF8.self) } }

    func absolute(_ name: String) -> String { name.hasPrefix("/") ? name : "\(path)/\(name)" }

    /// What `lstat` says; nil where there is nothing.
    func status(_ name: String) -> stat? {
        var status = Glibc.stat()
        return lstat(absolute(name), &status) == 0 ? status : nil
    }

    func mode(_ name: String) -> String? { status(name).map { String($0.st_mode & 0o7777, radix: 8) } }
}

struct TestFailure: Error { let message: String }
