//! A template of the control node, rendered for a host: what `template` brings to a path, and services mount.

import Diagnostics
import Glibc
import Templates
import Values

/// The text that a template file yields.
struct RenderedTemplate: Sendable {
    /// On the control node.
    let path: String
    let text: String

    /// `name` is searched below templates/; `destination` is what the template may say about itself.
    init(
        _ name: String, destination: String, options: TemplateOptions = TemplateOptions(),
        at range: SourceRange?, context: ModuleContext
    ) throws(Diagnostic) {
        var options = options
        let bytes: [UInt8]
        do {
            path = try context.controller.path(of: name, in: .templates)
            bytes = try context.controller.read(path, decrypt: true)
        } catch {
            throw error.located(at: range)
        }
        let source = try TemplateHeader.apply(of: SourceFile(path: path, bytes: bytes), to: &options)
        let variables = Self.variables(name: name, path: path, destination: destination)
        text = try context.controller.render(source, options: options, with: variables)
    }

    private static func name(of host: [CChar]) -> String {
        String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// What templates may say about themselves.
    private static func variables(name: String, path: String, destination: String) -> OrderedMap {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        var status = stat()
        let known = stat(path, &status) == 0
        let owner = known ? getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } : nil
        let modified = known ? Int(status.st_mtim.tv_sec) : 0
        return [
            "ansible_managed": "Ansible managed", "template_host": .string(Self.name(of: host)),
            "template_path": .string(name), "template_fullpath": .string(path),
            "template_destpath": .string(destination), "template_uid": .string(owner ?? String(status.st_uid)),
            "template_mtime": .date(Instant(microseconds: modified * 1_000_000).dateValue),
            "template_run_date": .date(Instant.now.dateValue),
        ]
    }
}
