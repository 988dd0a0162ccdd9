//! Bodies of requests: JSON, forms, and whatever is given.

import Diagnostics
import Values

enum HTTPBody {
    /// The bytes and their content type.
    static func encode(
        _ value: Value, as format: String, _ arguments: ModuleArguments, _ context: ModuleContext
    ) throws(Diagnostic) -> (bytes: [UInt8], type: String?) {
        switch format {
        case "json":
            if let text = value.string { return (Array(text.utf8), "application/json") }
            return (Array(try value.json().utf8), "application/json")
        case "form-urlencoded":
            return (Array(try form(value, arguments).utf8), "application/x-www-form-urlencoded")
        case "form-multipart": return try multipart(value, arguments, context)
        default:
            if case .bytes(let bytes) = value { return (bytes, nil) }
            if let text = value.scalarText { return (Array(text.utf8), nil) }
            return (Array(try value.json().utf8), nil)
        }
    }

    private static func form(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) -> String {
        if let text = value.string { return text }
        var pairs: [(String, Value)] = value.dict.map { $0.map { ($0.key.scalarText ?? "", $0.value) } } ?? []
        if value.dict == nil {
            for item in value.list ?? [] {
                guard let pair = item.list, pair.count == 2 else {
                    throw arguments.invalid("body", "a form's body is a dict, or a list of pairs")
                }
                pairs.append((pair[0].scalarText ?? "", pair[1]))
            }
        }
        return pairs.flatMap { name, value in
            (value.list ?? [value]).map { "\(escaped(name))=\(escaped($0.formText))" }
        }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            if byte.isNameByte || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~") {
                output.append(byte)
            } else if byte == UInt8(ascii: " ") {
                output.append(UInt8(ascii: "+"))
            } else {
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func multipart(
        _ value: Value, _ arguments: ModuleArguments, _ context: ModuleContext
    ) throws(Diagnostic) -> ([UInt8], String?) {
        guard let fields = value.dict else {
            throw arguments.invalid("body", "the body of 'form-multipart' is a dict")
        }
        let boundary = "drover" + String(UInt64.random(in: .min ... .max), radix: 16)
        var bytes: [UInt8] = []
        for (name, field) in fields {
            var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name.scalarText ?? "")\""
            var content = Array(field.formText.utf8)
            if field.dict != nil {
                if let file = field["filename"]?.string {
                    head += "; filename=\"\(file.split(separator: "/").last ?? "")\""
                    if field["content"] == nil {
                        let path = try context.controller.path(of: file, in: .files)
                        content = try context.controller.read(path, decrypt: true)
                    }
                }
                if let text = field["content"]?.scalarText { content = Array(text.utf8) }
                head += "\r\nContent-Type: \(field["mime_type"]?.string ?? "application/octet-stream")"
            }
            bytes += Array((head + "\r\n\r\n").utf8) + content + Array("\r\n".utf8)
        }
        return (bytes + Array("--\(boundary)--\r\n".utf8), "multipart/form-data; boundary=\(boundary)")
    }
}

extension Value {
    /// As Python's `str` for a form: `True`, `None`.
    fileprivate var formText: String {
        switch self {
        case .bool(let flag): flag ? "True" : "False"
        case .none: "None"
        default: scalarText ?? ""
        }
    }
}
