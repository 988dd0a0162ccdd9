//! Carries out a module's scripts in a shell of this machine, for tests only.

import Connections
import Diagnostics
import Glibc
import Modules
import Testing

/// One of the shells that scripts have to run under.
struct LocalShell: ScriptExecutor, CustomTestStringConvertible {
    struct Failure: Error { let message: String }

    let name: String
    var command: [String]
    /// Where scripts start; also `$HOME`.
    var directory: String
    /// Commands found before those of the system, to hide or replace tools.
    var path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Below this folder lies what a script is given; it has to have the same path where the script runs.
    var exchange = "/tmp"

    /// Runs before an act's script.
    var prologue = ""

    /// Functions in front of every script.
    var functions = ""

    var testDescription: String { name }

    /// Shells under test; those that are not installed are left to `isInstalled`.
    static func all(in directory: String = "/") -> [LocalShell] {
        [
            LocalShell(name: "dash", command: ["/bin/dash"], directory: directory),
            LocalShell(name: "busybox", command: ["/bin/busybox", "sh"], directory: directory),
        ]
    }

    var isInstalled: Bool { access(command[0], X_OK) == 0 }

    func observe(_ probes: [Probe]) async throws(Failure) -> [Observation] {
        var answers: [Observation] = []
        for probe in probes {
            answers.append(try run(Script(probe.completeScript, input: probe.input, environment: probe.environment)))
        }
        return answers
    }

    func apply(_ script: Script) async throws(Failure) -> Observation {
        var script = script
        if !prologue.isEmpty { script.text = "\(prologue)\n\(script.text)" }
        if let stream = script.stream {
            do throws(ByteSourceFailure) {
                while let bytes = try await stream.next() { script.input += bytes }
            } catch {
                throw Failure(message: error.message)
            }
        }
        return try run(script)
    }

    func wait(_ duration: Duration) async throws(Failure) {
        do { try await Task.sleep(for: duration) } catch { throw Failure(message: "cancelled while waiting") }
    }

    /// Standard streams go through files of a private folder, so nothing can block.
    func run(_ script: Script) throws(Failure) -> Observation {
        let folder = try TemporaryFolder(below: exchange, failing: Failure.init)
        defer { folder.remove() }
        var environment = ["PATH=\(path)", "HOME=\(directory)", "LC_ALL=C"]
        for (name, value) in script.environment { environment.append("\(name)=\(value)") }
        for upload in script.uploads {
            folder.write(upload.bytes, to: "upload.\(upload.variable)")
            environment.append("\(upload.variable)=\(folder.path)/upload.\(upload.variable)")
        }
        folder.write(script.input, to: "input")
        let text = functions.isEmpty ? script.text : "\(functions)\n\(script.text)"
        let process = try start(text, environment: environment, in: folder)
        return Observation(
            status: Self.wait(for: process), output: folder.read("output") ?? [],
            errorOutput: folder.read("errors") ?? [])
    }

    /// Starts a process whose streams are the files `input`, `output` and `errors` of a folder.
    func start(_ script: String, environment: [String], in folder: TemporaryFolder) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "\(folder.path)/input", O_RDONLY | O_CREAT, 0o600)
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/output", writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/errors", writing, 0o600)
        let changeFolder = ["/bin/sh", "-c", "cd \"$0\" || exit 127; exec \"$@\"", directory]
        var arguments = (changeFolder + command + ["-c", script]).map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        guard posix_spawn(&process, changeFolder[0], &actions, nil, &arguments, &variables) == 0 else {
            throw Failure(message: "cannot start \(name)")
        }
        return process
    }

    /// The exit status as a shell would tell it.
    @discardableResult static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
