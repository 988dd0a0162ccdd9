//! Kinds of file systems, and the programs that make and grow them.

/// What `mkfs` and its kin can make.
enum FileSystemKind: String, CaseIterable {
    case bcachefs, btrfs, ext2, ext3, ext4, ext4dev, f2fs, lvm, ocfs2, reiserfs, xfs, vfat, swap

    /// The kind that `blkid` tells.
    static func named(_ type: String) -> FileSystemKind? {
        type == "LVM2_member" ? .lvm : FileSystemKind(rawValue: type)
    }

    /// ext4dev was the name of ext4 before it was done.
    var same: FileSystemKind { self == .ext4dev ? .ext4 : self }

    func make(isForced: Bool) -> String {
        switch self {
        case .ext2, .ext3, .ext4, .ext4dev: "mkfs.\(rawValue) -q\(isForced ? " -F" : "")"
        case .btrfs, .xfs, .f2fs, .bcachefs: "mkfs.\(rawValue)\(isForced ? " -f" : "")"
        case .reiserfs: "mkfs.reiserfs -q\(isForced ? " -f" : "")"
        case .ocfs2: "mkfs.ocfs2\(isForced ? " -Fx" : "")"
        case .vfat: "mkfs.vfat"
        case .swap: "mkswap\(isForced ? " -f" : "")"
        case .lvm: "pvcreate\(isForced ? " -f" : "")"
        }
    }

    /// Gives it the UUID in `$u`; nil where its tools cannot.
    var identity: String? {
        switch self {
        case .ext2, .ext3, .ext4, .ext4dev: #"tune2fs -U "$u" DEVICE"#
        case .xfs: #"xfs_admin -U "$u" DEVICE"#
        case .lvm: #"pvchange -u DEVICE"#
        default: nil
        }
    }

    /// A question that prints `it could grow` where it could, and the act.
    var growth: (need: String, act: String)? {
        let print = "echo '\(FilesystemModule.needed)'"
        let size = "d=$(blockdev --getsize64 DEVICE 2>/dev/null || stat -c %s DEVICE)"
        // Kinds that work through the place where they are mounted.
        let mounted = #"m=$(findmnt -n -o TARGET --first-only DEVICE) && [ -n "$m" ]"#
        switch self {
        case .ext2, .ext3, .ext4, .ext4dev:
            return (
                """
                \(size); set -- $(dumpe2fs -h DEVICE 2>/dev/null | sed -n 's/^Block \\(count\\|size\\): *//p')
                [ "$#" = 2 ] && [ $(($1 * $2)) -lt $((d / $2 * $2)) ] && \(print)
                """, "resize2fs DEVICE"
            )
        case .xfs:
            return (
                """
                \(mounted) && \(size) && set -- $(xfs_info "$m" | sed -n 's/^data .*bsize=\\([0-9]*\\) *blocks=\\([0-9]*\\).*/\\1 \\2/p')
                [ "$#" = 2 ] && [ $(($1 * $2)) -lt $((d / $1 * $1)) ] && \(print)
                """, "\(mounted) && xfs_growfs \"$m\""
            )
        case .btrfs:
            return (
                """
                \(mounted) && \(size) && s=$(btrfs filesystem show --raw "$m" | sed -n 's/.* size \\([0-9]*\\) .*/\\1/p')
                [ -n "$s" ] && [ "$s" -lt $((d / 4096 * 4096)) ] && \(print)
                """, "\(mounted) && btrfs filesystem resize max \"$m\""
            )
        case .lvm:
            return (
                """
                \(size) && s=$(pvs --noheadings --nosuffix --units b -o dev_size,pv_size,vg_extent_size DEVICE 2>/dev/null) &&
                set -- $s && [ "$#" = 3 ] && [ $(($1 - $2)) -gt $(($3 * 2)) ] && \(print)
                """, "pvresize DEVICE"
            )
        default: return nil
        }
    }
}
