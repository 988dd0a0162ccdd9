//! `generate_ssh_key`: a user's own key pair.

import Connections

struct UserKey: Sendable {
    private let wish: UserWish

    init(_ wish: UserWish) { self.wish = wish }

    /// The variable that carries the passphrase to the script.
    static let passphrase = "DROVER_KEY_PASSPHRASE"

    /// Sets `$k` to the key's file. The home folder is the wished one, else the account's.
    private var location: String {
        let path = wish.keyPath.shellQuoted
        guard !wish.keyPath.hasPrefix("/") else { return "k=\(path)" }
        if let home = wish.home { return "k=\(home.shellQuoted)/\(path)" }
        return
            "h=$( (getent passwd \(wish.name.shellQuoted) || awk -F: '$1 == ENVIRON[\"n\"]' /etc/passwd) 2>/dev/null "
            + "| head -n 1 | cut -d: -f6); k=$h/\(path)"
    }

    /// Says which key there is, once there is one.
    var probe: String {
        """
        \(location)
        if [ -e "$k" ]; then echo "K $k"; echo "F $(ssh-keygen -l -f "$k" 2>/dev/null)"
        echo "U $(cat "$k.pub" 2>/dev/null)"; fi

        """
    }

    /// The passphrase is read by ssh-keygen from its input, as it does without a terminal.
    var generation: String {
        let comment = wish.arguments.string("ssh_key_comment") ?? ""
        var words = ["-q", "-t", (wish.arguments.string("ssh_key_type") ?? "rsa").shellQuoted]
        if let bits = wish.arguments.int("ssh_key_bits") { words.append("-b \(bits)") }
        let hasPassphrase = wish.arguments.string("ssh_key_passphrase") != nil
        if !hasPassphrase { words.append("-N ''") }
        let command = "ssh-keygen \(words.joined(separator: " ")) -C \"$c\" -f \"$k\""
        let run =
            hasPassphrase
            ? "printf '%s\\n%s\\n' \"$\(Self.passphrase)\" \"$\(Self.passphrase)\" "
                + "| $(command -v setsid) \(command) >/dev/null" : "\(command) </dev/null"
        return """
            n=\(wish.name.shellQuoted); export n
            \(location)
            g=$(id -g "$n") && d=$(dirname "$k") || exit 1
            if [ ! -d "$d" ]; then mkdir -p "$d" && chmod 700 "$d" && chown "$n:$g" "$d" || exit 1; fi
            c=\(comment.shellQuoted); t='$HOSTNAME'
            case $c in *"$t"*) c="${c%%"$t"*}$(cat /proc/sys/kernel/hostname || hostname)${c#*"$t"}";; esac
            \(run) || exit $?
            chown "$n:$g" "$k" "$k.pub" || exit 1
            """
    }
}
