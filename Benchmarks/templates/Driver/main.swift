//! Times one template: `template-benchmark TEMPLATE VARIABLES.json ROUNDS` prints microseconds of CPU and the text's SHA-256.

import Diagnostics
import Digests
import Glibc
import Templates
import Values

func refuse(_ why: String) -> Never {
    let line = Array("template-benchmark: \(why)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(2)
}

func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { refuse("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
}

func measure(_ path: String, _ variables: String, rounds: Int) throws(Diagnostic) {
    let file = SourceFile(path: path, bytes: read(path))
    let range = SourceRange(file: file, offset: 0, length: file.bytes.count)
    let template = Template(String(decoding: file.bytes, as: UTF8.self), at: range)
    let values = try JSON.parse(String(decoding: read(variables), as: UTF8.self)).dict ?? OrderedMap()
    let scope = RenderScope(DictionarySource(values), environment: .standard)
    let text = try template.render(in: scope)
    let start = clock()
    for _ in 0..<rounds { _ = try template.render(in: scope) }
    let microseconds = Double(clock() - start) / Double(CLOCKS_PER_SEC) * 1e6
    let digest = Hash.sha256(Array(text.utf8)).hex
    print("\(microseconds / Double(rounds)) \(digest)")
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let rounds = Int(arguments[3]), rounds > 0 else {
    refuse("usage: template-benchmark TEMPLATE VARIABLES.json ROUNDS")
}
do {
    try measure(arguments[1], arguments[2], rounds: rounds)
} catch {
    refuse(error.message)
}
