//! Archives in the tar format, as far as Docker needs them.

/// What stands in front of one member.
package struct TarHeader: Sendable {
    package enum Kind: Sendable {
        case file, folder
        case link(String)
    }

    package let path: String
    package let kind: Kind
    package let mode: Int
    package let size: Int

    package init(path: String, kind: Kind = .file, mode: Int = 0o644, size: Int = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.size = size
    }

    private static let block = 512
    private static let nameLimit = 100

    /// Two empty blocks.
    package static let end = [UInt8](repeating: 0, count: 2 * block)

    package static func padding(after size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (block - size % block) % block)
    }

    /// The header, behind an extended one where a name or a size is too long for it.
    package var bytes: [UInt8] {
        var records: [(key: String, value: String)] = []
        if path.utf8.count > Self.nameLimit { records.append(("path", path)) }
        if target.utf8.count > Self.nameLimit { records.append(("linkpath", target)) }
        if size >= 1 << 33 { records.append(("size", String(size))) }
        guard !records.isEmpty else { return block(type: type, path: path, target: target, size: size) }
        let extension_ = records.flatMap { Self.record($0.key, $0.value) }
        return block(type: UInt8(ascii: "x"), path: "pax", target: "", size: extension_.count)
            + extension_ + Self.padding(after: extension_.count)
            + block(type: type, path: path, target: target, size: size >= 1 << 33 ? 0 : size)
    }

    private var target: String { if case .link(let target) = kind { target } else { "" } }

    private var type: UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .folder: UInt8(ascii: "5")
        case .link: UInt8(ascii: "2")
        }
    }

    /// `LENGTH key=value`, the length counting itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while String(length).utf8.count + rest.utf8.count != length {
            length = String(length).utf8.count + rest.utf8.count
        }
        return Array("\(length)\(rest)".utf8)
    }

    /// Owner, group and time are always the same: the image shall not depend on who builds it, or when.
    private func block(type: UInt8, path: String, target: String, size: Int) -> [UInt8] {
        var block: [UInt8] = []
        func field(_ bytes: some Sequence<UInt8>, _ width: Int) {
            let bytes = Array(bytes.prefix(width))
            block += bytes + [UInt8](repeating: 0, count: width - bytes.count)
        }
        func octal(_ number: Int, _ width: Int) {
            let digits = String(number, radix: 8)
            field((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8, width)
        }
        field(path.utf8, Self.nameLimit)
        octal(mode & 0o7777, 8)
        octal(0, 8)
        octal(0, 8)
        octal(size, 12)
        octal(0, 12)
        field("        ".utf8, 8)
        block.append(type)
        field(target.utf8, Self.nameLimit)
        field("ustar\0".utf8, 6)
        field("00".utf8, 2)
        field("root".utf8, 32)
        field("root".utf8, 32)
        octal(0, 8)
        octal(0, 8)
        field([], 155 + 12)
        let sum = block.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
        block.replaceSubrange(148..<156, with: text.utf8)
        return block
    }
}
