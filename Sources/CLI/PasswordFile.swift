//! Files with a password, or programs that print one.

import Diagnostics
import Glibc
import Playbooks
import Vaults
import YAML

struct PasswordFile {
    let path: String
    let vault: VaultDecryption

    /// The first words of the file or of what the program prints; `-` is standard input.
    func password() throws(Diagnostic) -> String {
        let path = Path.expanded(path)
        let bytes: [UInt8]
        if path == "-" {
            bytes = StandardInput.bytes()
        } else if access(path, X_OK) == 0, !Path.isFolder(path) {
            let result = try Program.run(path, [], timeout: .seconds(300))
            guard result.status == 0 else {
                throw Diagnostic(.usage, "the password script '\(path)' ended with status \(result.status)")
            }
            bytes = result.output
        } else {
            bytes = try SourceReader(decrypt: vault).read(path).bytes
        }
        let password = String(decoding: bytes, as: UTF8.self).trimmed
        guard !password.isEmpty else {
            throw Diagnostic(.usage, "Empty password was provided from file (\(path))")
        }
        return password
    }
}
