//! Dates: text → date and seconds → text.

import Diagnostics
import Glibc
import Values

enum DateFilters {
    static let all: [Builtin] = [
        .filter(
            "strftime", value: "string_format", [.optional("second"), .optional("utc", false)],
            summary: "The time (seconds since 1970, or now) in a format.",
            example: "{{ '%Y-%m-%d' | strftime(0, utc=true) }} → 1970-01-01"
        ) { call throws(Diagnostic) in
            guard let format = call.value.string else {
                throw call.mistake("strftime() argument 1 must be str, not \(call.value.typeName)")
            }
            var seconds = time(nil)
            if !call[1].isNone {
                guard let given = call[1].double ?? call[1].string.flatMap(NumberParsing.float), given.isFinite,
                    abs(given) < 1e17
                else { throw call.mistake("Invalid value for epoch value (\(try call.text(1)))") }
                seconds = Int(given.rounded(.down))
            }
            return .string(DateFormatting.text(format, seconds: seconds, utc: try call.truth(2)))
        },
        .filter(
            "to_datetime", value: "string", [.optional("format", "%Y-%m-%d %H:%M:%S")],
            summary: "The date that a text tells.",
            example: "{{ ('2024-05-06' | to_datetime('%Y-%m-%d')).year }} → 2024"
        ) { call throws(Diagnostic) in
            guard let text = call.value.string else {
                throw call.mistake("strptime() argument 1 must be str, not \(call.value.typeName)")
            }
            let format = try call.text(1)
            guard let date = DateParsing.date(text, format: format) else {
                throw call.mistake("time data '\(text)' does not match format '\(format)'")
            }
            return .date(date)
        },
    ]
}

/// `strftime`, by the C library.
enum DateFormatting {
    static func text(_ format: String, seconds: Int, utc: Bool) -> String {
        var (seconds, fields) = (seconds, tm())
        if utc { gmtime_r(&seconds, &fields) } else { localtime_r(&seconds, &fields) }
        return text(format, &fields)
    }

    static func text(_ format: String, _ fields: inout tm) -> String {
        // A format may give nothing; the mark at its end tells that from a buffer that is too small.
        var buffer = [UInt8](repeating: 0, count: 256 + format.utf8.count * 32)
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { strftime($0, bytes.count, format + "|", &fields) } ?? 0
        }
        return String(decoding: buffer.prefix(max(0, length - 1)), as: UTF8.self)
    }
}
