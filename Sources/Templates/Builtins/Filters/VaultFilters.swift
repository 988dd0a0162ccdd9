//! The filters `vault` and `unvault`; the cipher itself is the variable source's.

import Diagnostics
import Values

/// Encrypts and decrypts vaults with a secret that a template names.
package struct Vaulting: Sendable {
    /// The envelope of a text. `salt` nil means a random one, `id` nil a vault without a label.
    package let encrypt:
        @Sendable (_ text: String, _ secret: String, _ salt: String?, _ id: String?)
            throws(Diagnostic) -> String
    package let decrypt: @Sendable (_ envelope: String, _ secret: String) throws(Diagnostic) -> String

    package init(
        encrypt: @escaping @Sendable (String, String, String?, String?) throws(Diagnostic) -> String,
        decrypt: @escaping @Sendable (String, String) throws(Diagnostic) -> String
    ) {
        self.encrypt = encrypt
        self.decrypt = decrypt
    }
}

enum VaultFilters {
    static let all: [Builtin] = [
        .filter(
            "vault", value: "data",
            [
                .required("secret"), .optional("salt"), .optional("vault_id", "filter_default"),
                .optional("wrap_object", false), .optional("vaultid"),
            ], summary: "The text as a vault, encrypted with a secret.", example: "{{ 'text' | vault('secret') }}"
        ) { call throws(Diagnostic) in
            let id = call[5].isNone ? try call.text(3) : try call.text(5)
            return .string(
                try vaulting(call).encrypt(try call.string(), try call.string(1), try call.optionalText(2), id))
        },
        .filter(
            "unvault", value: "vault",
            [.required("secret"), .optional("vault_id", "filter_default"), .optional("vaultid")],
            summary: "The text that a vault holds; anything else stays as it is.",
            example: "{{ 'no vault' | unvault('secret') }} → no vault"
        ) { call throws(Diagnostic) in
            let text = try call.string()
            guard text.hasPrefix(Path.vaultMark) else { return call.value }
            return .string(try vaulting(call).decrypt(text, try call.string(1)))
        },
    ]

    private static func vaulting(_ call: BuiltinCall) throws(Diagnostic) -> Vaulting {
        guard let vaulting = call.runtime.scope.source.vaulting else {
            throw call.mistake("there are no vaults here")
        }
        return vaulting
    }
}
