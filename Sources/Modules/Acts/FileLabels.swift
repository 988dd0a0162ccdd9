//! What file modules set besides owner and mode: SELinux context and the attributes of `chattr`.

import Connections
import Diagnostics
import Values

/// The wanted `seuser`, `serole`, `setype`, `selevel` and `attributes` of one module call.
package struct FileLabels: Sendable {
    /// Letters of `chcon`'s options and the wanted parts, in the order in which a context has them.
    private let context: [(option: String, wanted: String?)]
    private let flags: FlagsWish?
    private let isRecursive: Bool

    /// nil where none is asked for.
    package init?(_ arguments: ModuleArguments) {
        let names = [("u", "seuser"), ("r", "serole"), ("t", "setype"), ("l", "selevel")]
        context = names.map { ($0.0, arguments.string($0.1)) }
        flags = arguments.string("attributes").flatMap(FlagsWish.init)
        isRecursive = arguments.bool("recurse") ?? false
        if context.allSatisfy({ $0.wanted == nil }), flags == nil { return nil }
    }

    private var wantsContext: Bool { context.contains { $0.wanted != nil } }

    /// What a module has done, and then the labels of the path that it tells.
    fileprivate func step(after result: ModuleResult) -> Step {
        let path = result.fields["path"]?.string ?? result.fields["dest"]?.string
        guard let path, !result.failed, !result.skipped, result.fields["state"] != "absent" else {
            return .done(result)
        }
        return .observe(Probe(question(path))) { [self] answer in
            let now = Found(answer.text)
            // Where SELinux is not in force nobody has a context, and Ansible says nothing about it either.
            let commands = (now.isThere ? contextCommand(path, now) + flagsCommand(path, now) : [])
            guard !commands.isEmpty else { return .done(result) }
            return .apply(Change(fields: result.fields), Script(commands.joined(separator: "\n"))) { outcome in
                guard outcome.status == 0 else {
                    return .done(.failure(outcome.errorText.trimmed, fields: result.fields))
                }
                var changed = result
                changed.changed = true
                return .done(changed)
            }
        }
    }

    /// Lines: whether it exists, its contexts behind `c`, its flags behind `f`, contexts by policy behind `d`.
    private func question(_ path: String) -> String {
        let word = path.shellQuoted
        var lines = ["[ -e \(word) ] || [ -L \(word) ] || exit 0", "echo p"]
        if wantsContext {
            let all = isRecursive ? "find \(word) -exec stat -c 'c%C' {} +" : "stat -c 'c%C' -- \(word)"
            lines.append("if [ -e /sys/fs/selinux/enforce ]; then \(all) | sort -u")
            if context.contains(where: { $0.wanted == "_default" }) {
                lines.append("printf 'd%s\\n' \"$(matchpathcon -n \(word) 2>/dev/null)\"")
            }
            lines.append("fi")
        }
        if flags != nil { lines.append("a=$(lsattr -d -- \(word) 2>/dev/null) && printf 'f%s\\n' \"${a%% *}\"") }
        return (lines + [":"]).joined(separator: "\n")
    }

    private func contextCommand(_ path: String, _ now: Found) -> [String] {
        guard !now.contexts.isEmpty else { return [] }
        let policy = now.policy.map(Found.parts) ?? []
        var options = ""
        var differs = false
        for (index, part) in context.enumerated() {
            guard var wanted = part.wanted else { continue }
            if wanted == "_default" {
                guard index < policy.count else { continue }
                wanted = policy[index]
            }
            options += " -\(part.option) \(wanted.shellQuoted)"
            if now.contexts.contains(where: { $0.count <= index || $0[index] != wanted }) { differs = true }
        }
        guard differs else { return [] }
        return ["chcon \(isRecursive ? "-R" : "-h")\(options) -- \(path.shellQuoted) || exit 1"]
    }

    private func flagsCommand(_ path: String, _ now: Found) -> [String] {
        guard let flags, now.flags.map(flags.differs) ?? true else { return [] }
        return ["chattr \(flags.text) \(path.shellQuoted) || exit 1"]
    }
}

/// `+i`, `-i`, `=ia`; without a sign it is `=`.
private struct FlagsWish {
    let text: String
    private let sign: Character
    private let letters: Set<Character>

    init?(_ written: String) {
        guard let first = written.first else { return nil }
        sign = "+-=".contains(first) ? first : "="
        letters = Set("+-=".contains(first) ? written.dropFirst() : written[...])
        text = "+-=".contains(first) ? written : "=" + written
    }

    /// Whether a file with these flags has to be changed. `e` belongs to the file system and counts only if named.
    func differs(_ now: Set<Character>) -> Bool {
        switch sign {
        case "+": !letters.isSubset(of: now)
        case "-": !letters.isDisjoint(with: now)
        default: now.subtracting(letters.contains("e") ? [] : ["e"]) != letters
        }
    }
}

/// What a host says about the labels of a path.
private struct Found {
    var isThere = false
    /// The parts of each context that occurs.
    var contexts: [[String]] = []
    var policy: String?
    /// nil where the file system has none.
    var flags: Set<Character>?

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let rest = String(line.dropFirst())
            switch line.first {
            case "p": isThere = true
            case "c": contexts.append(Self.parts(rest))
            case "d": policy = rest.isEmpty ? nil : rest
            case "f": flags = Set(rest.filter { $0 != "-" })
            default: break
            }
        }
    }

    /// User, role, type and level; the level may hold further colons.
    static func parts(_ context: String) -> [String] {
        context.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    }
}

/// A file module, and after it the labels of its file.
package struct LabelledModule: Module {
    package static let spec = ModuleSpec(["labelled"], "A file module with labels")

    private let inner: any Module
    private let labels: FileLabels

    package init(_ inner: any Module, _ labels: FileLabels) {
        self.inner = inner
        self.labels = labels
    }

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        throw Diagnostic(.internal, "labels belong to a file module")
    }

    package func start() throws(Diagnostic) -> Step { labelled(try inner.start()) }

    /// The same steps, with the labels behind the last.
    private func labelled(_ step: Step) -> Step {
        switch step {
        case .observe(let probe, let then):
            .observe(probe) { answer throws(Diagnostic) in labelled(try then(answer)) }
        case .observeAll(let probes, let then):
            .observeAll(probes) { answers throws(Diagnostic) in labelled(try then(answers)) }
        case .apply(let change, let script, let then):
            .apply(change, script) { answer throws(Diagnostic) in labelled(try then(answer)) }
        case .wait(let duration, let then): .wait(duration) { () throws(Diagnostic) in labelled(try then()) }
        case .lacking(let resources, let failure, let next):
            .lacking(resources, failure: failure, then: labelled(next))
        case .done(let result): labels.step(after: result)
        }
    }
}
