//! The commands that make an archive.

import Values

/// One archive, or one compressed file, to be made on the host.
struct ArchivePacker: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case bz2, gz, tar, xz, zip
    }

    let format: Format
    let root: String
    /// Relative to `root`; one of them alone, where nothing but a compressed file is wanted.
    let members: [String]
    let isCompressedFile: Bool

    /// The members, a line each: the input of `command`.
    var list: [UInt8] { Array(members.map { Self.plain($0) + "\n" }.joined().utf8) }

    /// A name that tools would take for an option.
    private static func plain(_ name: String) -> String { name.hasPrefix("-") ? "./" + name : name }

    /// Ends the script with 94 where the host lacks a tool.
    var toolCheck: String {
        "for c in \(tools); do command -v $c >/dev/null || { echo $c >&2; exit 94; }; done"
    }

    /// `drover_pack` reads the list and writes the archive.
    ///
    /// The same members make the same bytes, so that what is there already can be compared.
    var function: String {
        """
        drover_pack() {
        cd -- \(RemotePath.literal(root)) || return 1
        \(command)
        }
        """
    }

    private var compressor: String? {
        switch format {
        case .gz: "gzip -nc"
        case .bz2: "bzip2 -c"
        case .xz: "xz -c"
        case .tar, .zip: nil
        }
    }

    private var tools: String {
        let packer = isCompressedFile ? nil : format == .zip ? "zip" : "tar"
        return [packer, compressor?.split(separator: " ").first.map(String.init)].compactMap(\.self)
            .joined(separator: " ")
    }

    private var command: String {
        if isCompressedFile, let compressor { return "\(compressor) <\(RemotePath.literal(members.first ?? ""))" }
        // What zip writes to a file is not what it writes to a pipe.
        if format == .zip { return Self.piped("zip -q -X -D - -@", into: "cat", warning: "0") }
        guard let compressor else { return "\(Self.tar)\ndrover_tar || [ $? = $w ]" }
        return "\(Self.tar)\n\(Self.piped("drover_tar", into: compressor, warning: "$w"))"
    }

    /// The status of the first part of a pipe is lost; here it comes out as text.
    private static func piped(_ first: String, into second: String, warning: String) -> String {
        """
        { s=$({ { \(first); echo $? >&3; } | \(second) >&4; } 3>&1); } 4>&1 &&
        { [ "$s" = 0 ] || [ "$s" = \(warning) ]; }
        """
    }

    /// To GNU tar, 1 says that a file changed while it was read. A tar that reads no lists gets them as words.
    private static let tar = """
        drover_tar() { tar -c -f - --no-recursion $o -T -; }
        o= w=0; case $(tar --help 2>&1) in
        *GNU*) o=--no-unquote w=1;;
        *-T\\ *) ;;
        *) drover_tar() {
        set --; while IFS= read -r m; do set -- "$@" "$m"; done
        tar -c -f - --no-recursion "$@"
        };;
        esac
        """
}
