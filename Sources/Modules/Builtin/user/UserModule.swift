//! `user`: makes, changes and removes users.

import Diagnostics
import Values

package struct UserModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.user"], "Makes, changes and removes users",
        arguments: [
            ArgumentSpec("name", .string, "Name of the user", required: true, aliases: ["user"]),
            ArgumentSpec("state", .string, "Whether it exists", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("uid", .int, "Its number"),
            ArgumentSpec("non_unique", .bool, "Allow a number that another user has", default: false),
            ArgumentSpec("group", .string, "Primary group, by name or number"),
            ArgumentSpec("groups", .list(of: .string), "Further groups; an empty list leaves all of them"),
            ArgumentSpec("append", .bool, "Keep groups that are not named", default: false),
            ArgumentSpec("comment", .string, "Description (GECOS)"),
            ArgumentSpec("home", .path, "Home folder"),
            ArgumentSpec("create_home", .bool, "Make the home folder", default: true, aliases: ["createhome"]),
            ArgumentSpec("move_home", .bool, "Move the home folder if it changes", default: false),
            ArgumentSpec("skeleton", .string, "Folder whose content a new home folder gets"),
            ArgumentSpec("shell", .path, "Login shell"),
            ArgumentSpec("system", .bool, "A new user gets a number of the system's range", default: false),
            ArgumentSpec("password", .string, "Hash of the password, as shadow holds it", secret: true),
            ArgumentSpec(
                "update_password", .string, "When to set it", default: "always", choices: ["always", "on_create"]),
            ArgumentSpec("password_lock", .bool, "Lock or unlock the password"),
            ArgumentSpec("password_expire_max", .int, "Days after which it has to be changed"),
            ArgumentSpec("password_expire_min", .int, "Days before which it may not be changed"),
            ArgumentSpec("password_expire_warn", .int, "Days of warning before it expires"),
            ArgumentSpec("password_expire_account_disable", .int, "Days from its expiry to the end of the account"),
            ArgumentSpec("expires", .float, "End of the account, seconds since 1970; negative for never"),
            ArgumentSpec("umask", .string, "Umask while the home folder is made"),
            ArgumentSpec("uid_min", .int, "Lowest number for a new user"),
            ArgumentSpec("uid_max", .int, "Highest number for a new user"),
            ArgumentSpec("seuser", .string, "SELinux user"),
            ArgumentSpec("local", .bool, "Look at the host's own files only", default: false),
            ArgumentSpec("force", .bool, "Remove even a user who is logged in", default: false),
            ArgumentSpec("remove", .bool, "Remove the home folder and mail as well", default: false),
            ArgumentSpec("generate_ssh_key", .bool, "Make a key pair unless there is one", default: false),
            ArgumentSpec("ssh_key_type", .string, "Kind of key", default: "rsa"),
            ArgumentSpec("ssh_key_bits", .int, "Size of the key"),
            ArgumentSpec("ssh_key_file", .path, "File of the key, in the home folder if relative"),
            ArgumentSpec("ssh_key_comment", .string, "Its comment", default: "ansible-generated on $HOSTNAME"),
            ArgumentSpec("ssh_key_passphrase", .string, "Passphrase of the key", secret: true),
        ], readsAhead: true)

    private let wish: UserWish

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        wish = try UserWish(arguments)
    }

    package func start() throws(Diagnostic) -> Step { UserPlan(wish).start() }
}
