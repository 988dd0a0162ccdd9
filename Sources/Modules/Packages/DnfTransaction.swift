//! What dnf says that it would do: the table that it shows before it asks.

import Connections
import Values

struct DnfTransaction: Sendable {
    enum Action: String, Sendable { case installing, upgrading, downgrading, reinstalling, removing }

    struct Item: Sendable {
        let action: Action
        let package: RpmPackage
    }

    private(set) var items: [Item] = []
    /// Groups are marked as installed in any case; that alone is no change.
    private(set) var marksGroups = false
    private(set) var changesModules = false

    var isChange: Bool { !items.isEmpty || changesModules }

    /// Long names push the rest of their row into the next line.
    init(_ text: String) {
        var action: Action?
        var row: [String] = []
        func item() -> Item? {
            guard let action, let package = RpmPackage(row: row) else { return nil }
            return Item(action: action, package: package)
        }
        for line in text.split(separator: "\n") {
            let words = line.blankSeparatedWords
            if line.hasPrefix("  ") {
                if row.count < 3, words.first != "replacing" { row += words }
                continue
            }
            if let item = item() { items.append(item) }
            row = []
            if line.hasPrefix("Transaction Summary") { break }
            if line.hasPrefix(" ") {
                row = words
            } else {
                action = heading(line)
            }
        }
    }

    private mutating func heading(_ line: Substring) -> Action? {
        guard line.hasSuffix(":"), let first = line.blankSeparatedWords.first?.lowercased() else { return nil }
        if line.lowercased().hasSuffix("groups:") {
            marksGroups = true
            return nil
        }
        if line.contains(" module ") || line.contains(" modules:") {
            changesModules = true
            return nil
        }
        return Action(rawValue: first.hasSuffix(":") ? String(first.dropLast()) : first)
    }

    /// What Ansible's module lists for it, given what is installed.
    func results(_ installed: [RpmPackage]) -> [String] {
        var arriving: [RpmPackage] = []
        var leaving: [RpmPackage] = []
        for item in items {
            let others = installed.filter {
                $0.name == item.package.name && $0.architecture == item.package.architecture
            }
            switch item.action {
            case .removing: leaving.append(item.package)
            case .installing: arriving.append(item.package)
            case .upgrading, .downgrading:
                arriving.append(item.package)
                leaving += others
            case .reinstalling: arriving.append(item.package)
            }
        }
        return Self.results(arriving: arriving, leaving: leaving)
    }

    static func results(arriving: [RpmPackage], leaving: [RpmPackage]) -> [String] {
        arriving.map { "Installed: \($0.text)" }.sorted() + leaving.map { "Removed: \($0.text)" }.sorted()
    }
}

/// One package in one version.
struct RpmPackage: Sendable, Hashable {
    let name: String
    /// `[epoch:]version-release`.
    let version: String
    let architecture: String

    var text: String { "\(name)-\(version).\(architecture)" }

    /// A row of dnf's table.
    fileprivate init?(row: [String]) {
        guard row.count >= 3 else { return nil }
        (name, architecture, version) = (row[0], row[1], row[2])
    }

    /// A line of `listing`; keys that rpm trusts are listed as packages without an architecture.
    init?(line: Substring) {
        let parts = line.split(separator: "|")
        guard parts.count == 3, parts[2] != "(none)" else { return nil }
        (name, version, architecture) = (String(parts[0]), String(parts[1]), String(parts[2]))
    }

    /// The command that prints lines for `init(line:)`.
    static func listing(root: String) -> String {
        "rpm --root \(root.shellQuoted) -qa --qf '%{NAME}|%{EVR}|%{ARCH}\\n'"
    }

    /// Whether an entry of a task's list is about a version of this package.
    func isMeant(by wish: String) -> Bool {
        let file = wish.hasSuffix(".rpm") ? String(wish.split(separator: "/").last ?? "") : wish
        return file == name || file.hasPrefix(name + "-") || file.hasPrefix(name + ".")
    }
}
