//! Filters for HTML and XML.

import Diagnostics
import Regexes
import Values

enum MarkupFilters {
    static let all: [Builtin] = [
        .filter(
            "escape", aliases: ["e"], value: "s", summary: "The text with `<`, `>`, `&` and quotes written for HTML.",
            example: "{{ '<a>' | escape }} → &lt;a&gt;"
        ) { call throws(Diagnostic) in
            if case .object(let object) = call.value, object is Markup { return call.value }
            return .object(Markup(escaped(try call.text())))
        },
        .filter(
            "forceescape", summary: "As `escape`, even for what is marked as safe.",
            example: "{{ '<a>' | safe | forceescape }} → &lt;a&gt;"
        ) { call throws(Diagnostic) in .object(Markup(escaped(try call.text()))) },
        .filter("safe", summary: "The text marked as safe HTML.", example: "{{ '<a>' | safe | e }} → <a>") {
            call throws(Diagnostic) in .object(Markup(try call.text()))
        },
        .filter(
            "striptags", summary: "The text without tags and comments, white space collapsed.",
            example: "{{ '<p>a  <b>c</b></p>' | striptags }} → a c"
        ) { call throws(Diagnostic) in .string(try strippingTags(try call.text())) },
        .filter(
            "xmlattr", value: "d", [.optional("autospace", true)], summary: "A dictionary as attributes of an element.",
            example: "{{ {'a': 1, 'b': none} | xmlattr }} →  a=\"1\""
        ) { call throws(Diagnostic) in
            var attributes: [String] = []
            for (key, value) in try call.mapping() where !value.isNone {
                if case .undefined(let reason) = value { throw reason.diagnostic }
                let name = try key.text()
                if name.contains(where: { $0.isWhitespace || "/>=".contains($0) }) {
                    throw call.mistake("Invalid character in attribute name: '\(name)'")
                }
                attributes.append("\(escaped(name))=\"\(escaped(try value.text()))\"")
            }
            let text = attributes.joined(separator: " ")
            let hasSpace = try call.truth(1)
            return .string(hasSpace && !text.isEmpty ? " " + text : text)
        },
        .filter(
            "urlize",
            [
                .optional("trim_url_limit"), .optional("nofollow", false), .optional("target"), .optional("rel"),
                .optional("extra_schemes"),
            ],
            summary: "The text with its URLs and mail addresses as links.",
            example: "{{ 'x http://a.org' | urlize }} → x <a href=\"http://a.org\" rel=\"noopener\">http://a.org</a>"
        ) { call throws(Diagnostic) in
            var relations = Set(try (call.optionalText(4) ?? "").split(separator: " ").map(String.init))
            if try call.truth(2) { relations.insert("nofollow") }
            relations.insert("noopener")
            var schemes: [String] = []
            if !call[5].isNone { for scheme in try call.elements(5) { schemes.append(try scheme.text()) } }
            let links = Links(
                limit: try call.optionalInteger(1), relation: relations.sorted().joined(separator: " "),
                target: try call.optionalText(3), extraSchemes: schemes)
            return .object(Markup(try links.linked(try call.text())))
        },
    ]

    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "'": output += "&#39;"
            case "\"": output += "&#34;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func strippingTags(_ text: String) throws(Diagnostic) -> String {
        let bare = try Pattern.cached("(?s)<!--.*?-->|<.*?>").replace(in: text, with: "").text
        let words = TextTools.split(bare, nil, limit: -1).joined(separator: " ")
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ]
        return entities.reduce(words) { TextTools.replace($0, $1.0, $1.1, count: -1) }
    }
}

/// What `urlize` makes of words.
private struct Links {
    let limit: Int?
    let relation: String
    let target: String?
    let extraSchemes: [String]

    func linked(_ text: String) throws(Diagnostic) -> String {
        var output = ""
        for part in try Pattern.cached("(\\s+)").split(MarkupFilters.escaped(text)) {
            output += try linkedWord(part ?? "")
        }
        return output
    }

    private func linkedWord(_ word: String) throws(Diagnostic) -> String {
        let opening = try Pattern.cached("([(<]|&lt;)+").match(word)?.group(0) ?? ""
        var middle = String(word.dropFirst(opening.count))
        let closing = try Pattern.cached("([)>.,\\n]|&gt;)+$").search(middle)?.group(0) ?? ""
        middle = String(middle.dropLast(closing.count))
        guard let link = try link(middle) else { return word }
        return opening + link + closing
    }

    private func link(_ text: String) throws(Diagnostic) -> String? {
        let web = try Pattern.cached(
            "(?i)(?:(https?://|www\\.)(([\\w%-]+\\.)+)?([a-z]{2,63}|xn--[\\w%]{2,59})|(https?://)"
                + "(([\\d]{1,3})(\\.[\\d]{1,3}){3}|(\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}\\])))"
                + "(?::[\\d]{1,5})?(?:[/?#]\\S*)?")
        if try web.fullMatch(text) != nil {
            let address = text.hasPrefix("https://") || text.hasPrefix("http://") ? text : "https://" + text
            return anchor(address, shown: trimmed(text), follows: true)
        }
        if text.hasPrefix("mailto:"), try isMailAddress(String(text.dropFirst(7))) {
            return anchor(text, shown: String(text.dropFirst(7)), follows: false)
        }
        if !text.hasPrefix("www."), !text.contains(":"), try isMailAddress(text) {
            return anchor("mailto:" + text, shown: text, follows: false)
        }
        if extraSchemes.contains(where: { text != $0 && text.hasPrefix($0) }) {
            return anchor(text, shown: text, follows: true)
        }
        return nil
    }

    private func isMailAddress(_ text: String) throws(Diagnostic) -> Bool {
        try Pattern.cached("\\S+@\\w[\\w.-]*\\.\\w+").fullMatch(text) != nil
    }

    private func trimmed(_ text: String) -> String {
        guard let limit, text.unicodeScalars.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "..."
    }

    private func anchor(_ address: String, shown: String, follows: Bool) -> String {
        let extra = follows ? " rel=\"\(relation)\"" + (target.map { " target=\"\($0)\"" } ?? "") : ""
        return "<a href=\"\(address)\"\(extra)>\(shown)</a>"
    }
}
