//! Recorded answers next to the tests.

import FoundationEssentials
import Values

func goldens(_ name: String, beside file: String = #filePath) throws -> Value {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return try JSON.parse(Array(Data(contentsOf: URL(filePath: "\(folder)/Goldens/\(name)"))))
}
