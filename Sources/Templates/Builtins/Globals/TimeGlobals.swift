//! The global functions `now` and `lipsum`.

import Diagnostics
import Glibc
import Values

enum TimeGlobals {
    static let all: [Builtin] = [
        .global(
            "now", [.optional("utc", false), .optional("fmt")], summary: "The current time, or its text in a format.",
            example: "{{ now(fmt='%Y') | length }} → 4"
        ) { call throws(Diagnostic) in
            var moment = timespec()
            clock_gettime(CLOCK_REALTIME, &moment)
            let utc = try call.truth(0)
            if let format = try call.optionalText(1) {
                return .string(DateFormatting.text(format, seconds: moment.tv_sec, utc: utc))
            }
            var fields = tm()
            if utc { gmtime_r(&moment.tv_sec, &fields) } else { localtime_r(&moment.tv_sec, &fields) }
            return .date(
                DateValue(
                    year: Int(fields.tm_year) + 1900, month: Int(fields.tm_mon) + 1, day: Int(fields.tm_mday),
                    time: .init(
                        hour: Int(fields.tm_hour), minute: Int(fields.tm_min), second: Int(fields.tm_sec),
                        microsecond: moment.tv_nsec / 1000)))
        },
        .global(
            "lipsum", [.optional("n", 5), .optional("html", true), .optional("min", 20), .optional("max", 100)],
            summary: "Paragraphs of text without meaning.",
            example: "{{ lipsum(n=1, html=false, min=5, max=6) | wordcount }} → 5"
        ) { call throws(Diagnostic) in try paragraphs(call) },
    ]

    private static let words =
        "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna"
        .split(separator: " ").map(String.init)

    private static func paragraphs(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let (count, html) = (try call.integer(0), try call.truth(1))
        let (least, most) = (try call.integer(2), try call.integer(3))
        guard least >= 0, most > least, count < 10_000, most < 100_000 else {
            throw call.mistake("empty range in lipsum()")
        }
        let texts = (0..<max(0, count)).map { _ in
            let text = (0..<Int.random(in: least..<most)).map { _ in words.randomElement() ?? "" }
            return TextTools.capitalized(text.joined(separator: " ")) + "."
        }
        if !html { return .string(texts.joined(separator: "\n\n")) }
        return .object(Markup(texts.map { "<p>\($0)</p>" }.joined(separator: "\n")))
    }
}
