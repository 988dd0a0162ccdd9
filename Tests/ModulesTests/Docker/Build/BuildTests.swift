//! What is sent to a builder: files without the ignored ones, a checksum of all, an archive that tar understands.

import Connections
import Testing
import Values

@testable import Modules

@Suite struct IgnoreFileTests {
    @Test(arguments: [
        ("*.log", "a.log", true), ("*.log", "sub/a.log", false), ("**/*.log", "sub/deep/a.log", true),
        ("**/*.log", "a.log", true), ("node_modules", "node_modules/x/y", true), ("/bin/", "bin/tool", true),
        ("a/*/c", "a/b/c", true), ("a/*/c", "a/b/d/c", false), ("a/**/c", "a/b/d/c", true), ("a/**", "a/b", true),
        ("a/**", "a", false), ("?.txt", "a.txt", true), ("?.txt", "ab.txt", false), ("[a-c]x", "bx", true),
        ("[^a-c]x", "bx", false), ("[^a-c]x", "dx", true), (#"\*"#, "*", true), (#"\*"#, "x", false),
        ("# a", "# a", false), ("*\n!keep", "keep", false), ("*\n!keep", "other", true),
        ("!keep\n*", "keep", true), ("docs\n!docs/README.md", "docs/README.md", false),
        ("docs\n!docs/README.md", "docs/x.md", true), ("../x", "x", true), ("[a", "a", false), ("", "x", false),
    ])
    func matches(_ patterns: String, _ path: String, _ isIgnored: Bool) {
        #expect(IgnoreFile(patterns).ignores(path) == isIgnored, "\(patterns) \(path)")
    }
}

@Suite struct BuildContextTests {
    private func folder(_ files: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let all = files.merging(["Dockerfile": "FROM scratch\n"]) { old, _ in old }
        for (name, content) in all {
            if let slash = name.lastIndex(of: "/") {
                _ = try LocalShell.all()[0].run(Script("mkdir -p \(folder.path)/\(name[..<slash])"))
            }
            folder.write(content, to: name)
        }
        return folder
    }

    private func shell(_ script: String, input: [UInt8] = []) throws -> Observation {
        try LocalShell.all()[0].run(Script(script, input: input))
    }

    private func archive(_ context: BuildContext) async throws -> [UInt8] {
        let stream = PartStream(context.archive(), files: LocalFiles())
        var bytes: [UInt8] = []
        while let piece = try await stream.next() { bytes += piece }
        return bytes
    }

    @Test func tarUnderstandsTheArchive() async throws {
        let long = String(repeating: "d", count: 90)
        let folder = try folder([
            "run": "#!/bin/sh\n", "\(long)/\(long)": "deep", "empty": "", "secret/key": "no", ".dockerignore": "secret",
        ])
        defer { folder.remove() }
        _ = try shell("cd \(folder.path) && chmod 755 run && ln -s run link && ln -s /\(long)\(long) far")
        let bytes = try await archive(BuildContext(folder: folder.path))
        let other = try TemporaryFolder()
        defer { other.remove() }
        let unpacked = try shell("tar -x -C \(other.path)", input: bytes)
        #expect(unpacked.status == 0, "\(unpacked.errorText)")
        let difference = try shell("diff -r --no-dereference \(folder.path) \(other.path)")
        #expect(difference.text == "Only in \(folder.path): secret\n", "\(difference.text)")
        #expect(try shell("stat -c %a \(other.path)/run").text == "755\n")
        let names = try shell("tar -t", input: bytes).text.split(separator: "\n")
        #expect(names.last == "Dockerfile")
    }

    @Test func theChecksumIsOfTheContent() throws {
        let one = try folder(["a": "1", "x.log": "1", ".dockerignore": "*.log"])
        let two = try folder(["a": "1", "x.log": "2", ".dockerignore": "*.log"])
        let three = try folder(["a": "2", "x.log": "1", ".dockerignore": "*.log"])
        defer { for folder in [one, two, three] { folder.remove() } }
        let sum = { (folder: TemporaryFolder, value: String) throws in
            try BuildSource(folder: folder.path, arguments: ["A": .string(value)]).checksum()
        }
        #expect(try sum(one, "x") == sum(two, "x"))
        #expect(try sum(one, "x") != sum(three, "x"))
        #expect(try sum(one, "x") != sum(one, "y"))
        _ = try shell("chmod 755 \(two.path)/a")
        #expect(try sum(one, "x") != sum(two, "x"))
    }

    @Test func aFileThatShrinksBreaksTheStream() async throws {
        let folder = try folder(["data": "0123456789"])
        defer { folder.remove() }
        let context = try BuildContext(folder: folder.path)
        folder.write("0", to: "data")
        await #expect(throws: ByteSourceFailure.self) { _ = try await archive(context) }
    }

    @Test func whatIsIgnoredMayHoldTheDockerfile() throws {
        let folder = try folder(["build/Dockerfile": "FROM scratch\n", "x": "", ".dockerignore": "*\n!x"])
        defer { folder.remove() }
        let context = try BuildContext(folder: folder.path, dockerfile: "./build/Dockerfile")
        #expect(context.entries.map(\.path) == [".dockerignore", "build/Dockerfile", "x"])
    }
}

@Suite struct BuildFailureTests {
    @Test func theClassicBuilder() {
        let failure = BuildFailure(
            output:
                "Step 1/2 : FROM x\n ---> 1234\nStep 2/2 : RUN make all\n ---> Running in 5678\ncc: no input files\n",
            errors: "DEPRECATED: The legacy builder is deprecated\n            Install the buildx component\n"
                + "The command '/bin/sh -c make all' returned a non-zero code: 2\n")
        #expect(failure.step == "step 2/2 'RUN make all'")
        #expect(
            failure.lastLines == [
                "cc: no input files", "The command '/bin/sh -c make all' returned a non-zero code: 2",
            ])
    }

    @Test func buildKit() {
        let failure = BuildFailure(
            output: "",
            errors:
                "#6 [2/3] RUN make all\n#6 0.1 cc: no input files\n#6 ERROR: exit code: 2\n------\n > [2/3] RUN make all:\n"
                + "0.1 cc: no input files\n------\nERROR: failed to solve: exit code: 2\n")
        #expect(failure.step == "step 2/3 'RUN make all'")
        #expect(failure.lastLines.last == "ERROR: failed to solve: exit code: 2")
    }

    @Test func nothingHadBegun() {
        #expect(BuildFailure(output: "", errors: "Cannot connect to the Docker daemon").step == nil)
    }
}
