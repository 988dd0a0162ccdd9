//! The files of a case: laid out before, compared afterwards.

import FoundationEssentials
import Glibc
import TestPrograms
import Testing
import Values

extension TemporaryFolder {
    /// Creates what `files` describes.
    func lay(_ files: Value?) throws {
        for (key, value) in files?.dict ?? [:] {
            let name = try #require(key.string)
            let path = absolute(name)
            let isFolder = name.hasSuffix("/")
            let folder = isFolder ? path : String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let target = value["link"]?.string {
                #expect(symlink(target, path) == 0)
                continue
            }
            let mode = value["mode"]?.string.flatMap { Int($0, radix: 8) }
            if let content = value.string ?? value["content"]?.string {
                guard mode.map({ $0 & 0o111 == 0 }) ?? true else {
                    try TestProgram.write(content, to: path, mode: mode ?? 0o755)
                    continue
                }
                write(content, to: name)
            }
            if let mode { chmod(path, mode_t(mode)) }
        }
    }

    /// Compares with what `files` describes.
    func check(_ files: Value?) throws {
        for (key, value) in files?.dict ?? [:] {
            let name = try #require(key.string)
            guard !value.isNone else {
                #expect(status(name) == nil, "\(name) is still there")
                continue
            }
            let found = try #require(status(name.withoutSlash), "\(name) is missing")
            if let target = value["link"]?.string {
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: absolute(name)) == target)
                continue
            }
            #expect((found.st_mode & S_IFMT == S_IFDIR) == name.hasSuffix("/"), "\(name) is of another type")
            if let content = value.string ?? value["content"]?.string { matches(text(name), content, name) }
            if let mode = value["mode"]?.string { #expect(mode.hasSuffix(self.mode(name) ?? "?"), "mode of \(name)") }
        }
    }

    private func matches(_ found: String?, _ expected: String, _ name: String) {
        #expect(
            found.map { CaseExpectation.matches(.string($0), .string(expected)) } == true, "\(name): \(found ?? "")")
    }

    /// Names, types, modes and contents of everything, to notice any change.
    func snapshot() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().map { name in
            let found = status(name)
            let content = found.map { $0.st_mode & S_IFMT == S_IFREG } == true ? text(name) : nil
            return "\(name) \(found?.st_mode ?? 0) \(found?.st_uid ?? 0) \(found?.st_nlink ?? 0) \(content ?? "")"
        }
    }
}

extension String {
    var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
