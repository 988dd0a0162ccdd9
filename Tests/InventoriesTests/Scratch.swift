//! A folder of files for one test, removed behind it.

import Diagnostics
import Foundation
import Inventories
import Templates
import TestPrograms
import Values

/// Files below a fresh directory.
final class Scratch {
    let path: String

    init(_ files: [String: String], executable: Set<String> = []) throws {
        path = NSTemporaryDirectory() + "inventories-" + UUID().uuidString
        for (name, text) in files {
            let file = path + "/" + name
            let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if executable.contains(name) {
                try TestProgram.write(text, to: file)
            } else {
                try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func load(_ name: String = "hosts") -> InventoryLoader.Loaded { InventoryLoader().load([path + "/" + name]) }
}

/// The inventory of one INI text.
func ini(_ text: String) throws -> InventoryLoader.Loaded { try Scratch(["hosts.ini": text]).load("hosts.ini") }

/// The inventory of one YAML text.
func yaml(_ text: String) throws -> InventoryLoader.Loaded { try Scratch(["hosts.yml": text]).load("hosts.yml") }

extension Inventory {
    /// The strongest definition of a variable, as data; nil for templates.
    func constant(_ name: String, of host: String, playbook: String? = nil) throws -> Value? {
        for layer in try layers(for: host, playbookDirectory: playbook).reversed() {
            if case .constant(let value)? = layer[name] { return value }
        }
        return nil
    }
}
