//! libyaml's parser as a sequence of located events. The only file that calls libyaml.

import CLibYAML
import Diagnostics

/// One event of a YAML stream; offsets are bytes in the file.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
        case alias(String)
        case scalar(Node.Scalar, Properties)
        case sequenceStart(Properties)
        case mappingStart(Properties)
    }

    struct Properties {
        let anchor: String?
        let tag: String?
    }

    let kind: Kind
    let start: Int
    let end: Int
}

/// The events of a file. Owns the C parser; the file's bytes have to outlive it.
struct YAMLEventStream: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: SourceFile
    private let offsets: CharacterOffsets

    /// `bytes` are those of `file`.
    init(_ file: SourceFile, bytes: UnsafeBufferPointer<UInt8>) throws(Diagnostic) {
        self.file = file
        parser = .allocate(capacity: 1)
        offsets = CharacterOffsets(bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw Diagnostic(.internal, "no memory for the YAML parser")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // libyaml wants a pointer even for nothing; it never reads from this one then.
        let begin = bytes.baseAddress.map { $0 + offsets.base }
        withUnsafePointer(to: 0 as UInt8) { nothing in
            yaml_parser_set_input_string(parser, begin ?? nothing, bytes.count - offsets.base)
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(Diagnostic) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(
            kind: Self.kind(of: event), start: offsets.byte(ofCharacter: event.start_mark.index),
            end: offsets.byte(ofCharacter: event.end_mark.index))
    }

    private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                Node.Scalar(text: String(decoding: bytes, as: UTF8.self), style: style(scalar.style)),
                .init(anchor: text(scalar.anchor), tag: tag(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let sequence = event.data.sequence_start
            return .sequenceStart(.init(anchor: text(sequence.anchor), tag: tag(sequence.tag)))
        case YAML_MAPPING_START_EVENT:
            let mapping = event.data.mapping_start
            return .mappingStart(.init(anchor: text(mapping.anchor), tag: tag(mapping.tag)))
        default: return .streamEnd
        }
    }

    private static func style(_ style: yaml_scalar_style_t) -> Node.Scalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    /// The tag as written: libyaml has expanded `!!str` to its full name.
    private static func tag(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let tag = text(pointer) else { return nil }
        let standard = "tag:yaml.org,2002:"
        return tag.hasPrefix(standard) ? "!!" + tag.dropFirst(standard.count) : tag
    }

    private func failure() -> Diagnostic {
        let parser = parser.pointee
        func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        if parser.error == YAML_READER_ERROR {
            let offset = min(parser.problem_offset + offsets.base, file.bytes.count)
            return SyntaxMistake(
                file: file, problem: text(parser.problem), offset: offset, context: "", contextOffset: nil
            ).diagnostic
        }
        return SyntaxMistake(
            file: file, problem: text(parser.problem), offset: offsets.byte(ofCharacter: parser.problem_mark.index),
            context: text(parser.context),
            contextOffset: parser.context == nil ? nil : offsets.byte(ofCharacter: parser.context_mark.index)
        ).diagnostic
    }
}
