//! Letters and classes of characters as Python sees them.

import Values

extension StringMethods {
    static func classified(_ name: String, _ text: String) -> Value? {
        let scalars = text.unicodeScalars
        func all(_ holds: (Unicode.Scalar) -> Bool) -> Value { .bool(!scalars.isEmpty && scalars.allSatisfy(holds)) }
        switch name {
        case "isalpha": return all { $0.isPythonLetter }
        case "isdigit": return all { $0.isPythonDigit }
        case "isdecimal": return all { $0.properties.generalCategory == .decimalNumber }
        case "isnumeric": return all { $0.properties.numericType != nil }
        case "isalnum": return all { $0.isPythonLetter || $0.properties.numericType != nil }
        case "isspace": return all { $0.isPythonSpace }
        case "isascii": return .bool(scalars.allSatisfy(\.isASCII))
        case "isprintable": return .bool(scalars.allSatisfy(StringText.isPrintable))
        case "isidentifier":
            let isStarted = scalars.first.map { $0 == "_" || $0.properties.isXIDStart } ?? false
            return .bool(isStarted && scalars.allSatisfy(\.properties.isXIDContinue))
        case "islower":
            return isCased(scalars, not: { $0.isUppercase || $0.generalCategory == .titlecaseLetter }) {
                $0.isLowercase
            }
        case "isupper":
            return isCased(scalars, not: { $0.isLowercase || $0.generalCategory == .titlecaseLetter }) {
                $0.isUppercase
            }
        case "istitle": return .bool(isTitle(scalars))
        default: return nil
        }
    }

    private static func isCased(
        _ scalars: String.UnicodeScalarView, not excluded: (Unicode.Scalar.Properties) -> Bool,
        _ wanted: (Unicode.Scalar.Properties) -> Bool
    ) -> Value {
        .bool(!scalars.contains { excluded($0.properties) } && scalars.contains { wanted($0.properties) })
    }

    private static func isTitle(_ scalars: String.UnicodeScalarView) -> Bool {
        var (isInWord, hasWord) = (false, false)
        for scalar in scalars {
            if scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter {
                if isInWord { return false }
                (isInWord, hasWord) = (true, true)
            } else if scalar.properties.isLowercase {
                if !isInWord { return false }
            } else {
                isInWord = false
            }
        }
        return hasWord
    }
}

extension Unicode.Scalar {
    /// `str.isspace()`
    package var isPythonSpace: Bool {
        if isASCII { return CharacterClass.isSpace(UInt8(value)) }
        return properties.isWhitespace
    }

    var isPythonLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    var isPythonDigit: Bool {
        switch properties.numericType {
        case .decimal, .digit: true
        default: false
        }
    }

    /// Where `str.splitlines()` cuts.
    var isLineBreak: Bool {
        switch value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension String {
    /// `str.lower()`: like Swift's, with the final sigma of Greek words.
    package func pythonLowercased() -> String {
        unicodeScalars.contains("Σ") ? lowercasedWithSigma() : lowercased()
    }

    private func lowercasedWithSigma() -> String {
        let scalars = Array(unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            guard scalar == "Σ" else {
                result += scalar.properties.lowercaseMapping
                continue
            }
            let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }?.properties.isCased ?? false
            let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }?.properties.isCased ?? false
            result += before && !after ? "ς" : "σ"
        }
        return result
    }

    /// `str.capitalize()`
    package func pythonCapitalized() -> String {
        guard let first = unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).pythonLowercased()
    }

    /// `str.title()`: every run of letters begins with a capital.
    package func pythonTitled() -> String {
        var result = ""
        var isInWord = false
        for scalar in unicodeScalars {
            let properties = scalar.properties
            result += isInWord ? properties.lowercaseMapping : properties.titlecaseMapping
            isInWord = properties.isCased
        }
        return result
    }

    func expandingTabs(_ size: Int) -> String {
        var result = ""
        var column = 0
        for scalar in unicodeScalars {
            switch scalar {
            case "\t":
                if size > 0 {
                    let count = min(size - column % size, 4096)
                    result += String(repeating: " ", count: count)
                    column += count
                }
            case "\n", "\r":
                result.unicodeScalars.append(scalar)
                column = 0
            default:
                result.unicodeScalars.append(scalar)
                column += 1
            }
        }
        return result
    }
}
