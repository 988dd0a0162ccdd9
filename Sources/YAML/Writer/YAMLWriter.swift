//! Values → YAML text, byte for byte as PyYAML's `dump` over libyaml, which is what Ansible uses.

import CLibYAML
import Diagnostics
import Digests
import Values

extension Value {
    /// The value as one YAML document.
    package func yaml(_ style: YAMLStyle = YAMLStyle()) throws(Diagnostic) -> String {
        let emitter = YAMLEmitter(style)
        try emitter.emit(self)
        return emitter.text
    }
}

/// Owns libyaml's emitter for one document. Used by one thread, within one call.
private final class YAMLEmitter {
    private let style: YAMLStyle
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private var output: [UInt8] = []
    private static let deepest = 256
    /// Containers that stand in several places, and the anchors of those.
    private var anchors: [ObjectIdentifier: String?] = [:]
    private var anchorCount = 0
    private var written: Set<ObjectIdentifier> = []

    var text: String { String(decoding: output, as: UTF8.self) }

    init(_ style: YAMLStyle) {
        self.style = style
        emitter = .allocate(capacity: 1)
        yaml_emitter_initialize(emitter)
        yaml_emitter_set_unicode(emitter, style.allowUnicode ? 1 : 0)
        yaml_emitter_set_canonical(emitter, style.canonical ? 1 : 0)
        if let indent = style.indent { yaml_emitter_set_indent(emitter, Int32(clamping: indent)) }
        if let width = style.width { yaml_emitter_set_width(emitter, Int32(clamping: width)) }
        let context = Unmanaged.passUnretained(self).toOpaque()
        yaml_emitter_set_output(
            emitter,
            { context, bytes, count in
                guard let context, let bytes else { return 0 }
                Unmanaged<YAMLEmitter>.fromOpaque(context).takeUnretainedValue().output
                    .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            }, context)
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    func emit(_ value: Value) throws(Diagnostic) {
        var event = yaml_event_t()
        yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)
        try send(&event)
        yaml_document_start_event_initialize(&event, nil, nil, nil, style.explicitStart ? 0 : 1)
        try send(&event)
        try findAnchors(value, depth: 0)
        try emit(value, depth: 0)
        yaml_document_end_event_initialize(&event, style.explicitEnd ? 0 : 1)
        try send(&event)
        yaml_stream_end_event_initialize(&event)
        try send(&event)
    }

    /// libyaml takes the event over, whether or not it can be written.
    private func send(_ event: inout yaml_event_t) throws(Diagnostic) {
        guard yaml_emitter_emit(emitter, &event) == 1 else {
            let problem = emitter.pointee.problem.map { String(cString: $0) } ?? "unknown problem"
            throw Diagnostic(.templateRuntime, "cannot write this as YAML: \(problem)")
        }
    }

    private func emit(_ value: Value, depth: Int) throws(Diagnostic) {
        guard depth <= YAMLEmitter.deepest else {
            throw Diagnostic(.templateRecursion, "value is nested deeper than \(YAMLEmitter.deepest) levels")
        }
        var value = value
        var anchor: String?
        if case .object(let object as SharedValue) = value {
            value = object.content
            anchor = anchors[ObjectIdentifier(object)] ?? nil
            if let anchor, !written.insert(ObjectIdentifier(object)).inserted { return try emitAlias(anchor) }
        }
        if case .object(let object as TaggedText) = value { return try emit(object) }
        switch try value.forced() {
        case .list(let items), .tuple(let items): try emit(items, anchor, depth: depth)
        case .dict(let map): try emit(map, anchor, depth: depth)
        case .bytes(let bytes): try emitBinary(bytes)
        case .undefined(let reason): throw reason.diagnostic
        case .object(let object):
            throw Diagnostic(.templateRuntime, "a \(object.typeName) cannot be written as YAML")
        case let scalar: try emitScalar(scalar)
        }
    }

    /// Numbers shared containers in the order in which they are met a second time.
    private func findAnchors(_ value: Value, depth: Int) throws(Diagnostic) {
        guard depth <= YAMLEmitter.deepest else { return }
        var value = value
        if case .object(let object as SharedValue) = value {
            let identity = ObjectIdentifier(object)
            if let known = anchors[identity] {
                guard known == nil else { return }
                anchorCount += 1
                let digits = String(anchorCount)
                anchors[identity] = "id" + String(repeating: "0", count: max(3 - digits.count, 0)) + digits
                return
            }
            anchors[identity] = .some(nil)
            value = object.content
        }
        switch value {
        case .list(let items): for item in items { try findAnchors(item, depth: depth + 1) }
        case .dict(let map): for key in keys(of: map) { try findAnchors(map[key] ?? .none, depth: depth + 1) }
        default: break
        }
    }

    private func emit(_ tagged: TaggedText) throws(Diagnostic) {
        var event = yaml_event_t()
        var text = tagged.content
        _ = withText(tagged.tag) { tag in
            text.withUTF8 { bytes in
                yaml_scalar_event_initialize(
                    &event, nil, tag, bytes.baseAddress, Int32(bytes.count), 0, 0, YAML_LITERAL_SCALAR_STYLE)
            }
        }
        try send(&event)
    }

    private func emitAlias(_ anchor: String) throws(Diagnostic) {
        var event = yaml_event_t()
        _ = withText(anchor) { yaml_alias_event_initialize(&event, $0) }
        try send(&event)
    }

