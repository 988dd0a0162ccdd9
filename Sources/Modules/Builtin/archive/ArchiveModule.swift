//! `archive`: packs files of the host into an archive there, or compresses one of them.

import Connections
import Diagnostics
import Regexes
import Values

package struct ArchiveModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.archive"], "Packs files of the host into an archive there",
        arguments: [
            ArgumentSpec("path", .list(of: .path), "Files, folders and patterns on the host", required: true),
            ArgumentSpec("dest", .path, "The archive; one file alone may do without"),
            ArgumentSpec(
                "format", .string, "How it is compressed", default: "gz",
                choices: ArchivePacker.Format.allCases.map(\.rawValue)),
            ArgumentSpec(
                "exclude_path", .list(of: .path), "Paths and patterns to leave out of path", default: .list([])),
            ArgumentSpec(
                "exclusion_patterns", .list(of: .string), "Patterns of names in the archive to leave out",
                default: .list([])),
            ArgumentSpec("force_archive", .bool, "Packs a single file, too, not only compresses it", default: false),
            ArgumentSpec("remove", .bool, "Removes from the host what has been packed", default: false),
        ] + ArgumentSpec.fileAttributes)

    private let paths: [String]
    private let excludedPaths: [String]
    private let patterns: [Pattern]
    private let destination: String?
    private let format: ArchivePacker.Format
    private let packsAlways: Bool
    private let removes: Bool
    private let attributes: FileAttributes
    private let writesInPlace: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        paths = arguments.strings("path") ?? []
        excludedPaths = arguments.strings("exclude_path") ?? []
        patterns = try (arguments.strings("exclusion_patterns") ?? []).map { text throws(Diagnostic) in
            try Pattern.glob(text)
        }
        destination = arguments.string("dest")
        format = ArchivePacker.Format(rawValue: arguments.string("format") ?? "") ?? .gz
        packsAlways = arguments.bool("force_archive") ?? false || format == .tar || format == .zip
        removes = arguments.bool("remove") ?? false
        attributes = try FileAttributes(arguments)
        writesInPlace = arguments.bool("unsafe_writes") ?? false
        guard !paths.isEmpty else { throw arguments.invalid("path", "no path is named") }
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(ArchiveSources.probe(paths: paths, excluding: excludedPaths)) { answer throws(Diagnostic) in
            try pack(ArchiveSources(answer, paths: paths))
        }
    }

    private func pack(_ sources: ArchiveSources) throws(Diagnostic) -> Step {
        let isArchive = packsAlways || sources.hasFolder || sources.expanded.count > 1
        let isOneFile = sources.expanded.count == 1 && !sources.hasFolder
        guard let place = destination ?? (isOneFile ? "\(sources.expanded[0]).\(format.rawValue)" : nil) else {
            return .done(.failure("Error, must specify \"dest\" when archiving multiple files or trees"))
        }
        let packer = ArchivePacker(
            format: format, root: sources.root,
            members: try sources.members(excluding: patterns, withFolders: format != .zip),
            isCompressedFile: !isArchive)
        if let name = packer.members.first(where: { $0.contains("\n") }) {
            return .done(.failure("a name with a line break cannot be packed: \(packer.root)\(name)"))
        }
        let job = ArchiveJob(
            sources: sources, packer: packer, attributes: attributes, removes: removes, writesInPlace: writesInPlace)
        return try job.start(RemotePath(place))
    }
}
