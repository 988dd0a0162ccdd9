//! Questions at the terminal: programs that start drover answer them by their exact text.

import FoundationEssentials
import Testing

@Suite struct PromptTests {
    private static let playbook = """
        - hosts: localhost
          connection: local
          gather_facts: false
          vars_prompt:
            - name: word
              prompt: Say word
              private: false
          tasks:
            - debug:
                msg: "{{ word }}"

        """

    /// The program under one of its names, with a home of its own.
    private func program(_ folder: Folder, _ arguments: String...) throws -> TerminalProgram {
        let words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder.path] + arguments
        return try #require(
            TerminalProgram(
                words, environment: ["PATH=\(folder.programs):/usr/bin:/bin", "HOME=\(folder.path)", "NO_COLOR=1"]))
    }

    @Test func comeInAnsiblesOrderEachAlone() throws {
        let folder = try Folder(["site.yml": Self.playbook])
        let program = try program(folder, "ansible-playbook", "-k", "-K", "--ask-vault-pass", "site.yml")
        #expect(program.read() == "SSH password: ")
        program.answer("one")
        #expect(program.question() == "BECOME password[defaults to SSH password]: ")
        program.answer("")
        #expect(program.question() == "Vault password: ")
        program.answer("two")
        #expect(program.question() == "Say word: ")
        program.answer("hello")
        let text = program.rest()
        #expect(text.contains("\"msg\": \"hello\""))
        #expect(!text.contains("one") && !text.contains("two"))
        #expect(program.end() == 0)
    }

    @Test func nameTheVault() throws {
        let folder = try Folder(["site.yml": Self.playbook])
        let program = try program(
            folder, "ansible-playbook", "-K", "--vault-id", "prod@prompt", "-e", "word=given", "site.yml")
        #expect(program.read() == "BECOME password: ")
        program.answer("x")
        #expect(program.question() == "Vault password (prod): ")
        program.answer("y")
        #expect(program.rest().contains("given"))
        #expect(program.end() == 0)
    }

    @Test func askForANewPasswordTwice() throws {
        let folder = try Folder(["secret.txt": "hidden\n"])
        let program = try program(folder, "ansible-vault", "encrypt", "--ask-vault-pass", "secret.txt")
        #expect(program.read() == "New Vault password: ")
        program.answer("one")
        #expect(program.question() == "Confirm New Vault password: ")
        program.answer("one")
        #expect(program.rest().contains("Encryption successful"))
        #expect(program.end() == 0)
        #expect(try folder.text("secret.txt").hasPrefix("$ANSIBLE_VAULT;1.1;AES256\n"))
    }
}

extension TerminalProgram {
    /// The next question, behind the line break that a hidden answer ends with.
    fileprivate func question() -> String? {
        var text = ""
        while let piece = read() {
            text += piece
            let question = text.split(separator: "\r\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
            if question.hasSuffix(": ") { return question }
        }
        return text
    }
}

/// A folder of the test's own, with the names of the program beside it.
private final class Folder {
    let path: String
    var programs: String { path + "/.bin" }

    init(_ files: [String: String]) throws {
        path = "/tmp/drover-prompt-\(UInt64.random(in: .min ... .max))"
        let manager = FileManager.default
        try manager.createDirectory(atPath: path + "/.bin", withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)")) }
        let binary = try #require(Stage.binary)
        for name in Stage.names {
            try manager.createSymbolicLink(atPath: "\(programs)/\(name)", withDestinationPath: binary)
        }
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(name)")), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