    private func emit(_ items: [Value], _ anchor: String?, depth: Int) throws(Diagnostic) {
        var event = yaml_event_t()
        let layout = isFlow(items) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
        _ = withAnchor(anchor) { anchor in
            withText("tag:yaml.org,2002:seq") { yaml_sequence_start_event_initialize(&event, anchor, $0, 1, layout) }
        }
        try send(&event)
        for item in items { try emit(item, depth: depth + 1) }
        yaml_sequence_end_event_initialize(&event)
        try send(&event)
    }

    private func emit(_ map: OrderedMap, _ anchor: String?, depth: Int) throws(Diagnostic) {
        var event = yaml_event_t()
        let layout = isFlow(map.keys + map.values) ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
        _ = withAnchor(anchor) { anchor in
            withText("tag:yaml.org,2002:map") { yaml_mapping_start_event_initialize(&event, anchor, $0, 1, layout) }
        }
        try send(&event)
        for key in keys(of: map) {
            try emit(key, depth: depth + 1)
            try emit(map[key] ?? .none, depth: depth + 1)
        }
        yaml_mapping_end_event_initialize(&event)
        try send(&event)
    }

    /// Keys that cannot be compared keep their order, as in PyYAML.
    private func keys(of map: OrderedMap) -> [Value] {
        guard style.sortKeys else { return map.keys }
        return (try? Value.sorted(map.keys)) ?? map.keys
    }

    private func isFlow(_ children: [Value]) -> Bool {
        style.defaultFlowStyle ?? (style.defaultStyle == nil && children.allSatisfy(\.isYAMLScalar))
    }

    private func emitScalar(_ value: Value) throws(Diagnostic) {
        let (text, type) = value.yamlScalar
        let isPlain = PlainScalar.type(of: text) == type
        try emitScalar(text, type: type, isPlain: isPlain, style: scalarStyle)
    }

    private var scalarStyle: yaml_scalar_style_t {
        switch style.defaultStyle {
        case "\"": YAML_DOUBLE_QUOTED_SCALAR_STYLE
        case "'": YAML_SINGLE_QUOTED_SCALAR_STYLE
        case "|": YAML_LITERAL_SCALAR_STYLE
        case ">": YAML_FOLDED_SCALAR_STYLE
        default: YAML_ANY_SCALAR_STYLE
        }
    }

    private func emitBinary(_ bytes: [UInt8]) throws(Diagnostic) {
        let encoded = Base64.encode(bytes)
        var lines = ""
        for (index, character) in encoded.enumerated() {
            if index > 0, index.isMultiple(of: 76) { lines.append("\n") }
            lines.append(character)
        }
        try emitScalar(lines + "\n", type: "binary", isPlain: false, style: YAML_LITERAL_SCALAR_STYLE)
    }

    private func emitScalar(
        _ text: String, type: String, isPlain: Bool, style: yaml_scalar_style_t
    ) throws(Diagnostic) {
        var event = yaml_event_t()
        var text = text
        let made = withText("tag:yaml.org,2002:\(type)") { tag in
            text.withUTF8 { bytes in
                yaml_scalar_event_initialize(
                    &event, nil, tag, bytes.baseAddress, Int32(bytes.count), isPlain ? 1 : 0, type == "str" ? 1 : 0,
                    style)
            }
        }
        guard made == 1 else { throw Diagnostic(.templateRuntime, "cannot write this text as YAML") }
        try send(&event)
    }

    private func withAnchor(_ anchor: String?, _ body: (UnsafePointer<UInt8>?) -> Int32) -> Int32 {
        guard let anchor else { return body(nil) }
        return withText(anchor, body)
    }

    /// A C string; libyaml copies it.
    private func withText(_ text: String, _ body: (UnsafePointer<UInt8>?) -> Int32) -> Int32 {
        (Array(text.utf8) + [0]).withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

extension Value {
    fileprivate var isYAMLScalar: Bool {
        switch self {
        case .list, .tuple, .dict, .bytes: false
        case .object(let object): object.shape == nil
        default: true
        }
    }

    /// The text of a scalar and the name of its type.
    fileprivate var yamlScalar: (text: String, type: String) {
        switch self {
        case .none: ("null", "null")
        case .bool(let flag): (flag ? "true" : "false", "bool")
        case .int(let number): (String(number), "int")
        case .big(let number): (number.decimal, "int")
        case .float(let number): (YAMLFloatText.text(number), "float")
        case .date(let date): (date.isoText(separator: " "), "timestamp")
        case .string(let text): (text, "str")
        default: ("", "str")
        }
    }
}

enum YAMLFloatText {
    /// Python's `repr`, with the point that YAML 1.1 wants before an exponent.
    static func text(_ number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
        let text = FloatText.representation(number)
        return text.contains(".") ? text : text.replacing("e", with: ".0e", maxReplacements: 1)
    }
}

extension PlainScalar {
    /// The name of the type that an unquoted scalar would be read as.
    static func type(of text: String) -> String {
        switch resolve(text) {
        case .merge: "merge"
        case .invalid: "invalid"
        case .value(let value):
            switch value {
            case .none: "null"
            case .bool: "bool"
            case .int, .big: "int"
            case .float: "float"
            case .date: "timestamp"
            default: "str"
            }
        }
    }
}
