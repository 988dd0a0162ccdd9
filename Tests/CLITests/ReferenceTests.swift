//! The committed reference is what the declarations say now.

import CLI
import FoundationEssentials
import Testing

@Suite struct ReferenceTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../docs/reference")

    @Test(arguments: Reference.allCases) func isUpToDate(_ page: Reference) throws {
        let path = Self.folder.appending(path: "\(page.rawValue).md").path
        let bytes = try #require(FileManager.default.contents(atPath: path), "no \(page.rawValue).md")
        #expect(String(decoding: bytes, as: UTF8.self) == page.markdown, "run `make docs`")
    }

    @Test(arguments: Reference.allCases) func everyRowHasAllItsCells(_ page: Reference) {
        for line in page.markdown.split(separator: "\n") where line.hasPrefix("|") {
            let bars = line.replacing("\\|", with: "").filter { $0 == "|" }.count
            #expect(bars == 4, "\(line)")
        }
    }
}
